// The records that a trial creates, written as a sale writes them.

import type { CrmId } from '../../domain/ids.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'
import type { IsoDate } from '../../domain/time.ts'
import type { NewRecord } from '../crm/crm.port.ts'
import type { TrialContactAndProduct } from './trial-contact-and-product.ts'

/** What one trial's records have in common. */
export type Trial = Pick<NewRecord, 'saleId' | 'reference' | 'requestedOn'> &
  TrialContactAndProduct & {
    /** The closing date of the Deal. */
    readonly closingDate: IsoDate
  }

/** Stands where the records of a sale name the client of the API. */
const TRIAL_CLIENT = 'trial'

/** The ids of the records that the trial has created so far. */
export type Created = Map<CreateStep, CrmId>

/** Returns the record of this step; `undefined` when the record it points at was not created. */
export function trialRecord(
  step: CreateStep,
  trial: Trial,
  created: Created,
): NewRecord | undefined {
  const { saleId, reference, contactId, contact, line, currency, requestedOn, closingDate } = trial
  const common = {
    ...{ saleId, reference, contactId, requestedOn, client: TRIAL_CLIENT },
    ...{ accountId: contact.accountId, names: contact.names },
    ...(currency === undefined ? {} : { currency }),
  }
  if (step === 'deal') return { ...common, step, amount: line.unitPrice, closingDate }
  const [dealId, quoteId] = [created.get('deal'), created.get('quote')]
  const sold = { lines: [line], addresses: contact.addresses }
  if (dealId === undefined) return undefined
  if (step === 'quote') return { ...common, ...sold, step, dealId }
  return quoteId === undefined ? undefined : { ...common, ...sold, step, dealId, quoteId }
}
