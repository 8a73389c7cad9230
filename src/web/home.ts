import { html } from 'hono/html'
import { page } from './page.ts'

/** What the first page says of a Parley that serves real platforms. */
export interface Home {
  readonly slack: boolean
  readonly discord: boolean
  /** The model that answers, in words. */
  readonly model: string
}

export function homePage({ slack, discord, model }: Home) {
  const places = [slack ? 'Slack' : '', discord ? 'Discord' : ''].filter(Boolean).join(' and ')
  return page(
    'Parley is running',
    html`<h1>Parley is running</h1>
<p>${places === '' ? 'It is connected to no platform yet.' : `It answers in ${places}: mention it in a channel, or write to it directly.`}</p>
<p>The model is ${model}.</p>
<p><a href="/guide/connect-slack">Connect Slack</a> · <a href="/guide/connect-discord">Connect Discord</a> · <a href="/guide/real-model">Use a real model</a></p>`,
  )
}
