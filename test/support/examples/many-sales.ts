import type { Database } from '../../../src/adapters/sqlite/database/database.ts'
import { appendEvents } from '../../../src/adapters/sqlite/log/rows/append-events.ts'
import { toColumns } from '../../../src/adapters/sqlite/sale/sale-row.ts'
import { summarize } from '../../../src/application/log/sale-summary.ts'
import type { CrmId, SaleId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import type { FailedStep } from '../../../src/domain/sale/steps.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { dealCreated, priced, requested } from './sale-examples.ts'
import * as a from './store-examples.ts'

/** Sales in one transaction: enough that its own cost does not count. */
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
 * Fills a database with sales of several clients and contacts, most of them completed, by the
 * adapter's own append, many sales to a transaction.
 */
export async function addManySales({ kysely }: Database, count: number): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) {
    await kysely.transaction().execute(async (tx) => {
      for (let n = from; n < Math.min(from + BATCH, count + 1); n += 1) {
        const saleId = manySaleId(n)
        const events = eventsOf(n)
        const stream = { saleId, after: 0 }
        const position = await appendEvents(tx, stream, events, a.actor)
        await tx
          .insertInto('sale')
          .values({
            first_position: position,
            sale_id: saleId,
            client: clientOf(n),
            sequence: events.length,
            ...toColumns(summarize(replay(saleId, events))),
          })
          .execute()
      }
    })
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
