import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Language } from '../../core/member.ts'
import type { Session } from '../../core/session.ts'
import type { Words } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { deviceName } from './device.ts'
import { type Option, select, textArea, type Typed } from './field.ts'
import { when } from './when.ts'

const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' }

/** What Parley adds to the instructions of every answer; more would push out what was said. */
const maxInstructions = 4_000

export function settingsCard(
  words: Words,
  typed: Typed,
  agents: readonly { readonly id: string; readonly name: string }[],
  languages: readonly Language[],
) {
  const { profile } = words
  const usual = (text: string): Option => ({ value: '', text })
  return html`<section class="card" aria-label="${profile.settings}">
<form class="form" method="post" action="/settings" data-hints>
${textArea(words, typed, { name: 'instructions', label: profile.instructions, hint: profile.instructionsHint, max: maxInstructions })}
${agents.length > 1 ? select(words, typed, { name: 'agent', label: profile.agent }, [usual(profile.agentUsual), ...agents.map(({ id, name }) => ({ value: id, text: name }))]) : ''}
<div class="pair">${select(words, typed, { name: 'language', label: profile.language }, [usual(profile.asBrowser), ...languages.map(value => ({ value, text: languageNames[value], lang: value }))])}
${select(words, typed, { name: 'theme', label: profile.theme }, [usual(profile.asSystem), { value: 'light', text: profile.themeLight }, { value: 'dark', text: profile.themeDark }])}</div>
${select(words, typed, { name: 'timeZone', label: profile.timeZone }, [usual('UTC'), ...timeZones(typed.values['timeZone'])])}
<label class="check"><input type="checkbox" name="mailNotices" value="on"${typed.values['mailNotices'] ? html` checked` : ''} aria-describedby="mail-hint"><span>${profile.mailNotices}<br><small id="mail-hint">${profile.mailNoticesHint}</small></span></label>
<div class="form-actions"><button class="btn primary">${profile.save}</button></div>
</form></section>`
}

/** With the chosen one in any case: older names of zones are valid too. */
function timeZones(chosen: string | undefined): Option[] {
  const known = Intl.supportedValuesOf('timeZone')
  const all = chosen && !known.includes(chosen) ? [chosen, ...known] : known
  return all.map(value => ({ value, text: value.replaceAll('_', ' ') }))
}

/** Where a Member is signed in, this device first among them marked as such. */
export function devicesCard(c: Context<WebEnv>, sessions: readonly Session[], currentId: string) {
  const { profile } = c.get('words')
  return html`<section class="card" aria-labelledby="devices"><h2 id="devices">${profile.devices}</h2>
<p class="about">${profile.devicesAbout}</p>
<ul class="plain rows">${sessions.map(session => deviceRow(c, session, session.id === currentId))}</ul>
<form class="form-actions" method="post" action="/settings/devices/end"><button class="btn danger">${profile.endAll}</button></form>
</section>`
}

function deviceRow(c: Context<WebEnv>, session: Session, isCurrent: boolean) {
  const words = c.get('words')
  const { profile } = words
  const name = deviceName(words, session.userAgent)
  const { address, usedAtMs, createdAtMs } = session
  return html`<li><div><b>${name}</b>${isCurrent ? html` <span class="chip good">${profile.thisDevice}</span>` : ''}
<p class="meta">${address === undefined ? '' : html`${address} · `}${profile.lastUsed} ${when(c, usedAtMs)} · ${profile.since} ${when(c, createdAtMs)}</p></div>
<form method="post" action="/settings/devices/${session.id}/end"><button class="btn" aria-label="${profile.endDeviceNamed(name)}">${profile.endDevice}</button></form></li>`
}
