import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Words } from '../core/words.ts'
import { webAssets } from './assets.ts'
import type { WebEnv } from './context.ts'
import { accountMenu } from './views/account-menu.ts'
import type { Html } from './views/html.ts'
import { icon } from './views/icon.ts'
import type { Notice } from './views/notice.ts'
import { noticesFor } from './views/notices.ts'

export type NoticeKey = keyof Words['frame']['notices']

export interface Page {
  readonly title: string
  readonly body: Html | readonly Html[]
  /** What the rail beside the body lists; without it the page stands alone, in one column. */
  readonly list?: Html
  /** What that list is of; dialogues unless told. */
  readonly listLabel?: string
  /** Which of list and body a narrow window shows; the body unless told. */
  readonly view?: 'list' | 'body'
  /** Modules of client/ besides the frame's own. */
  readonly scripts?: readonly string[]
  /** The body takes the whole width and scrolls by itself. */
  readonly wide?: boolean
  readonly notice?: Notice
  /** The form on it was not taken: its status, and why. */
  readonly refused?: { readonly status: ContentfulStatusCode; readonly notice: Notice } | undefined
  /** Search engines may list it; no other page is theirs. */
  readonly indexed?: boolean
  readonly status?: ContentfulStatusCode
}

/** A page in the frame that all share. `?notice=` adds a sentence from the catalogue, after a redirect. */
export async function page(c: Context<WebEnv>, shown: Page): Promise<Response> {
  const { title, list, refused } = shown
  const { status = refused?.status ?? 200, notice = refused?.notice } = shown
  const words = c.get('words').frame
  const theme = c.get('theme')
  c.header('Cache-Control', 'no-store')
  const told = await noticesFor(c, notice)
  const layout = list === undefined ? alone(c, shown, told) : besideList(c, { ...shown, list }, told)
  return c.html(
    html`<!doctype html>
<html lang="${c.get('language')}"${theme ? html` data-theme="${theme}"` : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,interactive-widget=resizes-content">
${shown.indexed ? '' : html`<meta name="robots" content="noindex">`}
<meta name="color-scheme" content="${theme ?? 'light dark'}">
<title>${title} · Parley</title>
${head(shown.scripts ?? [])}
</head>
<body class="${list === undefined ? 'alone' : 'beside'}" data-view="${shown.view ?? 'body'}">
<a class="skip" href="#main">${words.skipToContent}</a>
${layout}
</body>
</html>`,
    status,
  )
}

/** Where to go next, with a sentence shown there. `path` is ours and has no fragment. */
export function withNotice(path: string, key: NoticeKey): string {
  return `${path}${path.includes('?') ? '&' : '?'}notice=${key}`
}

function head(scripts: readonly string[]) {
  const assets = webAssets()
  const modules = ['frame.js', ...scripts]
  return html`<link rel="icon" type="image/svg+xml" href="${assets.address('icon.svg')}">
<link rel="stylesheet" href="${assets.address('look.css')}">
${assets.imports(modules).map(address => html`<link rel="modulepreload" href="${address}">`)}
${modules.map(name => html`<script type="module" src="${assets.address(name)}"></script>`)}`
}

function alone(c: Context<WebEnv>, { body, wide }: Page, told: Html) {
  const words = c.get('words').frame
  const signedIn = c.get('signedIn')
  return html`<header class="bar">
${brand(c)}
<nav class="bar-links" aria-label="${words.mainNavigation}">${signedIn ? html`<a href="/chats">${words.chats}</a><a href="/chats#search" class="bar-search">${icon('search')}<span>${words.search}</span></a>` : ''}</nav>
${accountMenu(c)}
</header>
<main id="main" tabindex="-1" class="${wide ? 'wide' : 'column'}">
${told}
${body}
</main>
${footer(c)}`
}

function besideList(c: Context<WebEnv>, { title, body, wide, list, listLabel, view }: Page, told: Html) {
  const words = c.get('words').frame
  const query = c.req.query('q') ?? ''
  const rail = html`<div class="rail">
<header class="rail-top">${brand(c)}${c.get('signedIn') ? html`<a class="btn quiet square" href="/chats/new" aria-label="${words.newChat}" title="${words.newChat}">${icon('plus')}</a>` : ''}</header>
<form class="search" role="search" action="/chats" method="get">${icon('search')}<input id="search" type="search" name="q" value="${query}" placeholder="${words.searchShort}" aria-label="${words.search}" autocomplete="off" spellcheck="false"><kbd aria-hidden="true">/</kbd></form>
<nav id="list" class="list" aria-label="${listLabel ?? words.dialogues}">${list}</nav>
<div class="rail-foot">${accountMenu(c)}</div>
</div>`
  const beside = wide ? 'wide' : 'page'
  // Where a narrow window shows the list alone, the list is what the page is about.
  return view === 'list'
    ? html`<main id="main" tabindex="-1" class="app"><h1 class="unseen">${title}</h1>${told}${rail}<div class="${beside}">${body}</div></main>`
    : html`<div class="app">${rail}<main id="main" tabindex="-1" class="${beside}">${told}${body}</main></div>`
}

function brand(c: Context<WebEnv>) {
  return html`<a class="brand" href="${c.get('signedIn') ? '/chats' : '/'}">${icon('brand')}<span>Parley</span></a>`
}

function footer(c: Context<WebEnv>) {
  const words = c.get('words').frame
  const query = (name: string, value: string) => {
    const wanted = new URLSearchParams(c.req.query())
    wanted.delete('notice')
    wanted.set(name, value)
    return `?${wanted.toString()}`
  }
  const choice = (name: string, value: string, text: string, chosen: boolean) =>
    html`<a href="${query(name, value)}"${chosen ? html` aria-current="true"` : ''}${name === 'lang' ? html` lang="${value}" hreflang="${value}"` : ''}>${text}</a>`
  const language = c.get('language')
  return html`<footer class="foot">
${c.get('site')?.sandbox ? html`<p>${words.practice} <a href="/sandbox">${words.openSandbox}</a></p>` : ''}
${c.get('signedIn') ? '' : html`<div class="choices">${choice('lang', 'en', 'English', language === 'en')}${choice('lang', 'ko', '한국어', language === 'ko')}<span class="foot-gap"></span>${choice('theme', 'light', words.light, c.get('theme') === 'light')}${choice('theme', 'dark', words.dark, c.get('theme') === 'dark')}</div>`}
</footer>`
}
