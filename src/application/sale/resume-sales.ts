// Carries out what operators ask for with `sales resume`.
import type { SaleId } from '../../domain/ids.ts'
import { STORE_BACKOFF, steady } from '../base/backoff.ts'
import type { Timer } from '../base/clock.port.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { ResumeRequest, ResumeRequests } from './resume-requests.port.ts'
import type { RunningSales } from './run/running-sales.ts'
import type { TakeUpSales } from './take-up-sales.ts'

/** How often the log is searched for new requests. */
const LOOK_EVERY_MS = 1_000

/** Nobody waits for the answer, so a database that is busy is left alone for seconds at once. */
const LOOK_BACKOFF = steady(STORE_BACKOFF.maxMs)

/** Requests of one read. */
const PAGE_MAX = 100

export interface ResumeSales {
  /**
   * Serves the requests above this position of the log, until `stop` is aborted. The aftermath of
   * a sale is retried now. A sale that this process does not drive, because it was held or could
   * not be read, is taken up, unless it is another process's.
   *
   * @throws {AppError} `lost`.
   */
  run(position: number, stop: AbortSignal): Promise<void>
}

export function makeResumeSales(deps: {
  readonly requests: ResumeRequests
  readonly sales: RunningSales
  readonly takeUpSales: TakeUpSales
  /** Whether this process is to drive a sale that it does not drive: another one may own it. */
  readonly isOurs: (saleId: SaleId) => Promise<boolean>
  readonly reportUnreadable: ReportUnreadable
  readonly clock: Timer
  readonly logger: Logger
}): ResumeSales {
  const { requests, sales, takeUpSales, isOurs, reportUnreadable, clock, logger } = deps

  return {
    async run(position, stop) {
      let done = position
      while (!stop.aborted) {
        const found = await look(done, stop)
        for (const request of found) {
          if (stop.aborted) return
          await resume(request, stop)
          done = request.position
        }
        if (found.length < PAGE_MAX) await clock.sleep(LOOK_EVERY_MS, stop)
      }
    },
  }

  async function look(position: number, stop: AbortSignal): Promise<readonly ResumeRequest[]> {
    const onFailure = (err: unknown) =>
      logger.warn({ err }, 'requests to resume a sale not reached')
    const patience = { clock, backoff: LOOK_BACKOFF, stop, onFailure }
    return (await patiently(patience, () => requests.after(position, PAGE_MAX))) ?? []
  }

  async function resume({ position, saleId }: ResumeRequest, stop: AbortSignal): Promise<void> {
    if (saleId === undefined) {
      logger.error({ position }, 'a request to resume a sale cannot be read')
      return
    }
    const isDriven = sales.retryNow(saleId)
    logger.info({ saleId, position, isDriven }, 'asked to resume a sale')
    if (!isDriven) await takeUp(saleId, stop)
  }

  async function takeUp(saleId: SaleId, stop: AbortSignal): Promise<void> {
    const mayTakeUp = await patiently({ clock, backoff: LOOK_BACKOFF, stop }, () => isOurs(saleId))
    if (mayTakeUp !== true) return
    const page = await takeUpSales([saleId], stop)
    const unreadable = page === 'stopped' ? [] : page.unreadable
    for (const { error } of unreadable) await reportUnreadable(saleId, error)
  }
}
