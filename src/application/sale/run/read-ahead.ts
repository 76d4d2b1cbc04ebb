// Sends the reads that a new sale begins with, while its first event is still being stored.
import { next } from '../../../domain/sale/next.ts'
import type { SalePolicy } from '../../../domain/sale/policy.ts'
import type { Clock } from '../../base/clock.port.ts'
import { readClocks } from '../../base/read-clocks.ts'
import type { Perform, Performed } from './perform.ts'
import type { StoredSale } from './record-outcome.ts'

/**
 * Reads need nothing on disk, so they overlap the first commit of a sale. What comes of them is
 * recorded by the run of the sale, which begins after that commit; where the sale does not begin,
 * it is ignored.
 *
 * @param start the sale as it will be once its first event is stored
 * @returns `undefined` where something else than these reads is due, and nothing was sent
 */
export type ReadAhead = (start: StoredSale) => Promise<Performed> | undefined

export function makeReadAhead(deps: {
  readonly perform: Perform
  readonly clock: Clock
  readonly policy: SalePolicy
}): ReadAhead {
  const { perform, clock, policy } = deps

  return function readAhead({ sale, client, names }) {
    const due = next(sale, readClocks(clock), policy, { contactRead: false })
    if (due.type !== 'perform' || due.effects[0].type !== 'readTerms') return undefined
    const reads = perform(due.effects[0], { contact: undefined, client, names }, false)
    // The error of a bug reaches the run that waits for the reads. Where the sale does not begin nobody
    // waits for them, and without this line the bug would end the process.
    reads.catch(() => undefined)
    return reads
  }
}
