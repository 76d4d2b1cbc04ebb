// Takes a sale of the log up: reads its state and starts a run of it.
import type { SaleId } from '../../domain/ids.ts'
import { replay } from '../../domain/sale/evolve.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { UnreadableError } from '../base/errors.ts'
import { patiently } from '../base/patiently.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { RunningSales } from './run/running-sales.ts'
import type { SaleStore } from './run/sale-store.port.ts'

/**
 * Waits while the database is unavailable, until `stop` is aborted. Returns the error of a sale
 * that cannot be read.
 */
export type TakeUpSale = (
  saleId: SaleId,
  stop: AbortSignal,
) => Promise<'takenUp' | 'stopped' | UnreadableError>

export function makeTakeUpSale(deps: {
  readonly store: SaleStore
  readonly copied: CopiedSales
  readonly sales: RunningSales
  readonly clock: Clock
}): TakeUpSale {
  const { store, copied, sales, clock } = deps

  return async function takeUpSale(saleId, stop) {
    if (stop.aborted) return 'stopped'
    try {
      const patience = { clock, backoff: STORE_BACKOFF, stop }
      return (await patiently(patience, () => takeUp(saleId))) ?? 'stopped'
    } catch (error) {
      if (error instanceof UnreadableError) return error
      throw error
    }
  }

  async function takeUp(saleId: SaleId): Promise<'takenUp'> {
    const isCopied = await copied.isCopied(saleId)
    const events = await store.load(saleId)
    const client = await store.clientOf(saleId)
    const start = { sale: replay(saleId, events), sequence: events.length, client }
    sales.takeUp(start, { type: 'interrupted', ...(isCopied ? { fromCopy: true } : {}) })
    return 'takenUp'
  }
}
