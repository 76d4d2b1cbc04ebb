// What a sale cannot remove from the CRM, and why.
import { type AftermathSale, recordsDue } from './aftermath.ts'
import type { Leftover } from './events.ts'
import type { CallResult, Outcome } from './outcome.ts'
import { referenceOf } from './reference.ts'
import { type CrmRecord, type RecordToDelete, STEP_NAMES } from './steps.ts'

/**
 * Begins the reason of a record that no read has shown. If a person deletes such a record, no read can
 * show that it is gone, and the sale is stuck for ever; so the mail and the manual rely on these words.
 */
const ONLY_NAMED = 'only ever named, never seen'

/** Whether no read has ever shown this leftover. */
export function isOnlyNamed({ reason }: Leftover): boolean {
  return reason?.startsWith(ONLY_NAMED) === true
}

/** @param tried what came of all that was due, none of which moved the sale */
export function leftoversOf(sale: AftermathSale, tried: readonly Outcome[]): readonly Leftover[] {
  const due = recordsDue(sale)
  return [
    ...sale.records.map((record) => {
      const { step, id } = record
      return { step, id, reason: whyNotDeleted(record, due, tried) }
    }),
    ...sale.unanswered.map(({ step }) => {
      const reference = referenceOf(sale.saleId, step)
      return { step, reference, reason: whyNotFound(step, tried) }
    }),
  ]
}

function whyNotDeleted(
  record: RecordToDelete,
  due: readonly CrmRecord[],
  tried: readonly Outcome[],
): string {
  const why = whyLeft(record, due, tried)
  return record.isSeen ? why : `${ONLY_NAMED}: ${why}`
}

function whyLeft(record: CrmRecord, due: readonly CrmRecord[], tried: readonly Outcome[]): string {
  const [resisting] = due
  if (resisting !== undefined && !due.some(({ id }) => id === record.id)) {
    return `it waits until ${STEP_NAMES[resisting.step]} ${resisting.id} is deleted`
  }
  const last = tried.findLast((outcome) => outcome.type === 'deleted' && outcome.id === record.id)
  return reasonOf(last) ?? 'its delete was not tried yet'
}

function whyNotFound(step: CrmRecord['step'], tried: readonly Outcome[]): string {
  const last = tried.findLast((outcome) => outcome.type === 'lookedUp' && outcome.step === step)
  const reason = reasonOf(last)
  return reason === undefined
    ? 'the search for it was not tried yet'
    : `the search for it did not succeed: ${reason}`
}

function reasonOf(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined || !('result' in outcome)) return undefined
  const result: CallResult<unknown> = outcome.result
  return result.type === 'done' ? undefined : result.reason
}
