import { html } from 'hono/html'
import type { Access, DialogueEntry, Found } from '../../core/history.ts'
import type { Language } from '../../core/member.ts'
import type { Words } from '../../core/words.ts'
import { addDays, dayIn } from '../../core/day-start.ts'
import { formatter, shortDay } from '../../core/formatter.ts'
import type { Html } from '../views/html.ts'
import { icon } from '../views/icon.ts'
import { shownTitle } from '../views/title.ts'

/** What the rail lists. */
export interface List {
  readonly pinned: readonly DialogueEntry[]
  readonly items: readonly (DialogueEntry | Found)[]
  /** What was searched for; empty without. */
  readonly query: string
  /** The Dialogue that is open. */
  readonly openId?: string | undefined
  /** The address of what comes after these. */
  readonly olderUrl?: string | undefined
  readonly nowMs: number
  readonly language: Language
  readonly timeZone: string
}

/** Dialogues by day, newest first; or what was found. */
export function dialogueList(words: Words['chats'], list: List): Html {
  const { items, pinned, query } = list
  if (items.length === 0 && pinned.length === 0) return nothing(words, query)
  const older =
    list.olderUrl === undefined
      ? ''
      : html`<p class="older"><a class="btn quiet" rel="next" href="${list.olderUrl}">${words.older}</a></p>`
  if (query !== '')
    return html`<p class="found-count" role="status">${words.results(items.length)}</p>${items.map(entry => item(words, entry, list))}${older}`
  const held =
    pinned.length === 0 ? '' : html`<h2>${words.pinned}</h2>${pinned.map(entry => item(words, entry, list))}`
  const days = Map.groupBy(
    items.filter(entry => !pinned.some(({ id }) => id === entry.id)),
    entry => dayOf(words, entry.usedAtMs, list),
  )
  return html`${held}${[...days].map(([day, entries]) => html`<h2>${day}</h2>${entries.map(entry => item(words, entry, list))}`)}${older}`
}

function nothing(words: Words['chats'], query: string) {
  if (query !== '')
    return html`<div class="empty-list" role="status"><h2>${words.notFound(query)}</h2><p>${words.notFoundAbout}</p><p><a class="btn" href="/chats">${words.clear}</a></p></div>`
  return html`<div class="empty-list"><h2>${words.none}</h2><p>${words.noneAbout}</p><p><a class="btn" href="/profile#linked">${words.linkAccounts}</a></p></div>`
}

function item(
  words: Words['chats'],
  entry: DialogueEntry | Found,
  { openId, language, timeZone, nowMs }: List,
) {
  const { id, title, answering, pinned } = entry
  const snippet = 'snippet' in entry && entry.snippet.length > 0 ? entry.snippet : []
  const hash = 'messageId' in entry && entry.messageId ? `#m-${entry.messageId}` : ''
  const atMs = 'saidAtMs' in entry ? entry.saidAtMs : entry.usedAtMs
  const style = nowMs - atMs < dayMs ? ({ timeStyle: 'short' } as const) : shortDay
  const clock = formatter(language, timeZone, style).format(atMs)
  return html`<a class="item" href="/chats/${id}${hash}" data-id="${id}"${id === openId ? html` aria-current="page"` : ''}><b>${shownTitle({ chats: words }, title)}</b>${
    answering
      ? html`<span class="dot" title="${words.answering}"><span class="unseen">${words.answering}</span></span>`
      : html`<small>${clock}</small>`
  }<span class="meta">${pinned ? icon('pin') : ''}${whereOf(words, entry)}</span>${
    snippet.length === 0
      ? ''
      : html`<span class="snippet">${snippet.map(({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text))}</span>`
  }</a>`
}

const seenBy: Partial<Record<Access, readonly ('onlyYou' | 'shared')[]>> = {
  own: ['onlyYou'],
  invited: ['shared'],
}

/** Where it stands, as a person says it: "#support · Slack", "Web · only you". */
export function whereOf(words: Words['chats'], entry: DialogueEntry): string {
  const platform = words.platforms[entry.thread.platform]
  const published = entry.published ? [words.publicly] : []
  if (entry.thread.platform === 'web')
    return [
      platform,
      ...(published.length > 0 ? published : (seenBy[entry.access] ?? []).map(who => words[who])),
    ].join(' · ')
  const place = entry.direct
    ? words.direct
    : entry.channelName === undefined
      ? undefined
      : `#${entry.channelName}`
  return [place, entry.workspaceName, platform, ...published].filter(Boolean).join(' · ')
}

const dayMs = 24 * 60 * 60_000

function dayOf(words: Words['chats'], atMs: number, { nowMs, language, timeZone }: List): string {
  const day = dayIn(atMs, timeZone)
  const today = dayIn(nowMs, timeZone)
  if (day === today) return words.today
  if (day === addDays(today, -1)) return words.yesterday
  if (nowMs - atMs < 7 * dayMs) return words.week
  return formatter(language, timeZone, { month: 'long', year: 'numeric' }).format(atMs)
}
