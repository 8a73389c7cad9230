import { html } from 'hono/html'
import type { HistoryFacets, HistoryFilter } from '../../core/history.ts'
import { isPlatform, platforms } from '../../core/thread.ts'
import type { Words } from '../../core/words.ts'
import { dayStartMs } from '../../core/day-start.ts'
import { parseDay } from '../views/form-day.ts'
import type { Html } from '../views/html.ts'

/** What the address of the list asks for; what cannot be read there is left out. */
export interface Asked {
  readonly query: string
  readonly filter: HistoryFilter
  readonly cursor?: string
}

/** Days begin where this time zone says. */
export function parseAsked(query: Readonly<Record<string, string>>, timeZone = 'UTC'): Asked {
  const { q = '', platform, channel, person, mine, from, to, cursor } = query
  const [place, workspaceId, channelId] = partsOf(channel)
  const known = [place, platform].find(isPlatform)
  const [first, last] = [parseDay(from), parseDay(to)]
  return {
    query: q.trim().slice(0, 200),
    filter: {
      ...(known === undefined ? {} : { platform: known }),
      ...(workspaceId && channelId ? { workspaceId, channelId } : {}),
      ...(person ? { personId: person } : {}),
      ...(mine === undefined ? {} : { mine: true }),
      ...(first === undefined ? {} : { fromMs: dayStartMs(first, timeZone) }),
      ...(last === undefined ? {} : { toMs: dayStartMs(last, timeZone, 1) }),
    },
    ...(cursor ? { cursor } : {}),
  }
}

/** A channel as `filterForm` names it; nothing when it is no such name. */
function partsOf(channel = ''): readonly string[] {
  try {
    return channel.split('/').map(decodeURIComponent)
  } catch {
    // Half a percent sign: nobody's form says that.
    return []
  }
}

/** The same question from a later place in its answer. */
export function olderUrl(
  query: Readonly<Record<string, string>>,
  cursor: string | undefined,
): string | undefined {
  if (cursor === undefined) return undefined
  return `/chats?${new URLSearchParams({ ...query, cursor }).toString()}`
}

/** Folded until it is used; a plain form. */
export function filterForm(
  words: Words['chats'],
  query: Readonly<Record<string, string>>,
  facets: HistoryFacets,
): Html {
  const { filter } = parseAsked(query)
  const isOn = Object.keys(filter).length > 0
  const option = (name: string, value: string, text: string) =>
    html`<option value="${value}"${query[name] === value ? html` selected` : ''}>${text}</option>`
  return html`<details class="filters"${isOn ? html` open` : ''}><summary>${isOn ? words.filtersOn : words.filters}</summary>
<form method="get" action="/chats">
<input type="hidden" name="q" value="${query['q'] ?? ''}">
<label>${words.platform}<select name="platform">${option('platform', '', words.anyPlatform)}${platforms.map(one => option('platform', one, words.platforms[one]))}</select></label>
<label>${words.channel}<select name="channel">${option('channel', '', words.anyChannel)}${facets.places.map(
    place =>
      option(
        'channel',
        [place.platform, place.workspaceId, place.channelId].map(encodeURIComponent).join('/'),
        [
          place.channelName ? `#${place.channelName}` : place.channelId,
          place.workspaceName,
          words.platforms[place.platform],
        ]
          .filter(Boolean)
          .join(' · '),
      ),
  )}</select></label>
<label>${words.person}<select name="person">${option('person', '', words.anyPerson)}${facets.people.map(({ identityId, name }) => option('person', identityId, name))}</select></label>
<label>${words.from}<input type="date" name="from" value="${query['from'] ?? ''}"></label>
<label>${words.to}<input type="date" name="to" value="${query['to'] ?? ''}"></label>
<label class="check"><input type="checkbox" name="mine"${filter.mine ? html` checked` : ''}>${words.mine}</label>
<p class="row"><button class="btn primary">${words.apply}</button><a class="btn quiet" href="/chats">${words.clear}</a></p>
</form></details>`
}
