import { Hono } from 'hono'
import { html } from 'hono/html'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../core/notice.ts'
import type { WebEnv } from './context.ts'
import { type Page, page, withNotice } from './frame.ts'
import { ada, type Visit, visited } from './testing/served.ts'

async function shown(visit: Visit, path = '/', more: Partial<Page> = {}): Promise<string> {
  const routes = new Hono<WebEnv>().get('/', c =>
    page(c, { title: 'Anywhere', body: html`<p>Here</p>`, ...more }),
  )
  return (await visited(routes, visit).request(path)).text()
}

describe('the frame', () => {
  it('speaks the language of its visitor', async () => {
    expect(await shown({})).toMatch(/<html lang="en">[\s\S]*Skip to content/)
    expect(await shown({ language: 'ko' })).toMatch(/<html lang="ko">[\s\S]*본문으로 건너뛰기/)
  })

  it('wears the theme that was chosen, and none by itself', async () => {
    expect(await shown({ member: { ...ada, settings: { theme: 'dark' } } })).toContain('data-theme="dark"')
    expect(await shown({ member: ada })).not.toContain('data-theme')
  })

  it('has the way in for nobody, and an account for somebody', async () => {
    expect(await shown({})).toContain('href="/login"')
    const forAda = await shown({ member: ada })
    expect(forAda).not.toContain('href="/login"')
    expect(forAda).toContain('action="/logout"')
  })

  it('leads to the sandbox only where there is one, and calls it practice', async () => {
    expect(await shown({})).not.toContain('/sandbox')
    const site = { sandbox: true, providers: [] }
    expect(await shown({ site })).toMatch(/practice here[\s\S]*href="\/sandbox"/)
  })

  it('asks an unconfirmed member to confirm, with a way to a new mail', async () => {
    const page = await shown({ member: { ...ada, emailConfirmed: false } })
    expect(page).toMatch(/Confirm ada@example\.com[\s\S]*action="\/email-verify"/)
    expect(await shown({ member: ada })).not.toContain('/email-verify')
  })

  it('says only sentences of its own after a redirect', async () => {
    expect(await shown({}, withNotice('/', 'loggedOut'))).toContain('You are logged out.')
    for (const made of ['<b>pay me</b>', 'toString', 'constructor', '__proto__'])
      expect(await shown({}, `/?notice=${encodeURIComponent(made)}`)).toContain('class="notices"></div>')
  })

  it('tells what happened meanwhile, once', async () => {
    let notices: readonly Notice[] = [
      { id: '1', kind: 'session_stolen', detail: {}, createdAtMs: 0 },
      { id: '2', kind: 'email_confirmed', detail: {}, createdAtMs: 0 },
      { id: '3', kind: 'of_a_later_version', detail: {}, createdAtMs: 0 },
    ]
    const takeNotices = () => {
      const taken = notices
      notices = []
      return Promise.resolve(taken)
    }
    const visit = { member: ada, takeNotices }
    const first = await shown(visit, withNotice('/', 'emailConfirmed'))
    expect(first).toMatch(/used from two places[\s\S]*Your address is confirmed/)
    expect(first.match(/Your address is confirmed/g)).toHaveLength(1)
    expect(await shown(visit)).not.toContain('used from two places')
  })

  it('says once what a redirect says and what was stored', async () => {
    const stored: Notice = {
      id: '1',
      kind: 'identity_linked',
      detail: { platform: 'slack', name: 'Ada' },
      createdAtMs: 0,
    }
    const takeNotices = () => Promise.resolve([stored])
    const visit = { member: ada, takeNotices }
    const here = await shown(visit, withNotice('/', 'identityLinked'))
    expect(here).toContain('Your accounts are linked.')
    expect(here).not.toContain('A Slack account was linked to you')
    expect(await shown(visit)).toContain('A Slack account was linked to you')
  })

  it('is for no search engine, unless a page says so', async () => {
    expect(await shown({})).toContain('content="noindex"')
    expect(await shown({}, '/', { indexed: true })).not.toContain('noindex')
  })

  it('escapes what people are called', async () => {
    const page = await shown({ member: { ...ada, nickname: '<script>alert(1)</script>' } })
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('&lt;script&gt;alert')
  })

  it('beside a list has one main part and one first heading, whatever a narrow window shows', async () => {
    const list = html`<a href="/chats/1">One</a>`
    for (const view of ['list', 'body'] as const) {
      const page = await shown({ member: ada }, '/', { list, view, body: html`<h1>One</h1>` })
      expect(page.match(/<main /g)).toHaveLength(1)
      expect(page).toContain(`data-view="${view}"`)
    }
    expect(await shown({ member: ada }, '/?q=%22%3E%3Cb%3E', { list })).toContain(
      'value="&quot;&gt;&lt;b&gt;"',
    )
  })

  it('carries no style and no script in its own text', async () => {
    const page = await shown({ member: ada }, '/', { list: html`<a href="/">x</a>` })
    expect(page).not.toMatch(/\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)/)
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })
})
