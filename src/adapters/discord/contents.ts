import { ButtonStyle, ComponentType, MessageFlags, type RESTPostAPIChannelMessageJSONBody } from 'discord.js'
import { sentences } from '../../core/catalogue.ts'
import type { Snapshot } from '../../core/platform.ts'
import { closeMarkdown } from '../../markdown/close.ts'
import { splitMarkdown } from '../../markdown/split.ts'
import { maxContentLength } from './limits.ts'
import { toDiscord } from './markdown.ts'

/** One message as it is to be seen. */
export interface Content {
  readonly text: string
  /** A Stop button stands under the piece that is still being written. */
  readonly stoppable: boolean
}

/** The messages that show a snapshot, in order. None while there is nothing to show. */
export function contentsOf(snapshot: Snapshot): readonly Content[] {
  const live = snapshot.state === 'streaming' || snapshot.state === 'thinking'
  const notice = snapshot.notice === undefined ? '' : `-# ${snapshot.notice}`
  const body = toDiscord(live ? closeMarkdown(snapshot.text) : snapshot.text).trim()
  const whole = [body, notice].filter(piece => piece !== '').join('\n\n')
  if (whole === '') return []
  const pieces = splitMarkdown(whole, { limit: maxContentLength })
  return pieces.map((text, index) => ({ text, stoppable: live && index === pieces.length - 1 }))
}

/** The id of a Stop button; everything it needs is in it, so that it works after a restart and on any process. */
function stopButtonId(turnId: string): string {
  return `v1:stop:${turnId}`
}

/** The turn a pressed button means to stop. */
export function turnOfButton(customId: string): string | undefined {
  return /^v1:stop:(.+)$/.exec(customId)?.[1]
}

/** The body of a post or an edit: nothing in it pings anyone or unfurls a link, which could carry data away. */
export function toBody(content: Content, turnId: string): RESTPostAPIChannelMessageJSONBody {
  return {
    content: content.text,
    allowed_mentions: { parse: [] },
    flags: MessageFlags.SuppressEmbeds,
    components: content.stoppable
      ? [
          {
            type: ComponentType.ActionRow,
            components: [
              {
                type: ComponentType.Button,
                style: ButtonStyle.Secondary,
                label: sentences.stopButton,
                custom_id: stopButtonId(turnId),
              },
            ],
          },
        ]
      : [],
  }
}
