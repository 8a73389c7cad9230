import type { html } from 'hono/html'

/** A piece of a page, escaped by the template that made it. */
export type Html = ReturnType<typeof html>
