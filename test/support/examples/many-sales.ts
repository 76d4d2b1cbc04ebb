import { summarize } from '../../../src/application/log/sale-summary.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import type { CrmId, SaleId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import type { FailedStep } from '../../../src/domain/sale/steps.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { dealCreated, priced, requested } from './sale-examples.ts'
import * as a from './store-examples.ts'

/** Sales that are written at once, so that there is a bound on what waits. */
const BATCH = 5_000

/** Sales begin so far apart. */
export const APART_MS = 60_000

export const BEGAN = Date.parse('2026-01-01T00:00:00Z') as EpochMs

/** One sale in so many failed; each such failed at the Quote, but for the rare ones below. */
const FAILED_EVERY = 20
/** One client in so many sales is the rare one. */
export const RARE_EVERY = 10_000

const FAILED_STEPS: readonly FailedStep[] = ['quote', 'salesOrder', 'contact', 'deadline']

/**
 * Fills a store with sales of several clients and contacts, most of them completed. Each is written
 * at once, with all of its events.
 */
export async function addManySales(sales: SaleStore, count: number): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count + 1 - from) }, (_, i) => from + i)
    await Promise.all(
      numbers.map((n) => {
        const [saleId, events] = [manySaleId(n), eventsOf(n)]
        const whole = { saleId, after: 0, events, actor: a.actor, client: clientOf(n), mails: [] }
        const summary = summarize(replay(saleId, events))
        return sales.begin({ ...whole, summary }, undefined, plusMs(BEGAN, n * APART_MS))
      }),
    )
  }
}

export function manySaleId(n: number): SaleId {
  return `019b0000-0000-7000-8000-${String(n).padStart(12, '0')}` as SaleId
}

function clientOf(n: number): string {
  if (n % RARE_EVERY === 0) return 'rare-client'
  return n % 3 === 0 ? 'kiosk' : 'web-shop'
}

function eventsOf(n: number): readonly SaleEvent[] {
  const at = plusMs(BEGAN, n * APART_MS)
  const contactId = String(550_000 + (n % 997)) as CrmId
  const first = { ...requested, at, data: { ...requested.data, contactId } }
  const failed = n % FAILED_EVERY === 0
  const failedStep = FAILED_STEPS[(n / FAILED_EVERY) % FAILED_STEPS.length] ?? 'quote'
  const rest: readonly SaleEvent[] = failed
    ? [dealCreated, { ...a.failed, data: { ...a.failed.data, failedStep } }, ...a.rolledBack]
    : a.completed
  return [first, priced, ...rest].map((event, i) => ({ ...event, at: plusMs(at, i * 150) }))
}
