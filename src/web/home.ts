import { html } from 'hono/html'

/** What the first page says of a Parley that serves real platforms. */
export interface Home {
  readonly slack: boolean
  readonly discord: boolean
  /** The model that answers, in words. */
  readonly model: string
}

export function homePage(home: Home) {
  const places = [home.slack ? 'Slack' : '', home.discord ? 'Discord' : ''].filter(Boolean).join(' and ')
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Parley</title>
<main>
<h1>Parley is running</h1>
<p>${places === '' ? 'It is connected to no platform yet.' : `It answers in ${places}.`} The model is ${home.model}.</p>
<p>Mention it in a channel, or write to it directly.</p>
</main>
</html>`
}
