// Takes sales of the log up: reads their states and starts a run of each.
import type { SaleId } from '../../domain/ids.ts'
import { replay } from '../../domain/sale/evolve.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { patiently } from '../base/patiently.ts'
import type { RunningSales } from './run/running-sales.ts'
import type { LoadedSale, SaleStore, UnreadableSale } from './run/sale-store.port.ts'

export type TakenUp = {
  readonly takenUp: number
  /** Skipped: nothing was started for these. */
  readonly unreadable: readonly UnreadableSale[]
}

/**
 * All runs start in one turn of the loop, so that their first events share a commit. Waits while the
 * database is unavailable, until `stop` is aborted.
 */
export type TakeUpSales = (
  saleIds: readonly SaleId[],
  stop: AbortSignal,
) => Promise<TakenUp | 'stopped'>

export function makeTakeUpSales(deps: {
  readonly store: SaleStore
  readonly sales: RunningSales
  readonly clock: Clock
}): TakeUpSales {
  const { store, sales, clock } = deps

  return async function takeUpSales(saleIds, stop) {
    if (stop.aborted) return 'stopped'
    const patience = { clock, backoff: STORE_BACKOFF, stop }
    const page = await patiently(patience, () => store.loadMany(saleIds))
    if (page === undefined) return 'stopped'
    for (const sale of page.loaded) takeUp(sale)
    return { takenUp: page.loaded.length, unreadable: page.unreadable }
  }

  function takeUp({ saleId, requestId, events, client, isCopied }: LoadedSale): void {
    const since = events.at(-1)?.at ?? clock.now()
    const names = { saleId, requestId }
    const start = { sale: replay(saleId, events), sequence: events.length, client, names, since }
    sales.takeUp(start, { type: 'interrupted', ...(isCopied ? { fromCopy: true } : {}) })
  }
}
