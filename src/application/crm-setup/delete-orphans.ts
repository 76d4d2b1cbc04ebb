// Deletes the orphans that this log proves to be its own, for an operator.

import type { SaleId } from '../../domain/ids.ts'
import { replay, stepsSent } from '../../domain/sale/evolve.ts'
import { DELETE_STEPS, STEP_NAMES } from '../../domain/sale/steps.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Crm } from '../crm/crm.port.ts'
import type { EventLog } from '../log/event-log.port.ts'
import { type Actor, toSaleEvent } from '../log/event-record.ts'
import type { SaleReader } from '../log/sale-reader.port.ts'
import { askAgain } from './ask-again.ts'
import type { CrmAdmin } from './crm-admin.port.ts'
import type { Stray } from './find-orphans.ts'
import { makeMarkedRecords } from './marked-records.ts'

/** What became of an orphan. `absent`: it was gone before a delete was sent. */
export type OrphanEnd =
  | { readonly type: 'deleted' | 'absent' }
  | { readonly type: 'kept'; readonly reason: string }

export type OrphanDeletion = {
  /** Why this log proves nothing, and what to do instead; `undefined` where it may be trusted. */
  refusal(): Promise<string | undefined>

  /**
   * Deletes each orphan that the log proves to be its own, and reports the end of each one. What
   * points at another record goes first; where a record is kept, so are those of its sale that it
   * may point at.
   *
   * @throws {AppError} when the log cannot be read or written, or the CRM cannot be read. Each
   *   record that is gone by then is on record.
   */
  deleteAll(
    orphans: readonly Stray[],
    operator: Actor,
    report: (orphan: Stray, end: OrphanEnd) => void,
  ): Promise<void>
}

type Deps = {
  readonly crm: Pick<Crm, 'deleteRecord'>
  readonly admin: Pick<CrmAdmin, 'listReferences' | 'readReferences'>
  readonly saleReader: Pick<SaleReader, 'show' | 'owners'>
  readonly eventLog: Pick<EventLog, 'record'>
  /** Whether the database is a restored copy, or a part of its log is lost. */
  readonly copied: { isCopy(): Promise<boolean> }
  /** The position of the newest `LogLossAccepted`; 0 when there is none. */
  readonly checkpoints: { lastLossPosition(): Promise<number> }
  readonly clock: Clock
  readonly requestTimeoutMs: number
}

export function makeOrphanDeletion(deps: Deps): OrphanDeletion {
  const { copied, checkpoints } = deps
  const records = makeMarkedRecords(deps)

  return {
    refusal,

    async deleteAll(orphans, operator, report) {
      /** Sales with a kept record of a step before. */
      const held = new Set<SaleId>()
      for (const step of DELETE_STEPS) {
        const kept: SaleId[] = []
        for (const orphan of orphans.filter((one) => one.step === step)) {
          const end = held.has(orphan.saleId) ? HELD : await deleteOne(orphan, operator)
          if (end.type === 'kept') kept.push(orphan.saleId)
          report(orphan, end)
        }
        for (const saleId of kept) held.add(saleId)
      }
    },
  }

  async function refusal(): Promise<string | undefined> {
    const lostAt = await checkpoints.lastLossPosition()
    if (lostAt > 0) return `${lossWords(lostAt)} ${BY_HAND}`
    return (await copied.isCopy()) ? `${IS_COPY} ${BY_HAND}` : undefined
  }

  /** Reads the record and the log anew: the list is as old as the operator took to answer. */
  async function deleteOne(orphan: Stray, operator: Actor): Promise<OrphanEnd> {
    const { step, id, reference } = orphan
    const there = await records.referencesOf(step, [id])
    if (!there.has(id)) return { type: 'absent' }
    if (there.get(id) !== reference) return kept('it carries another reference by now')
    const reason = (await refusal()) ?? (await whyNotProven(deps, orphan))
    return reason === undefined ? deleteOnRecord(deps, orphan, operator) : kept(reason)
  }
}

const IS_COPY =
  'This database is a restored copy: a gateway on the original may know more about these records.'

const BY_HAND =
  'Nothing is deleted from here. Look at each listed record in the CRM, and delete it there by hand.'

const HELD = kept('a record of the same sale that may point at it was kept')

function lossWords(position: number): string {
  return `Event ${position} of this log accepts a loss: it no longer proves which records are its own.`
}

function kept(reason: string): OrphanEnd & { readonly type: 'kept' } {
  return { type: 'kept', reason }
}

/**
 * Why the log does not prove that this gateway made the record and needs it no more; `undefined`
 * where it does. The events are read, not the summary of the sale: it is only made from them.
 */
async function whyNotProven(
  { saleReader }: Pick<Deps, 'saleReader'>,
  { saleId, step, id }: Stray,
): Promise<string | undefined> {
  const [owner] = await saleReader.owners(step, [id])
  if (owner !== undefined) return `it is the own record of sale ${owner.saleId}`
  try {
    const sale = await saleReader.show(saleId, undefined)
    if (sale === undefined) return 'its sale is not in this log'
    const events = sale.events.map(toSaleEvent)
    const { status } = replay(saleId, events)
    if (status === 'completed') return 'its sale is complete: a person decides which record stays'
    if (status !== 'rolledBack') return 'its sale is not at rest: the service deletes what it left'
    if (!stepsSent(saleId, events).has(step)) return `its sale never sent a ${STEP_NAMES[step]}`
    return undefined
  } catch (error) {
    if (errorCode(error) === 'unreadable') return 'the events of its sale cannot be read'
    throw error
  }
}

/**
 * Records the deletion, then sends it: a process that dies between the two leaves an event and a
 * record, which is listed again. The other way round it would leave a record gone and nothing in
 * the log. A delete that brought nothing is recorded as well, so that no event stays untrue.
 */
async function deleteOnRecord(
  { crm, eventLog, clock, requestTimeoutMs }: Deps,
  { saleId, step, id }: Stray,
  operator: Actor,
): Promise<OrphanEnd> {
  const data = { saleId, step, id }
  await eventLog.record({ type: 'OrphanDeleted', at: clock.now(), data }, operator)
  const options = { withinMs: requestTimeoutMs, priority: 'retry', isSeen: true } as const
  const result = await askAgain(clock, () => crm.deleteRecord(step, id, options))
  if (result.type === 'done') return { type: 'deleted' }
  const { reason } = result
  const at = clock.now()
  await eventLog.record({ type: 'OrphanDeleteFailed', at, data: { ...data, reason } }, operator)
  return kept(`the CRM did not delete it: ${reason}`)
}
