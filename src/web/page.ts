import { html } from 'hono/html'

/** The frame of every page that is not the sandbox. */
export function page(title: string, body: unknown) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Parley</title>
<link rel="stylesheet" href="/look.css">
</head>
<body><main>${body}</main></body>
</html>`
}
