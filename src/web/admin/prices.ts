import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { parseAmount } from '../../core/amount.ts'
import { mayManage } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { FieldProblem } from '../../core/field-problem.ts'
import type { Price } from '../../core/price.ts'
import { changePrices, type NewPrice } from '../../core/price-change.ts'
import type { UsageLine } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { adminHead } from '../views/admin-head.ts'
import { readForm, refusedForm, type Refused } from '../pages/form.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkManagesAll } from './admin.ts'
import { historyCard, priceForm, priceTable, typedPrice, unknownCard } from './prices-view.ts'
import type { QuotaPages } from './quotas-pages.ts'

const fields = ['model', 'input', 'cached', 'output'] as const
type Typed = Readonly<Record<(typeof fields)[number], string>>

const longestModel = 200

/** Usage this far back is looked at for models whose price nobody said. */
const lookBackMs = 90 * 86_400_000

/** `/admin/prices`: what models cost, for who manages the installation; others who see /admin may look. */
export function priceRoutes(deps: QuotaPages): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .use('/admin/prices', adminOnly(deps.store.workspaceRoles))
    .get('/admin/prices', c => pricePage(c, deps))
    .post('/admin/prices', async c => {
      // A price holds everywhere, so those of one workspace do not set it.
      checkManagesAll(c)
      const typed = await readForm(c, fields)
      try {
        const change = { ...actOf(c, deps), prices: [readPrice(typed)] }
        await deps.store.atomically(stores => changePrices(stores, authorityIn(c), change))
      } catch (thrown) {
        return pricePage(c, deps, refusedForm(c, thrown, typed))
      }
      return c.redirect(withNotice(adminPath(c, 'prices'), 'priceSaved'), 303)
    })
}

function readPrice(typed: Typed): NewPrice {
  const problems: FieldProblem[] = []
  const model = typed.model.trim()
  if (model === '') problems.push({ field: 'model', code: 'required' })
  if (model.length > longestModel) problems.push({ field: 'model', code: 'too_long' })
  const dollars = (field: 'input' | 'cached' | 'output') => {
    const micros = parseAmount('costMicros', typed[field])
    if (micros === undefined)
      problems.push({ field, code: typed[field].trim() === '' ? 'required' : 'malformed' })
    return micros ?? 0
  }
  const inputMicros = dollars('input')
  const cachedInputMicros = typed.cached.trim() === '' ? undefined : dollars('cached')
  const outputMicros = dollars('output')
  if (problems.length > 0)
    throw new ParleyError('invalid', 'This price cannot be taken as it is.', { fields: problems })
  return {
    model,
    inputMicros,
    outputMicros,
    ...(cachedInputMicros === undefined ? {} : { cachedInputMicros }),
  }
}

async function pricePage(c: Context<WebEnv>, { store, nowMs }: QuotaPages, refused?: Refused) {
  const words = c.get('words')
  const workspace = c.get('workspace')
  const toMs = nowMs() + 1
  const asked = c.req.query('history')
  const [prices, used, history] = await Promise.all([
    store.prices.current(),
    store.usageReports.by('model', { ...(workspace ? { workspace } : {}), fromMs: toMs - lookBackMs, toMs }),
    asked === undefined ? [] : store.prices.history(asked),
  ])
  const unknown = unknownIn(used, prices)
  const mayChange = mayManage(authorityIn(c))
  const form = mayChange ? formFor(c, prices, refused) : ''
  return adminPage(c, 'prices', {
    title: words.admin.sections.prices,
    body: html`${adminHead({ title: words.admin.sections.prices, about: words.prices.lead, ...(mayChange ? { actions: html`<a class="btn primary" href="${adminPath(c, 'prices', { set: '' })}#price">${words.prices.add}</a>` } : {}) })}
<div class="column broad">${form}${historyCard(c, asked ?? '', history)}${unknownCard(c, unknown, mayChange)}${priceTable(c, prices, mayChange)}</div>`,
    scripts: ['hints.js'],
    refused,
  })
}

/** Models that were used and of which nobody said what they cost. */
function unknownIn(used: readonly UsageLine[], prices: readonly Price[]): readonly UsageLine[] {
  const known = new Set(prices.map(({ model }) => model))
  return used.filter(({ key, total }) => total.unpricedCalls > 0 && !known.has(key))
}

function formFor(c: Context<WebEnv>, prices: readonly Price[], refused: Refused | undefined) {
  if (refused) return priceForm(c, refused.typed)
  const model = c.req.query('set')
  if (model === undefined) return ''
  return priceForm(
    c,
    typedPrice(
      prices.find(price => price.model === model),
      model,
    ),
  )
}
