import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { type DryRun, dryRun, type Spot, spots } from '../../core/dry-run.ts'
import { ParleyError } from '../../core/errors.ts'
import type { FieldProblem } from '../../core/field-problem.ts'
import type { Identity } from '../../core/identity.ts'
import { type KnownPlace, placeKey } from '../../core/places.ts'
import { policyOf, type PolicyScope } from '../../core/policy.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { adminHead } from '../views/admin-head.ts'
import { nothingTyped, type Typed } from '../views/field.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkMayChange } from './admin.ts'
import { placeName, trialCard } from './dry-run-view.ts'
import { findPerson, maxRules, parsePolicy, toAudit, toFields } from './policy-form.ts'
import { policyForm } from './policy-view.ts'
import type { PlacePages } from './place-pages.ts'

/** Channels that a trial may be of, on one page. */
const maxPlaces = 500
const maxTrialLength = 2_000
/** A page waits this long for a platform to tell roles. */
const rolesPatienceMs = 3_000

/** What holds in the installation, a workspace or a channel, and a trial of it. */
export function policyRoutes(deps: PlacePages): Hono<WebEnv> {
  const { store } = deps
  const only = adminOnly(store.workspaceRoles)
  return new Hono<WebEnv>()
    .get('/admin/policy', only, async c => {
      const trial = await tryOut(c, deps)
      return shown(c, deps, trial ? { trial } : {})
    })
    .post('/admin/policy', only, async c => {
      checkMayChange(c)
      const scope = await scopeOf(c, deps)
      const values = await readPolicy(c)
      const { level, problems } = await parsePolicy(store, scope.workspace, values)
      if (!level) return shown(c, deps, { typed: { values, problems } })
      await store.atomically(async stores => {
        const before = await stores.policies.find(scope)
        await stores.policies.set(scope, level)
        const { memberId: actorId, ...act } = actOf(c, deps)
        await stores.audits.add({
          ...act,
          actorId,
          action: 'policy_changed',
          subject: subjectOf(scope),
          detail: {
            before: toAudit(before),
            after: toAudit(level),
            ...(scope.workspace ? { workspace: workspaceKey(scope.workspace) } : {}),
          },
        })
      })
      return c.redirect(withNotice(adminPath(c, 'policy', channelIn(scope)), 'policySaved'), 303)
    })
}

interface Trial {
  readonly typed: Typed
  readonly result?: DryRun
}

async function shown(
  c: Context<WebEnv>,
  deps: PlacePages,
  { typed, trial }: { readonly typed?: Typed; readonly trial?: Trial },
): Promise<Response> {
  const { store } = deps
  const words = c.get('words')
  const say = words.policies
  const scope = await scopeOf(c, deps)
  const { workspace, channelId } = scope
  const level = (await store.policies.find(scope)) ?? {}
  const values = typed?.values ?? (await toFields(store, level, say.subjects))
  const place = workspace && { ...workspace, channelId: channelId ?? '' }
  const { installation, workspace: wider } = place ? await store.policies.levels(place) : {}
  const above = policyOf({
    ...(workspace && installation ? { installation } : {}),
    ...(channelId !== undefined && wider ? { workspace: wider } : {}),
  })
  const mayChange = mayManage(authorityIn(c), workspace)
  const places = await store.places.list(workspace ? { workspace } : {}, { limit: maxPlaces })
  const known = channelId === undefined ? undefined : places.find(one => one.channelId === channelId)
  const about = aboutOf(say, scope, known)
  const keeps = { ...(workspace ? { workspace: workspaceKey(workspace) } : {}), ...channelIn(scope) }
  return adminPage(c, 'policy', {
    title: say.title,
    status: typed ? 422 : 200,
    body: html`${adminHead({ title: say.title, about, ...(channelId === undefined ? {} : { actions: html`<a class="btn" href="${adminPath(c, 'policy')}">${say.backToWorkspace}</a>` }) })}
<div class="flow"><div class="column broad">${mayChange ? '' : html`<p class="about">${say.readOnly}</p>`}
${policyForm({ words, typed: { values, problems: typed?.problems ?? [] }, action: adminPath(c, 'policy', channelIn(scope)), above, inherits: workspace !== undefined, mayChange })}
${trialCard({ words, typed: trial?.typed ?? { values: { place: known ? placeKey(known) : '' }, problems: [] }, action: '/admin/policy', keeps, places, result: trial?.result })}</div></div>`,
  })
}

