// Records what came of an effect: its events, with the mails about them and the summary of the sale.
import type { SaleId } from '../../../domain/ids.ts'
import { decide } from '../../../domain/sale/decide.ts'
import type { SaleEvent } from '../../../domain/sale/events.ts'
import type { Outcome } from '../../../domain/sale/outcome.ts'
import type { SalePolicy } from '../../../domain/sale/policy.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { STORE_BACKOFF } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.port.ts'
import { errorCode } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.port.ts'
import type { Meter } from '../../base/meter.port.ts'
import { patiently } from '../../base/patiently.ts'
import type { Random } from '../../base/random.port.ts'
import { readClocks } from '../../base/read-clocks.ts'
import type { Crm } from '../../crm/crm.port.ts'
import type { CallsMade } from '../../log/crm-call.ts'
import { GATEWAY } from '../../log/event-record.ts'
import { summarize } from '../../log/sale-summary.ts'
import { mailsFor } from './failure-mail.ts'
import { makeReportSale, type ReportedSale } from './report-sale.ts'
import type { SaleStore, Sequence } from './sale-store.port.ts'

/** A sale as the log has it, and the client whose request began it. */
export type StoredSale = ReportedSale & { readonly sequence: Sequence }

export type Recorded = {
  /** The sale after the events; the same object where there were none. */
  readonly stored: StoredSale
  /** Durable. None where the outcome shows nothing new. */
  readonly events: readonly SaleEvent[]
}

/**
 * @param callsMade the calls since the last event of the sale; the log keeps them with the new ones
 * @throws {AppError} `conflict` or `lost` from the store: this process must not go on with the sale.
 */
export type RecordOutcome = (
  stored: StoredSale,
  outcome: Outcome,
  callsMade: CallsMade,
) => Promise<Recorded>

export type RecordOutcomeDeps = {
  readonly store: SaleStore
  readonly crm: Pick<Crm, 'modules'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  readonly policy: SalePolicy
  /** What stands behind the `@` of a message id. */
  readonly mailDomain: string
  /** Where people reach the gateway; without it mails have no link. */
  readonly publicUrl?: string | undefined
  /** Called when a mail was put into the outbox. */
  readonly onMail: () => void
  /**
   * Tells the owner of a sale that this process may have made a record of it. Left out where no other process
   * could own it.
   */
  readonly noteWoken?: ((saleId: SaleId, step: CreateStep) => Promise<void>) | undefined
}

export function makeRecordOutcome(deps: RecordOutcomeDeps): RecordOutcome {
  const { store, clock, random, logger, policy, onMail } = deps
  const { mailDomain, publicUrl } = deps
  const reportSale = makeReportSale(deps)
  const mailDetails = { mailDomain, publicUrl, modules: deps.crm.modules }

  return async function recordOutcome(stored, outcome, callsMade) {
    const now = readClocks(clock)
    const { events, sale } = decide(stored.sale, outcome, now, policy)
    if (events.length === 0) return { stored, events }
    const change = { before: stored.sale, after: sale }
    const mails = mailsFor(change, events, { ...mailDetails, client: stored.client, outcome })
    const { saleId } = sale
    const append = {
      saleId,
      after: stored.sequence,
      events,
      actor: GATEWAY,
      callsMade,
      summary: summarize(sale),
      mails,
    }
    const onFailure = (err: unknown, failed: number) =>
      logger.warn({ err, ...stored.names, failed }, 'event not stored yet')
    // Only this process knows what came of the call until it is stored. So this is retried as long
    // as the process lives: giving up would forget a record in the CRM.
    await patiently({ clock, backoff: STORE_BACKOFF, random, onFailure }, () =>
      store.append(append),
    ).catch(async (error) => {
      await tellOwner(saleId, outcome, error)
      throw error
    })
    if (mails.length > 0) onMail()
    reportSale(stored, events, sale, now.instant)
    const isNewStatus = sale.status !== stored.sale.status
    const since = isNewStatus ? now.instant : stored.since
    const sequence = stored.sequence + events.length
    return { stored: { ...stored, sale, since, sequence }, events }
  }

  /** What came of the create has no place in the log: the sale is another instance's, which looks for the record. */
  async function tellOwner(saleId: SaleId, outcome: Outcome, error: unknown): Promise<void> {
    if (outcome.type !== 'created' || errorCode(error) !== 'conflict') return
    const { result } = outcome
    const isNone = result.type === 'notSent' || (result.type === 'refused' && !result.isOpen)
    if (!isNone) await deps.noteWoken?.(saleId, outcome.step)
  }
}
