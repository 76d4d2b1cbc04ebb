// Reads the records whose reference field is not empty, page by page.

import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'
import type { Timer } from '../base/clock.port.ts'
import { AppError } from '../base/errors.ts'
import { askAgain } from './ask-again.ts'
import { type CrmAdmin, type MarkedRecord, REFERENCE_IDS_MAX } from './crm-admin.port.ts'

/** Both methods throw an `AppError` with the code `unavailable` when the CRM does not answer. */
export type MarkedRecords = {
  /** All of a module, by rising id. */
  pages(step: CreateStep): AsyncIterable<readonly MarkedRecord[]>

  /** The references of those records that are in the CRM now, by their ids. */
  referencesOf(step: CreateStep, ids: readonly CrmId[]): Promise<ReadonlyMap<CrmId, string>>
}

export function makeMarkedRecords(deps: {
  readonly admin: Pick<CrmAdmin, 'listReferences' | 'readReferences'>
  readonly clock: Timer
  readonly requestTimeoutMs: number
}): MarkedRecords {
  const { admin, clock, requestTimeoutMs } = deps

  return {
    async *pages(step) {
      // The loop is bounded by the records of the module: each page begins above the last record.
      for (let after: CrmId | undefined; ; ) {
        const page = await answerOf(() => admin.listReferences(step, after, requestTimeoutMs))
        after = page.at(-1)?.id
        if (after === undefined) return
        yield page
      }
    },

    async referencesOf(step, ids) {
      const references = new Map<CrmId, string>()
      for (let i = 0; i < ids.length; i += REFERENCE_IDS_MAX) {
        const some = ids.slice(i, i + REFERENCE_IDS_MAX)
        const found = await answerOf(() => admin.readReferences(step, some, requestTimeoutMs))
        for (const { id, reference } of found) references.set(id, reference)
      }
      return references
    },
  }

  async function answerOf<Value>(call: () => Promise<CallResult<Value>>): Promise<Value> {
    const result = await askAgain(clock, call)
    if (result.type === 'done') return result.value
    throw new AppError('unavailable', `the CRM was not read to the end: ${result.reason}`)
  }
}
