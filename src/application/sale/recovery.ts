// How a service comes to drive the sales that other processes left, where it has the database alone.
import type { SaleId } from '../../domain/ids.ts'
import type { Logger } from '../base/logger.port.ts'
import type { RecoverSales } from './recover-sales.ts'

/** Which unfinished sales a service drives beside those that it begins. */
export interface Recovery {
  /**
   * To be called before the front is open. Returns the sales that are held: the database is a restored copy, and
   * an operator has to decide about each.
   */
  begin(): Promise<{ readonly held: readonly SaleId[] }>

  /** Takes sales up, until `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>

  /** To be called when all runs have ended: leaves what is unfinished to whoever comes next. */
  end(): Promise<void>
}

/** All that an earlier process left is this one's. */
export function makeSoleRecovery(deps: {
  readonly recoverSales: RecoverSales
  readonly logger: Logger
}): Recovery {
  const { recoverSales, logger } = deps
  let found: readonly SaleId[] = []

  return {
    async begin() {
      const { left, held } = await recoverSales.find()
      found = left
      return { held }
    },

    async run(stop) {
      if (found.length === 0) return
      logger.info({ found: found.length }, 'taking up unfinished sales')
      const { takenUp, unreadable } = await recoverSales.takeUp(found, stop)
      logger.info({ takenUp, unreadable: unreadable.length }, 'unfinished sales taken up')
    },

    async end() {},
  }
}
