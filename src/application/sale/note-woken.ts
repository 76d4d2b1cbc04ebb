// Records that an instance which was stopped may have sent a create after another took its sale over.
import type { SaleId } from '../../domain/ids.ts'
import { decide } from '../../domain/sale/decide.ts'
import { takeUp } from '../../domain/sale/evolve.ts'
import type { SalePolicy } from '../../domain/sale/policy.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'
import { STORE_BACKOFF } from '../base/backoff.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import { patiently } from '../base/patiently.ts'
import type { Random } from '../base/random.port.ts'
import { readClocks } from '../base/read-clocks.ts'
import { GATEWAY } from '../log/event-record.ts'
import { summarize } from '../log/sale-summary.ts'
import type { SaleStore } from './run/sale-store.port.ts'

/** How often the present owner may be first in a row. A whole sale makes fewer events, unless it is stuck. */
const CONFLICTS_MAX = 50

/**
 * Appends `OwnerWoke` to a sale that this process no longer owns, whoever owns it now. To be called when the
 * create can no longer leave this process: the owner counts settle time from the event. The owner must drop
 * what comes of a look that it sent before it read the event. Waits while the database is unavailable.
 *
 * @throws {AppError} `lost` when nobody knows whether it is stored: to be called again, for a second event
 *   does no harm. `conflict` after `CONFLICTS_MAX` events of the owner; `unreadable` from the store.
 */
export type NoteWoken = (saleId: SaleId, step: CreateStep) => Promise<void>

export function makeNoteWoken(deps: {
  readonly store: Pick<SaleStore, 'load' | 'append'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly policy: SalePolicy
}): NoteWoken {
  const { store, clock, random, logger, policy } = deps

  return async function noteWoken(saleId, step) {
    const onFailure = (err: unknown, failed: number) =>
      logger.warn({ err, saleId, step, failed }, 'wake of a former owner not stored yet')
    const patience = { clock, backoff: STORE_BACKOFF, random, onFailure }
    for (let conflicts = 0; conflicts <= CONFLICTS_MAX; conflicts += 1) {
      try {
        await patiently(patience, () => append(saleId, step))
        return
      } catch (error) {
        if (errorCode(error) !== 'conflict' || conflicts === CONFLICTS_MAX) throw error
      }
    }
  }

  async function append(saleId: SaleId, step: CreateStep): Promise<void> {
    const past = await store.load(saleId)
    const now = readClocks(clock)
    const before = takeUp(saleId, past, now.instant)
    const { events, sale } = decide(before, { type: 'ownerWoke', step }, now, policy)
    if (events.length === 0) return
    const stored = {
      saleId,
      after: past.length,
      events,
      actor: GATEWAY,
      mails: [],
      ofFormerOwner: true,
    }
    await store.append({ ...stored, summary: summarize(sale) })
  }
}
