import { html } from 'hono/html'
import type { IdentityPerson } from './person.ts'

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:12vh auto;padding:0 1rem}
h1{font-size:1.25rem}
a{display:block;padding:.65rem .9rem;margin:.5rem 0;border:1px solid;border-radius:.5rem;color:inherit}
`

/** Where one picks who to be at a practice service. Plain links: the page needs no script. */
export function authorizePage(
  service: string,
  people: readonly IdentityPerson[],
  hrefOf: (choice: string) => string,
) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in with ${service} (practice)</title>
<link rel="stylesheet" href="data:text/css,${encodeURIComponent(style)}">
</head>
<body>
<main>
<h1>Sign in with ${service}</h1>
<p>This is a stand-in for ${service} on this machine. Who are you?</p>
${people.map(({ name }) => html`<a href="${hrefOf(name)}">Continue as ${name}</a>`)}
<a href="${hrefOf('nobody')}">Cancel</a>
</main>
</body>
</html>`
}
