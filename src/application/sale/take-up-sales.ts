// Takes sales of the log up: reads their states and starts a run of each.
import type { SaleId } from '../../domain/ids.ts'
import { takeUp } from '../../domain/sale/evolve.ts'
import { later } from '../../domain/time.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { patiently } from '../base/patiently.ts'
import { readClocks } from '../base/read-clocks.ts'
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
    for (const sale of page.loaded) begin(sale)
    return { takenUp: page.loaded.length, unreadable: page.unreadable }
  }

  function begin({ saleId, requestId, events, client, isCopied }: LoadedSale): void {
    const now = readClocks(clock)
    const agoMs = Math.max(0, now.wall - (events[0]?.at ?? now.wall))
    const start = {
      sale: takeUp(saleId, events, now.instant),
      sequence: events.length,
      client,
      names: { saleId, requestId },
      requestedAt: later(now.instant, -agoMs),
      since: now.instant,
    }
    sales.takeUp(start, { type: 'interrupted', ...(isCopied ? { fromCopy: true } : {}) })
  }
}
