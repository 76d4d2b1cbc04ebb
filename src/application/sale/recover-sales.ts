// Takes up the sales that earlier processes did not finish, where one process has the database alone.
import type { SaleId } from '../../domain/ids.ts'
import type { Timer } from '../base/clock.port.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { SaleStore, UnreadableSale } from './run/sale-store.port.ts'
import type { TakeUpSales } from './take-up-sales.ts'

/** Sale ids of one read. */
const PAGE_MAX = 1_000

/** Sales that are taken up in one turn of the loop. Requests and signals wait so long. */
const TAKEN_UP_MAX = 64

export type Found = {
  /** Sales to take up. */
  readonly left: readonly SaleId[]
  /** Unfinished when this copy of the log was made. An operator must ask for each of them. */
  readonly held: readonly SaleId[]
}

export type Recovered = {
  readonly takenUp: number
  /** Skipped, and reported. */
  readonly unreadable: readonly SaleId[]
}

export interface RecoverSales {
  /**
   * The sales that an earlier process left with work to do. Call it before the first new sale
   * begins, or it finds the sales of this process, too.
   */
  find(): Promise<Found>

  /**
   * Starts a run for each sale, until `stop` is aborted. A sale that cannot be read is skipped,
   * and reported after the others were taken up.
   */
  takeUp(saleIds: readonly SaleId[], stop: AbortSignal): Promise<Recovered>
}

export function makeRecoverSales(deps: {
  readonly store: SaleStore
  readonly copied: CopiedSales
  readonly takeUpSales: TakeUpSales
  readonly reportUnreadable: ReportUnreadable
  readonly clock: Timer
}): RecoverSales {
  const { store, copied, takeUpSales, reportUnreadable, clock } = deps

  return {
    async find() {
      const held = await copied.held()
      const isHeld = new Set(held)
      return { left: (await unfinished()).filter((saleId) => !isHeld.has(saleId)), held }
    },

    async takeUp(saleIds, stop) {
      let takenUp = 0
      const unreadable: UnreadableSale[] = []
      for (let from = 0; from < saleIds.length; from += TAKEN_UP_MAX) {
        // The database answers without a pause, so requests and signals need a turn between.
        await clock.sleep(0)
        const page = await takeUpSales(saleIds.slice(from, from + TAKEN_UP_MAX), stop)
        if (page === 'stopped') break
        takenUp += page.takenUp
        unreadable.push(...page.unreadable)
      }
      for (const { saleId, error } of unreadable) {
        // The next start finds the sale again.
        if (stop.aborted) break
        await reportUnreadable(saleId, error, stop)
      }
      return { takenUp, unreadable: unreadable.map(({ saleId }) => saleId) }
    },
  }

  async function unfinished(): Promise<readonly SaleId[]> {
    const found: SaleId[] = []
    // The loop is bounded by the number of unfinished sales: each page begins after the last one.
    for (;;) {
      const page = await store.unfinished(found.at(-1), PAGE_MAX)
      found.push(...page)
      if (page.length < PAGE_MAX) return found
    }
  }
}
