// The steps of a sale, their order, and their names.
import type { CrmId } from '../ids.ts'

/** The three records of a sale, in the order in which they are created. */
export const CREATE_STEPS = ['deal', 'quote', 'salesOrder'] as const
export type CreateStep = (typeof CREATE_STEPS)[number]

/** The order in which records are deleted: one that points at another goes first. */
export const DELETE_STEPS = ['salesOrder', 'quote', 'deal'] as const satisfies CreateStep[]

/** Where a sale failed. `interrupted` is a restart, `deadline` is time that ran out. */
export const FAILED_STEPS = [
  'contact',
  'products',
  ...CREATE_STEPS,
  'deadline',
  'interrupted',
] as const
export type FailedStep = (typeof FAILED_STEPS)[number]

/** One record of ours in the CRM. */
export type CrmRecord = { readonly step: CreateStep; readonly id: CrmId }

/** A record that has to be deleted. */
export type RecordToDelete = CrmRecord & {
  /**
   * Whether an answer or a read has ever shown it. One that was only named is gone by a successful
   * delete alone: that no read shows it proves nothing.
   */
  readonly isSeen: boolean
}

/** A step as a person calls it. */
export const STEP_NAMES: Readonly<Record<CreateStep, string>> = {
  deal: 'Deal',
  quote: 'Quote',
  salesOrder: 'Sales Order',
}