function aboutOf(
  { about }: WebEnv['Variables']['words']['policies'],
  { workspace, channelId }: PolicyScope,
  known: KnownPlace | undefined,
): string {
  if (channelId !== undefined) return about.channel(placeName(known ?? { channelId }))
  return workspace ? about.workspace : about.installation
}

/** A channel is one of the workspace that is looked at. */
async function scopeOf(c: Context<WebEnv>, { store }: PlacePages): Promise<PolicyScope> {
  const workspace = c.get('workspace')
  const channelId = c.req.query('channel')
  if (!workspace) return {}
  if (channelId === undefined || channelId === '') return { workspace }
  if (!(await store.places.find({ ...workspace, channelId })))
    throw new ParleyError('not_found', 'There is no such channel.')
  return { workspace, channelId }
}

function channelIn({ channelId }: PolicyScope): Readonly<Record<string, string>> {
  return channelId === undefined ? {} : { channel: channelId }
}

function subjectOf({ workspace, channelId }: PolicyScope): string {
  if (!workspace) return 'installation'
  return channelId === undefined ? workspaceKey(workspace) : placeKey({ ...workspace, channelId })
}

async function readPolicy(c: Context<WebEnv>): Promise<Readonly<Record<string, string>>> {
  const lines = Array.from({ length: maxRules }, (_, line) => [`effect${line}`, `who${line}`, `whom${line}`])
  const names = [
    'linkedOnly',
    'answerMode',
    'answersIn',
    'language',
    'words',
    'model',
    'checks',
    ...lines.flat(),
  ]
  const body = await c.req.parseBody()
  return Object.fromEntries(
    names.flatMap(name => {
      const value = body[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
}

/** What `?person=` and the rest ask for; undefined while nothing was asked. */
async function tryOut(c: Context<WebEnv>, deps: PlacePages): Promise<Trial | undefined> {
  const { person, place: key, text, spot } = c.req.query()
  if (person === undefined) return undefined
  const typed = { person, place: key, text, spot }
  const place = (await deps.store.places.list(inWorkspace(c), { limit: maxPlaces })).find(
    one => placeKey(one) === key,
  )
  const identity = place && (await accountOf(deps, person, place))
  const said = (text ?? '').slice(0, maxTrialLength)
  const problems: FieldProblem[] = [
    ...(place ? [] : [{ field: 'place', code: 'required' as const }]),
    ...(place && !identity ? [{ field: 'person', code: 'not_offered' as const }] : []),
  ]
  if (!place || !identity) return { typed: { ...nothingTyped, values: typed, problems } }
  const where: Spot = spots.find(one => one === spot) ?? 'channel'
  const result = await dryRun(
    deps,
    { place, identity, text: said, spot: where },
    AbortSignal.timeout(rolesPatienceMs),
  )
  return { typed: { ...nothingTyped, values: typed }, result }
}

function inWorkspace(c: Context<WebEnv>) {
  const workspace = c.get('workspace')
  return workspace ? { workspace } : {}
}

/** A Member speaks there with the account they linked, or with one of the web that stands in for it. */
async function accountOf(
  { store }: PlacePages,
  typed: string,
  place: KnownPlace,
): Promise<Identity | undefined> {
  const person = await findPerson(store, place, typed)
  if (!person) return undefined
  if (person.kind === 'identity')
    return (await store.identities.get([person.identityId])).get(person.identityId)
  const accounts = await store.members.identities(person.memberId)
  return accounts.find(({ platform }) => platform === place.platform) ?? accounts[0]
}
