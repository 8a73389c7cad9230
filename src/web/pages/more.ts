import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { requestMore } from '../../core/quota-request.ts'
import { spentQuota } from '../../core/quota.ts'
import { refusalFor } from '../../core/quota-refusal.ts'
import type { RoleReader } from '../../core/role-reader.ts'
import type { Store } from '../../core/store.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { QuotaRefusal } from '../../core/quota.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { webThread } from '../platform.ts'
import { field, nothingTyped } from '../views/field.ts'
import { readForm } from './form.ts'
import { memberOnly, signedInOf } from './member-only.ts'

export interface MorePages {
  readonly store: Store
  readonly nowMs: () => number
  readonly roles: RoleReader
}

/** `/more` asks those who manage for more of what is used up; with `?turn=` of what refused this question. */
export function moreRoutes(deps: MorePages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/more', memberOnly)
  app.get('/more', async c => morePage(c, await spentFor(deps, c)))
  app.post('/more', async c => {
    const spent = await spentFor(deps, c)
    if (spent.state !== 'spent') return morePage(c, spent)
    const { reason } = await readForm(c, ['reason'])
    const { state: _state, ...path } = spent
    const asked = await deps.store.atomically(stores =>
      requestMore(stores, { ...path, id: randomUUID(), reason, atMs: deps.nowMs() }),
    )
    if (asked === 'nothing_spent') return morePage(c, { state: 'enough' })
    return c.redirect(withNotice('/chats', asked === 'asked' ? 'quotaSent' : 'quotaSentBefore'), 303)
  })
  return app
}

type Spent =
  | {
      readonly state: 'spent'
      readonly askerId: string
      readonly thread: ThreadRef
      readonly roles: readonly string[]
      readonly refusal: QuotaRefusal
    }
  | { readonly state: 'enough' | 'not_yours' }

async function spentFor({ store, nowMs, roles: rolesOf }: MorePages, c: Context<WebEnv>): Promise<Spent> {
  const { member, viewer } = signedInOf(c)
  const [own] = await store.members.identities(member.id)
  const turnId = c.req.query('turn')
  const turn = turnId === undefined ? undefined : await store.turns.find(turnId)
  if (turnId !== undefined && (!turn || !viewer.identityIds.includes(turn.asker.id)))
    return { state: 'not_yours' }
  const askerId = turn?.asker.id ?? own?.id ?? ''
  const thread = turn ? (await store.dialogues.get(turn.dialogueId)).thread : webThread('')
  const asker = turn?.asker ?? own
  const roles = asker ? await rolesOf(asker, thread) : []
  const refusal = turn?.end?.refusal
  if (refusal && refusal.resetsAtMs > nowMs()) return { state: 'spent', askerId, thread, roles, refusal }
  const refusedBy = spentQuota(await store.quotas.standing({ askerId, thread, roles, atMs: nowMs() }))
  if (!refusedBy) return { state: 'enough' }
  return {
    state: 'spent',
    askerId,
    thread,
    roles,
    refusal: await refusalFor(store, askerId, { refusedBy, reason: 'spent' }),
  }
}

function morePage(c: Context<WebEnv>, spent: Spent): Promise<Response> {
  const words = c.get('words')
  const { quota } = words
  const body =
    spent.state === 'spent'
      ? html`<p>${quota.refused(spent.refusal)}</p><p class="dim">${quota.about}</p>
<form class="form" method="post">
${field(words, nothingTyped, { name: 'reason', label: quota.reason, hint: quota.reasonHint })}
<div class="form-actions"><button class="btn primary">${quota.send}</button><a class="btn quiet" href="/chats">${quota.back}</a></div>
</form>`
      : html`<p>${spent.state === 'enough' ? quota.enough : quota.notYours}</p><p class="row"><a class="btn" href="/chats">${quota.back}</a></p>`
  return page(c, {
    title: quota.title,
    ...(spent.state === 'not_yours' ? { status: 404 as const } : {}),
    body: html`<h1>${quota.title}</h1><section class="card">${body}</section>`,
  })
}
