import type { Context, ErrorHandler } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, ParleyError, toParleyError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { type Words, wordsIn } from '../core/words.ts'
import type { WebEnv } from './context.ts'
import { page } from './frame.ts'
import { problem, problemOf, sentenceOf, statusOf } from './problem.ts'
import { loggedPath } from './request-log.ts'

/** Whether who asks is a person with a browser, on a page of ours; programs get problem+json. */
export function wantsPage(c: Context): boolean {
  const isApi = /^\/(?:api|v1|ws|slack|healthz|readyz|metrics|assets)(?:\/|$)/.test(c.req.path)
  return !isApi && (c.req.header('Accept') ?? '').includes('text/html')
}

/** Nothing is at this address. */
export function answerNothing(c: Context<WebEnv>): Response | Promise<Response> {
  return failWith(c, 404, 'not_found')
}

/** The person gets one sentence, the log the cause. */
export function answerFailure(log: Log): ErrorHandler<WebEnv> {
  return (thrown, c) => {
    const error = toParleyError(thrown)
    const status = statusOf(error.code)
    const fields = { component: 'web', method: `${c.req.method} ${loggedPath(c.req.path)}`, code: error.code }
    if (status >= 500) log.error({ ...fields, error: thrown }, 'a request failed')
    return isPageFor(c) ? failurePage(c, status, sentenceOf(c.get('words'), error)) : problemOf(c, thrown)
  }
}

/** A page for a person, problem+json (RFC 9457) for a program. */
export function failWith(
  c: Context<WebEnv>,
  status: ContentfulStatusCode,
  code: ErrorCode | keyof typeof ofTheWeb,
): Response | Promise<Response> {
  // A request may fail before its language is known.
  const words = (c.get('words') as Words | undefined) ?? wordsIn('en')
  const detail = isOfTheWeb(code)
    ? words.problems[ofTheWeb[code]]
    : sentenceOf(words, new ParleyError(code, ''))
  return isPageFor(c) ? failurePage(c, status, detail) : problem(c, { status, code, detail })
}

/** Refusals that core knows nothing of. */
const ofTheWeb = {
  too_large: 'tooLarge',
  foreign_origin: 'foreignOrigin',
  not_picture: 'notPicture',
  method_not_allowed: 'wrongMethod',
} as const

function isOfTheWeb(code: string): code is keyof typeof ofTheWeb {
  return Object.hasOwn(ofTheWeb, code)
}

function isPageFor(c: Context<WebEnv>): boolean {
  return (c.get('words') as Words | undefined) !== undefined && wantsPage(c)
}

/** One calm sentence with a way on. */
function failurePage(c: Context<WebEnv>, status: ContentfulStatusCode, sentence: string): Promise<Response> {
  const words = c.get('words').frame
  const title = status === 404 ? words.nothingTitle : words.errorTitle
  const [way, text] = c.get('signedIn') ? ['/chats', words.toTheChats] : ['/login', words.logIn]
  return page(c, {
    title,
    status,
    body: html`<section class="door"><h1>${title}</h1><p class="about">${sentence}</p>
${status >= 500 ? html`<p class="other">${words.reference(c.get('requestId'))}</p>` : ''}
<p class="other"><a class="btn primary" href="${way}">${text}</a></p></section>`,
  })
}
