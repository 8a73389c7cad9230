import { html, raw } from 'hono/html'
import type { Assets } from './assets.ts'

/** Where the banner leads to. */
export interface Links {
  readonly connectSlack?: string
  readonly connectDiscord?: string
  readonly realModel?: string
}

const mark =
  '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path fill="currentColor" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-7l-5 4.5V17H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/></svg>'

/** The page before its script runs: everything that stays, empty where it is live. */
export function shellHtml({ version, names }: Assets, links: Links) {
  const at = (name: string) => `/sandbox/assets/${version}/${name}`
  const ending = (end: string) => names.filter(name => name.endsWith(end))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Parley: sandbox</title>
<link rel="icon" type="image/svg+xml" href="${at('icon.svg')}">
${ending('.css').map(name => html`<link rel="stylesheet" href="${at(name)}">`)}
${ending('.js').map(name => html`<link rel="modulepreload" href="${at(name)}">`)}
<script type="module" src="${at('main.js')}"></script>
</head>
<body data-platform="slack" data-pane="channel">
${banner(links)}
${raw(top)}
<p id="offline" role="status" class="offline" hidden>Parley is not answering: start it again with <code>npm start</code>. What you typed is kept.</p>
<noscript><p class="offline">The sandbox needs JavaScript. Everything it loads comes from this machine.</p></noscript>
<div class="sand">
<nav id="rail" class="rail" aria-label="Places and people"></nav>
<main>
<section id="channel" class="pane channel" aria-label="Channel"></section>
<section id="thread" class="pane thread" aria-label="Thread"></section>
</main>
</div>
<dialog id="help" class="help" aria-labelledby="help-title"></dialog>
<p id="live" class="unseen" aria-live="polite"></p>
<p id="toast" class="toast" role="status" hidden></p>
</body>
</html>`
}

function banner({ connectSlack, connectDiscord, realModel }: Links) {
  const link = (href: string | undefined, text: string) =>
    href === undefined ? '' : html`<a href="${href}">${text}</a>`
  return html`<aside class="banner" aria-label="What is practice here">
<p><b>Sandbox.</b> Slack and Discord are local stand-ins and the model is for practice. Parley itself is real.</p>
<p class="banner-links">${link(connectSlack, 'Connect your Slack')}${link(connectDiscord, 'Connect your Discord')}${link(realModel, 'Use a real model')}</p>
</aside>`
}

const top = `<header class="top">
<h1 class="brand">${mark}Parley <small>sandbox</small></h1>
<div class="seg" role="group" aria-label="Platform"><button type="button" data-platform="slack" aria-pressed="true">Slack</button><button type="button" data-platform="discord" aria-pressed="false">Discord</button></div>
<span class="spacer"></span>
<button type="button" id="tries" class="btn quiet">What to try</button>
<button type="button" id="keys" class="btn quiet" aria-label="Help and keys"><kbd aria-hidden="true">?</kbd></button>
</header>`
