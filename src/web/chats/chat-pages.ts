import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { html } from 'hono/html'
import type { Audience } from '../../core/audience.ts'
import type { History } from '../../core/history.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { Company } from '../company.ts'
import type { SignedIn, WebEnv } from '../context.ts'
import { signedInOf } from '../pages/member-only.ts'
import type { Html } from '../views/html.ts'
import type { Talk } from '../talk.ts'
import { filterForm, olderUrl, parseAsked } from './filters.ts'
import { dialogueList } from './list.ts'

/** What the pages of dialogues are made of. */
export interface ChatPages {
  readonly history: History
  readonly talk: Talk
  readonly company: Company
  readonly audience: Pick<Audience, 'refresh'>
  readonly nowMs: () => number
  /** The way to a thread on its platform, or to a message in it. */
  readonly urlOf: (thread: ThreadRef, ref?: string) => string | undefined
}

/** A page waits this long for the platforms' word on who may read what; what was known holds meanwhile. */
const audiencePatienceMs = 1_500

const listed = 40

/** Who reads, with the platforms asked first whenever their last word is old. */
export async function readerOf(c: Context<WebEnv>, { audience }: ChatPages): Promise<SignedIn> {
  const signedIn = signedInOf(c)
  await audience.refresh(signedIn.viewer, audiencePatienceMs)
  return signedIn
}

/** What the page's script says of its browser's clock. */
const zoneCookie = 'parley_zone'

/** As the Member set it, else as their browser has it; UTC before either is known. */
export function timeZoneOf(c: Context<WebEnv>): string {
  const zone = signedInOf(c).member.settings.timeZone ?? getCookie(c, zoneCookie) ?? 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

/** The rail's list by what the address asks for, with the filters over it. Call after `readerOf`. */
export async function listOf(c: Context<WebEnv>, deps: ChatPages, openId?: string): Promise<Html> {
  const { viewer } = signedInOf(c)
  const [entries, facets] = await Promise.all([
    entriesOf(c, deps, openId),
    openId === undefined ? deps.history.facets(viewer) : undefined,
  ])
  const filters = facets ? filterForm(c.get('words').chats, c.req.query(), facets) : ''
  return html`${filters}<div id="entries">${entries}</div>`
}

/** What the list holds, without what is set over it. */
export async function entriesOf(
  c: Context<WebEnv>,
  { history, nowMs }: ChatPages,
  openId?: string,
): Promise<Html> {
  const { viewer } = signedInOf(c)
  const words = c.get('words').chats
  const timeZone = timeZoneOf(c)
  const address = openId === undefined ? c.req.query() : {}
  const { query, filter, cursor } = parseAsked(address, timeZone)
  const request = { limit: listed, ...(cursor === undefined ? {} : { cursor }) }
  const isPlain = query === '' && cursor === undefined && Object.keys(filter).length === 0
  const [found, pinned] = await Promise.all([
    query === '' ? history.list(viewer, filter, request) : history.search(viewer, query, filter, request),
    isPlain ? history.pinned(viewer) : [],
  ])
  return dialogueList(words, {
    pinned,
    items: found.items,
    query,
    openId,
    olderUrl: olderUrl(address, found.nextCursor),
    nowMs: nowMs(),
    language: c.get('language'),
    timeZone,
  })
}
