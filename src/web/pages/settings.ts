import { type Context, Hono } from 'hono'
import { languages } from '../../core/member.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { agentNotOffered } from '../spoken.ts'
import { nothingTyped, type Typed } from '../views/field.ts'
import { devicesCard, settingsCard } from '../views/settings.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'
import { memberOnly, signedInOf } from './member-only.ts'
import { html } from 'hono/html'

const fields = ['instructions', 'language', 'timeZone', 'theme', 'agent', 'mailNotices'] as const

export function settingsRoutes(deps: AccountPages): Hono<WebEnv> {
  const { accounts, cookies } = deps
  const app = new Hono<WebEnv>()
  app.use('/settings', memberOnly)
  app.use('/settings/*', memberOnly)
  app.get('/settings', c => shown(c, deps))
  app.post('/settings', async c => {
    const { agent, mailNotices, ...typed } = await readForm(c, fields)
    try {
      const agents = (await deps.agents?.()) ?? []
      if (agent !== '' && !agents.some(({ id }) => id === agent)) throw agentNotOffered()
      const change = {
        ...typed,
        mailNotices: mailNotices !== '',
        ...(agents.length > 1 ? { agent } : {}),
      }
      await accounts.changeSettings(signedInOf(c).member.id, change)
    } catch (thrown) {
      return shown(c, deps, refusedForm(c, thrown, { ...typed, agent, mailNotices }))
    }
    return c.redirect(withNotice('/settings', 'settingsSaved'), 303)
  })
  app.post('/settings/devices/:id/end', async c => {
    const { member, sessionId } = signedInOf(c)
    const ended = c.req.param('id')
    await accounts.endSession(member.id, ended)
    if (ended !== sessionId) return c.redirect(withNotice('/settings', 'deviceEnded'), 303)
    cookies.take(c)
    return c.redirect(withNotice('/login', 'loggedOut'), 303)
  })
  app.post('/settings/devices/end', async c => {
    await accounts.logoutEverywhere(signedInOf(c).member.id)
    cookies.take(c)
    return c.redirect(withNotice('/login', 'loggedOutEverywhere'), 303)
  })
  return app
}

async function shown(c: Context<WebEnv>, deps: AccountPages, refused?: Refused) {
  const { accounts } = deps
  const agents = (await deps.agents?.()) ?? []
  const { member, sessionId } = signedInOf(c)
  const words = c.get('words')
  const sessions = await accounts.listSessions(member.id)
  const typed = refused?.typed ?? typedOf(c)
  return page(c, {
    title: words.profile.settings,
    body: html`<h1>${words.profile.settings}</h1>
<p class="lead">${words.profile.settingsAbout}</p>
${settingsCard(words, typed, agents, languages)}
${devicesCard(c, sessions, sessionId)}`,
    scripts: ['hints.js', 'settings.js'],
    refused,
  })
}

function typedOf(c: Context<WebEnv>): Typed {
  const { instructions, language, timeZone, theme, agent, mailNotices } = signedInOf(c).member.settings
  return {
    ...nothingTyped,
    values: {
      instructions,
      language,
      timeZone,
      theme,
      agent,
      mailNotices: mailNotices === false ? '' : 'on',
    },
  }
}
