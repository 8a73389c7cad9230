import { html } from 'hono/html'
import { type DryRun, spots } from '../../core/dry-run.ts'
import { type KnownPlace, placeKey } from '../../core/places.ts'
import type { Words } from '../../core/words.ts'
import { field, select, textArea, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { icon } from '../views/icon.ts'

export interface TrialForm {
  readonly words: Words
  readonly typed: Typed
  /** Where it is sent, without its query; what it keeps of the query. */
  readonly action: string
  readonly keeps: Readonly<Record<string, string>>
  readonly places: readonly KnownPlace[]
  readonly result?: DryRun | undefined
}

/** The trial of a message, and what it came to. It changes nothing, so it is asked for like any page. */
export function trialCard(form: TrialForm): Html {
  const { words, typed, action, keeps, places, result } = form
  const say = words.policies
  return html`<section class="card" id="trial" aria-labelledby="trial-title"><h2 id="trial-title">${say.trial}</h2><p class="about">${say.trialAbout}</p>
<form method="get" action="${action}#trial" class="form" novalidate>
${Object.entries(keeps).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="pair">${field(words, typed, { name: 'person', label: say.person, hint: say.personHint, autocomplete: 'off' })}
${select(words, typed, { name: 'place', label: say.channel }, [{ value: '', text: say.chooseChannel }, ...places.map(place => ({ value: placeKey(place), text: placeName(place) }))])}
${select(
  words,
  typed,
  { name: 'spot', label: say.spot },
  spots.map(value => ({ value, text: say.spots[value] })),
)}</div>
${textArea(words, typed, { name: 'text', label: say.text, hint: say.textHint })}
<div class="form-actions"><button class="btn">${say.run}</button></div></form>
${result ? resultOf(words, result) : ''}</section>`
}

/** A channel as people call it. */
export function placeName({ name, channelId }: Pick<KnownPlace, 'name' | 'channelId'>): string {
  return name === undefined ? channelId : `#${name.replace(/^#/, '')}`
}

function resultOf(words: Words, run: DryRun) {
  const say = words.policies
  const { outcome } = run.outcome
  const kind = { answered: 'good', ignored: 'note', refused: 'bad' } as const
  const verdict = outcome === 'answered' ? say.outcome.answered(run.agent.name) : say.outcome[outcome]
  return html`<div class="trial-result" role="status"><p class="verdict ${kind[outcome]}">${icon(kind[outcome])}<b>${verdict}</b></p>
<dl class="steps">${stepsOf(words, run).map(
    ({ title, ok, text }) =>
      html`<div class="${ok ? 'good' : 'bad'}"><dt>${icon(ok ? 'good' : 'bad')}${title}</dt><dd>${text}</dd></div>`,
  )}</dl></div>`
}

interface Step {
  readonly title: string
  readonly ok: boolean
  readonly text: string
}

function stepsOf({ policies: say }: Words, run: DryRun): readonly Step[] {
  const { addressed, permission, found, moderators, spent, standings, agent } = run
  const quota = spent ? say.spent : standings.length === 0 ? say.noLimits : say.hasRoom(standings.length)
  return [
    {
      title: say.steps.addressed,
      ok: addressed.outcome === 'answered',
      text: reasonIn(say, addressed.reason),
    },
    {
      title: say.steps.permission,
      ok: permission.verdict === 'allowed',
      text: [permissionIn(say, run), ...rolesIn(say, run)].join(' '),
    },
    {
      title: say.steps.moderation,
      ok: found === undefined,
      text: [
        found === undefined ? say.passes : say.found(found),
        ...(moderators.length === 0 ? [] : [say.asksModel(moderators)]),
      ].join(' '),
    },
    { title: say.steps.quota, ok: !spent, text: quota },
    { title: say.steps.agent, ok: true, text: agent.name },
  ]
}

function permissionIn(say: Words['policies'], { permission }: DryRun): string {
  if (permission.verdict === 'allowed') return say.allowed
  return reasonIn(say, permission.verdict === 'refused' ? permission.reason : 'roles_unread')
}

function rolesIn(say: Words['policies'], { roles, permission }: DryRun): readonly string[] {
  if (permission.verdict === 'roles_needed') return [say.rolesUnread]
  return roles ? [say.rolesRead(roles)] : []
}

function reasonIn({ reasons }: Words['policies'], reason: string): string {
  return Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : reason
}
