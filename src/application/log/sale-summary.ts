// The summary of a sale that lists show, made from its state.

import { assertNever } from '../../domain/assert-never.ts'
import type { CrmId, SaleId } from '../../domain/ids.ts'
import { isAtRest } from '../../domain/sale/aftermath.ts'
import { firstIdsOf } from '../../domain/sale/evolve.ts'
import type { Sale } from '../../domain/sale/state.ts'
import type { FailedStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'

export const PUBLIC_STATUSES = [
  'in_progress',
  'completed',
  'rolling_back',
  'rolled_back',
  'stuck',
] as const
export type PublicStatus = (typeof PUBLIC_STATUSES)[number]

/** A sale as a list shows it. */
export type SaleSummary = {
  readonly saleId: SaleId
  readonly status: PublicStatus
  readonly contactId: CrmId
  readonly dealId: CrmId | null
  readonly quoteId: CrmId | null
  readonly salesOrderId: CrmId | null
  readonly requestedAt: EpochMs
  /** When the sale was completed or rolled back; `null` before that. */
  readonly endedAt: EpochMs | null
  readonly failure: { readonly step: FailedStep; readonly message: string } | null
  /** Whether the service has nothing left to do for the sale. */
  readonly atRest: boolean
}

/**
 * The summary of a sale's state.
 *
 * @throws {Error} for a sale that was never requested: a bug.
 */
export function summarize(sale: Sale): SaleSummary {
  if (sale.status === 'absent') throw new Error('a sale that was never requested has no summary')
  const ids = firstIdsOf(sale)
  const { saleId, contactId, requestedAt } = sale
  const failure = 'failure' in sale ? sale.failure : undefined
  return {
    saleId,
    status: publicStatus(sale),
    contactId,
    dealId: ids.deal,
    quoteId: ids.quote,
    salesOrderId: ids.salesOrder,
    requestedAt,
    endedAt: 'endedAt' in sale ? sale.endedAt : null,
    failure: failure === undefined ? null : { step: failure.step, message: failure.reason },
    atRest: isAtRest(sale),
  }
}

function publicStatus(sale: Exclude<Sale, { readonly status: 'absent' }>): PublicStatus {
  switch (sale.status) {
    case 'requested':
    case 'priced':
    case 'dealCreated':
    case 'quoteCreated':
      return 'in_progress'
    case 'completed':
      return 'completed'
    case 'rollingBack':
      return 'rolling_back'
    case 'rolledBack':
      return 'rolled_back'
    case 'stuck':
      return 'stuck'
    default:
      return assertNever(sale)
  }
}
