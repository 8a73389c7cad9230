import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { languages } from '../../core/member.ts'
import { isTimeZone } from '../../core/profile.ts'
import type { Stores } from '../../core/store.ts'
import type { Workspace } from '../../core/workspace.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { adminHead } from '../views/admin-head.ts'
import { field, select, type Typed } from '../views/field.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkMayChange } from './admin.ts'
import type { PlacePages } from './place-pages.ts'

const switches = ['publicHistory', 'demo', 'keepsRelayed', 'passesOwnKeys', 'publishesChannels'] as const
type Switch = (typeof switches)[number]
const fields = [...switches, 'timeZone', 'language'] as const
type Values = Readonly<Record<(typeof fields)[number], string>>

/** What was decided for the installation, or for a workspace. */
export function settingsRoutes(deps: PlacePages): Hono<WebEnv> {
  const { store } = deps
  const only = adminOnly(store.workspaceRoles)
  return new Hono<WebEnv>()
    .get('/admin/settings', only, async c =>
      shown(c, { values: await readValues(store, c.get('workspace')), problems: [] }),
    )
    .post('/admin/settings', only, async c => {
      checkMayChange(c)
      const values = await readForm(c, fields)
      const timeZone = values.timeZone.trim()
      if (!isTimeZone(timeZone))
        return shown(c, { values, problems: [{ field: 'timeZone', code: 'not_offered' }] })
      const { memberId: actorId, ...act } = actOf(c, deps)
      const workspace = c.get('workspace')
      await store.atomically(async stores => {
        const before = await readValues(stores, workspace)
        await change(stores, workspace, { ...values, timeZone }, before)
        const after = await readValues(stores, workspace)
        await stores.audits.add({
          ...act,
          actorId,
          action: 'settings_changed',
          subject: workspace ? workspaceKey(workspace) : 'installation',
          detail: {
            ...differences(before, after),
            ...(workspace ? { workspace: workspaceKey(workspace) } : {}),
          },
        })
      })
      return c.redirect(withNotice(adminPath(c, 'settings'), 'administrationSaved'), 303)
    })
}

const on = (yes: boolean | undefined) => (yes ? 'on' : '')

async function readValues(stores: Stores, workspace: Workspace | undefined): Promise<Values> {
  const level = await stores.policies.find(workspace ? { workspace } : {})
  const language = level?.language ?? ''
  if (!workspace) {
    const { timeZone, ...said } = await stores.settings.installation()
    return { ...toTicks(said), timeZone, language }
  }
  const { timeZone, ...said } = await stores.settings.workspace(workspace.platform, workspace.workspaceId)
  return { ...toTicks(said), timeZone, language }
}

/** What there is no switch for here is off. */
function toTicks(said: Partial<Readonly<Record<Switch, boolean>>>): Readonly<Record<Switch, string>> {
  const { publicHistory, demo, keepsRelayed, passesOwnKeys, publishesChannels } = said
  return {
    publicHistory: on(publicHistory),
    demo: on(demo),
    keepsRelayed: on(keepsRelayed),
    passesOwnKeys: on(passesOwnKeys),
    publishesChannels: on(publishesChannels),
  }
}

async function change(
  stores: Stores,
  workspace: Workspace | undefined,
  values: Values,
  before: Values,
): Promise<void> {
  const { timeZone } = values
  // A workspace that says nothing of its own goes on as the installation does.
  const zone = timeZone === before.timeZone ? {} : { timeZone }
  const isOn = (name: Switch) => values[name] !== ''
  if (workspace) {
    const { platform, workspaceId } = workspace
    await stores.settings.changeWorkspace(platform, workspaceId, {
      publishesChannels: isOn('publishesChannels'),
      ...(platform === 'web' ? { keepsRelayed: isOn('keepsRelayed') } : {}),
      ...zone,
    })
  } else {
    await stores.settings.changeInstallation({
      publicHistory: isOn('publicHistory'),
      demo: isOn('demo'),
      keepsRelayed: isOn('keepsRelayed'),
      passesOwnKeys: isOn('passesOwnKeys'),
      ...zone,
    })
  }
  const scope = workspace ? { workspace } : {}
  const { language: _before, ...level } = (await stores.policies.find(scope)) ?? {}
  const language = languages.find(one => one === values.language)
  await stores.policies.set(scope, { ...level, ...(language ? { language } : {}) })
}

/** What changed, each with what it was: `demo: "" to "on"` and so on. */
function differences(before: Values, after: Values): Record<string, string> {
  const changed = fields.filter(name => before[name] !== after[name])
  return Object.fromEntries(
    changed.flatMap(name => [
      [`${name}Before`, before[name]],
      [`${name}After`, after[name]],
    ]),
  )
}

function shown(c: Context<WebEnv>, typed: Typed): Promise<Response> {
  const words = c.get('words')
  const say = words.administration
  const workspace = c.get('workspace')
  const mayChange = mayManage(authorityIn(c), workspace)
  const about = workspace ? say.about.workspace : say.about.installation
  return adminPage(c, 'settings', {
    title: say.title,
    status: typed.problems.length > 0 ? 422 : 200,
    body: html`${adminHead({ title: say.title, about })}
<div class="flow"><div class="column broad">${mayChange ? '' : html`<p class="about">${words.policies.readOnly}</p>`}
<form method="post" action="${adminPath(c, 'settings')}" class="form" novalidate><fieldset class="bare"${mayChange ? '' : html` disabled`}>
<section class="card" aria-labelledby="web"><h2 id="web">${say.web}</h2><div class="form">${
      workspace
        ? tick(typed, 'publishesChannels', say.publishesChannels, say.publishesChannelsHint)
        : html`${tick(typed, 'publicHistory', say.publicHistory, say.publicHistoryHint)}${tick(typed, 'demo', say.demo, say.demoHint)}`
    }</div></section>
${
  workspace && workspace.platform !== 'web'
    ? ''
    : html`<section class="card" aria-labelledby="relay"><h2 id="relay">${say.relay}</h2><div class="form">${tick(typed, 'keepsRelayed', say.keepsRelayed, say.keepsRelayedHint)}${workspace ? '' : tick(typed, 'passesOwnKeys', say.passesOwnKeys, say.passesOwnKeysHint)}</div></section>`
}
<section class="card" aria-labelledby="answers"><h2 id="answers">${say.answers}</h2><div class="form"><div class="pair">
${field(words, typed, { name: 'timeZone', label: say.timeZone, hint: say.timeZoneHint, autocomplete: 'off' })}
${select(words, typed, { name: 'language', label: say.language }, [{ value: '', text: say.ofQuestion }, ...languages.map(value => ({ value, text: words.policies.languages[value] }))])}
</div></div></section>
${mayChange ? html`<div class="form-actions"><button class="btn primary">${say.save}</button></div>` : ''}</fieldset></form></div></div>`,
  })
}

function tick({ values }: Typed, name: string, label: string, hint: string) {
  return html`<div class="field"><label class="check"><input type="checkbox" name="${name}"${values[name] ? html` checked` : ''} aria-describedby="${name}-hint"><span>${label}</span></label><p class="hint" id="${name}-hint">${hint}</p></div>`
}
