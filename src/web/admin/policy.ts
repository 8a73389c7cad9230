import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { type DryRun, dryRun, type Spot, spots } from '../../core/dry-run.ts'
import { ParleyError } from '../../core/errors.ts'
import type { FieldProblem } from '../../core/field-problem.ts'
import { accountIn, type Identity } from '../../core/identity.ts'
import { type KnownPlace, placeKey } from '../../core/places.ts'
import { policyOf, type PolicyScope } from '../../core/policy.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { adminHead } from '../views/admin-head.ts'
import { nothingTyped, type Typed } from '../views/field.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkMayChange } from './admin.ts'
import { placeName, trialCard } from './dry-run-view.ts'
import { auditPlace } from './place-audit.ts'
import { findPerson, parsePolicy, policyFields, toAudit, toFields } from './policy-form.ts'
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
      const [scope, places] = await Promise.all([scopeOf(c, deps), placesOf(c, deps)])
      const trial = await tryOut(c, deps, places)
      return shown(c, deps, { scope, places, ...(trial ? { trial } : {}) })
    })
    .post('/admin/policy', only, async c => {
      checkMayChange(c)
      const scope = await scopeOf(c, deps)
      const values = await readForm(c, policyFields)
      const { level, problems } = await parsePolicy(store, scope.workspace, values)
      if (!level)
        return shown(c, deps, { scope, places: await placesOf(c, deps), typed: { values, problems } })
      await store.atomically(async stores => {
        const before = await stores.policies.find(scope)
        await stores.policies.set(scope, level)
        await auditPlace(stores, actOf(c, deps), 'policy_changed', {
          of: scope.place ?? scope.workspace ?? {},
          detail: { before: toAudit(before), after: toAudit(level) },
        })
      })
      return c.redirect(withNotice(adminPath(c, 'policy', channelIn(scope)), 'policySaved'), 303)
    })
}

interface Trial {
  readonly typed: Typed
  readonly result?: DryRun
}

interface Shown {
  readonly scope: Scope
  readonly places: readonly KnownPlace[]
  readonly typed?: Typed
  readonly trial?: Trial
}

async function shown(
  c: Context<WebEnv>,
  { store }: PlacePages,
  { scope, places, typed, trial }: Shown,
): Promise<Response> {
  const words = c.get('words')
  const say = words.policies
  const { workspace, channelId, place } = scope
  const [level = {}, levels] = await Promise.all([
    store.policies.find(scope),
    workspace && store.policies.levels({ ...workspace, channelId: channelId ?? '' }),
  ])
  const values = typed?.values ?? (await toFields(store, level, say.subjects))
  const above = policyOf({
    ...(levels?.installation ? { installation: levels.installation } : {}),
    ...(channelId !== undefined && levels?.workspace ? { workspace: levels.workspace } : {}),
  })
  const mayChange = mayManage(authorityIn(c), workspace)
  const about = place
    ? say.about.channel(placeName(place))
    : say.about[workspace ? 'workspace' : 'installation']
  const keeps = { ...(workspace ? { workspace: workspaceKey(workspace) } : {}), ...channelIn(scope) }
  return adminPage(c, 'policy', {
    title: say.title,
    status: typed ? 422 : 200,
    body: html`${adminHead({ title: say.title, about, ...(channelId === undefined ? {} : { actions: html`<a class="btn" href="${adminPath(c, 'policy')}">${say.backToWorkspace}</a>` }) })}
<div class="flow"><div class="column broad">${mayChange ? '' : html`<p class="about">${say.readOnly}</p>`}
${policyForm({ words, typed: { values, problems: typed?.problems ?? [] }, action: adminPath(c, 'policy', channelIn(scope)), above, inherits: workspace !== undefined, mayChange })}
${trialCard({ words, typed: trial?.typed ?? { values: { place: place ? placeKey(place) : '' }, problems: [] }, action: '/admin/policy', keeps, places, result: trial?.result })}</div></div>`,
  })
}

/** What a page is about; of a channel, all that is known of it. */
interface Scope extends PolicyScope {
  readonly place?: KnownPlace
}

/** A channel is one of the workspace that is looked at. */
async function scopeOf(c: Context<WebEnv>, { store }: PlacePages): Promise<Scope> {
  const workspace = c.get('workspace')
  const channelId = c.req.query('channel')
  if (!workspace) return {}
  if (channelId === undefined || channelId === '') return { workspace }
  const place = await store.places.find({ ...workspace, channelId })
  if (!place) throw new ParleyError('not_found', 'There is no such channel.')
  return { workspace, channelId, place }
}

function placesOf(c: Context<WebEnv>, { store }: PlacePages): Promise<readonly KnownPlace[]> {
  const workspace = c.get('workspace')
  return store.places.list(workspace ? { workspace } : {}, { limit: maxPlaces })
}

function channelIn({ channelId }: PolicyScope): Readonly<Record<string, string>> {
  return channelId === undefined ? {} : { channel: channelId }
}

/** What `?person=` and the rest ask for; undefined while nothing was asked. */
async function tryOut(
  c: Context<WebEnv>,
  deps: PlacePages,
  places: readonly KnownPlace[],
): Promise<Trial | undefined> {
  const { person, place: key, text, spot } = c.req.query()
  if (person === undefined) return undefined
  const typed = { person, place: key, text, spot }
  const place = places.find(one => placeKey(one) === key)
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
  return accountIn(accounts, place) ?? accounts[0]
}
