// Reports what the new events of a sale mean for whoever watches: how long a step took, how a sale ended.

import { isReportedStuck } from '../../../domain/sale/aftermath.ts'
import type { SaleEvent } from '../../../domain/sale/events.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import { type Instant, msBetween } from '../../../domain/time.ts'
import type { Logger, SaleNames } from '../../base/logger.port.ts'
import type { Meter, SaleEnding, TimedStep } from '../../base/meter.port.ts'

export type ReportedSale = {
  readonly sale: Sale
  readonly names: SaleNames
  /** Whose request began the sale. */
  readonly client: string
  /** When it was requested; of a sale that was taken up, as the wall clock had it then. */
  readonly requestedAt: Instant
  /** When the sale came to its present status, or was taken up. */
  readonly since: Instant
}

/**
 * Writes one line when the sale ends, and counts. To be called when the events are durable.
 *
 * @param at when they were decided
 */
export type ReportSale = (
  before: ReportedSale,
  events: readonly SaleEvent[],
  after: Sale,
  at: Instant,
) => void

export function makeReportSale(deps: {
  readonly meter: Pick<Meter, 'saleEnded' | 'stepEnded'>
  readonly logger: Logger
}): ReportSale {
  const { meter, logger } = deps

  return function reportSale(before, events, after, at) {
    for (const event of events) {
      if (isKnown(event, before.sale)) continue
      const step = stepEndedBy(event, before.sale)
      if (step !== undefined) meter.stepEnded(step, msBetween(stepBegan(before), at))
      const end = ENDINGS[event.type]
      if (end !== undefined) reportEnd(before, at, after, end)
    }
  }

  function reportEnd(
    { names, client, requestedAt }: ReportedSale,
    at: Instant,
    after: Sale,
    { outcome, level }: End,
  ): void {
    const failedStep = 'failure' in after ? after.failure.step : undefined
    const ms = msBetween(requestedAt, at)
    meter.saleEnded(outcome, failedStep, ms)
    logger[level]({ ...names, outcome, failedStep, ms, client }, 'sale ended')
  }
}

type End = { readonly outcome: SaleEnding; readonly level: 'info' | 'warn' | 'error' }

const ENDINGS: Readonly<Partial<Record<SaleEvent['type'], End>>> = {
  SaleCompleted: { outcome: 'completed', level: 'info' },
  SaleRolledBack: { outcome: 'rolled_back', level: 'warn' },
  SaleStuck: { outcome: 'stuck', level: 'error' },
}

/** The end of a sale that a former owner opened again was reported before. */
function isKnown({ type }: SaleEvent, sale: Sale): boolean {
  if (type === 'SaleStuck') return isReportedStuck(sale)
  return type === 'SaleRolledBack' && 'wasRolledBack' in sale && sale.wasRolledBack
}

/** A rollback finds records of its steps, too; only a sale that goes forward makes a step with one. */
const STEPS: Readonly<Partial<Record<SaleEvent['type'], readonly [Sale['status'], TimedStep]>>> = {
  SalePriced: ['requested', 'terms'],
  DealCreated: ['priced', 'deal'],
  QuoteCreated: ['dealCreated', 'quote'],
  SalesOrderCreated: ['quoteCreated', 'salesOrder'],
}

function stepEndedBy({ type }: SaleEvent, { status }: Sale): TimedStep | undefined {
  if (type === 'SaleRolledBack') return 'rollback'
  const [from, step] = STEPS[type] ?? []
  return status === from ? step : undefined
}

/** A rollback begins with its decision, or where this process took it up, whether it is stuck since or not. */
function stepBegan({ sale, since }: ReportedSale): Instant {
  return 'settleFrom' in sale ? sale.settleFrom : since
}
