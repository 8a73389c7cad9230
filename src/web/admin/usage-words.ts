import type { Context } from 'hono'
import { sayAmount } from '../../core/amount.ts'
import { platformOf } from '../../core/thread.ts'
import type { UsageAspect, UsageLine, UsageTotal } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import type { Naming } from './quotas-pages.ts'
import type { UsageMeasure } from './usage-query.ts'

export function measured(total: UsageTotal, measure: UsageMeasure): number {
  if (measure === 'cost') return total.costMicros
  return measure === 'requests' ? total.requests : total.inputTokens + total.outputTokens
}

/** An amount of what is measured as a person says it. */
export function measureText(c: Context<WebEnv>, measure: UsageMeasure, amount: number): string {
  return sayAmount(measure === 'cost' ? 'costMicros' : measure, amount, c.get('language'))
}

/** What a line of a report is called. */
export function lineName(
  c: Context<WebEnv>,
  aspect: UsageAspect,
  { key, name }: Pick<UsageLine, 'key' | 'name'>,
  naming: Naming,
  agents: ReadonlyMap<string, string>,
): string {
  if (key === '') return c.get('words').usage.nobody
  switch (aspect) {
    case 'day':
      return dayText(c, key)
    case 'channel':
      return key.startsWith('web:') ? c.get('words').usage.platforms.web : naming.channel(key)
    case 'workspace':
      return naming.workspace(key)
    case 'platform':
      return c.get('words').usage.platforms[platformOf(key)]
    case 'agent':
      return agents.get(key) ?? name
    case 'model':
    case 'person':
      return name
  }
}

export function dayText(c: Context<WebEnv>, day: string): string {
  return new Intl.DateTimeFormat(c.get('language'), {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(Date.parse(day))
}
