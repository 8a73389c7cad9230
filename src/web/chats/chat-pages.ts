import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { html } from 'hono/html'
import type { Audience } from '../../core/audience.ts'
import type { Changes } from '../../core/changes.ts'
import { toParleyError } from '../../core/errors.ts'
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
  readonly changes: Pick<Changes, 'newest' | 'turn'>
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

/** What the pages' scripts say of their browser's clock. */
const zoneCookie = 'parley_zone'

/** What was written on the web stands in its thread under another id. */
export function messageUrl(urlOf: ChatPages['urlOf'], thread: ThreadRef, ref: string): string | undefined {
  return ref.startsWith('web:') ? undefined : urlOf(thread, ref)
}

/** As the Member set it, else as their browser has it; UTC before either is known. */
export function timeZoneOf(c: Context<WebEnv>): string {
  const zone = signedInOf(c).member.settings.timeZone ?? getCookie(c, zoneCookie) ?? 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    // Whatever a cookie says, a page is shown.
    return 'UTC'
  }
}

/** The rail's list by what the address asks for, with the filters over it. Call after `readerOf`. */
export async function listOf(
  c: Context<WebEnv>,
  { history, nowMs }: ChatPages,
  openId?: string,
): Promise<Html> {
  const { viewer } = signedInOf(c)
  const words = c.get('words').chats
  const timeZone = timeZoneOf(c)
  const address = openId === undefined || isPart(c, 'list') ? c.req.query() : {}
  const { query, filter, cursor } = parseAsked(address, timeZone)
  const read = (after?: string) => {
    const request = { limit: listed, ...(after === undefined ? {} : { cursor: after }) }
    return query === ''
      ? history.list(viewer, filter, request)
      : history.search(viewer, query, filter, request)
  }
  const isPlain = query === '' && cursor === undefined && Object.keys(filter).length === 0
  const [found, pinned, facets] = await Promise.all([
    // A place in the list that is not known any more is as good as its beginning.
    read(cursor).catch((thrown: unknown) => {
      if (cursor === undefined || toParleyError(thrown).code !== 'invalid') throw thrown
      return read()
    }),
    isPlain ? history.pinned(viewer) : [],
    openId === undefined ? history.facets(viewer) : undefined,
  ])
  const list = dialogueList(words, {
    pinned,
    items: found.items,
    query,
    openId,
    olderUrl: olderUrl(address, found.nextCursor),
    nowMs: nowMs(),
    language: c.get('language'),
    timeZone,
  })
  return facets === undefined || (isPlain && found.items.length === 0)
    ? list
    : html`${filterForm(words, address, facets)}${list}`
}

/** Whether a page's own script asks for a piece of it alone; that piece is nothing for a cache to keep under its address. */
export function isPart(c: Context<WebEnv>, part: 'list' | 'messages' | 'fold'): boolean {
  if (c.req.header('Parley-Part') !== part) return false
  c.header('Cache-Control', 'no-store')
  return true
}
