import type { Context } from 'hono'
import type { WebEnv } from '../context.ts'
import type { Html } from '../views/html.ts'

/** What a page's script fetches anew of one of our pages, named in the header `Parley-Part`. */
export type Part = 'list' | 'messages' | 'fold'

export function isAskedFor(c: Context<WebEnv>, part: Part): boolean {
  return c.req.header('Parley-Part') === part
}

/** A piece of a page, at that page's own address: kept by nobody, and never taken for the whole. */
export async function sendPart(c: Context<WebEnv>, piece: Html): Promise<Response> {
  c.header('Cache-Control', 'no-store')
  c.header('Vary', 'Parley-Part')
  return c.html(piece)
}
