// What an outcome means for a sale: the events to record, and the state after them.
import { assertNever } from '../assert-never.ts'
import type { CrmId } from '../ids.ts'
import { type EpochMs, later, type Now } from '../time.ts'
import { type AftermathSale, isAtRest, isInAftermath, settledAt } from './aftermath.ts'
import { isLate } from './deadline.ts'
import type { SaleEvent } from './events.ts'
import { evolve, firstIdsOf, isForward } from './evolve.ts'
import { leftoversOf } from './leftovers.ts'
import type { CallResult, Outcome } from './outcome.ts'
import type { SalePolicy } from './policy.ts'
import { price } from './price.ts'
import { created, deleted } from './record-facts.ts'
import { createDue, type ForwardSale, type Sale } from './state.ts'
import { CREATE_STEPS, type CreateStep, type FailedStep, STEP_NAMES } from './steps.ts'

/** The events to record, and the sale after them. */
export type Decided = { readonly events: readonly SaleEvent[]; readonly sale: Sale }

/**
 * What an outcome means for the sale. There are no events where it shows nothing for the log. The same
 * effect is then due again, unless a contact was read: the driver keeps it, and goes on. Pure: `now`
 * is handed in, ids come from the CRM.
 */
export function decide(sale: Sale, outcome: Outcome, now: Now, policy: SalePolicy): Decided {
  return withEnding(after(sale, meaning(sale, outcome, now, policy), now), now)
}

function meaning(sale: Sale, outcome: Outcome, now: Now, policy: SalePolicy): readonly SaleEvent[] {
  switch (outcome.type) {
    case 'interrupted':
      return onInterrupted(sale, outcome.fromCopy === true, now.wall)
    case 'ownerWoke':
      return mayHaveSent(sale, outcome.step)
        ? [{ type: 'OwnerWoke', at: now.wall, data: { step: outcome.step } }]
        : []
    case 'timePassed':
      return isForward(sale) && isLate(sale, now, policy) ? [ranOut(sale, now, policy)] : []
    case 'termsRead':
      return sale.status === 'requested' ? onTermsRead(sale, outcome, now, policy) : []
    case 'contactRead':
      return isForward(sale) ? onContactRead(sale, outcome.contact, now, policy) : []
    case 'created':
      return isForward(sale) && createDue(sale) === outcome.step
        ? onCreated(sale, outcome.step, outcome.result, now, policy)
        : []
    case 'deleted':
      if (!isInAftermath(sale) || !sale.records.some(({ id }) => id === outcome.id)) return []
      return outcome.result.type === 'done' ? [deleted(outcome.step, outcome.id, now.wall)] : []
    case 'lookedUp':
      return isInAftermath(sale) ? onLookedUp(sale, outcome, now.wall) : []
    case 'roundFailed':
      return isInAftermath(sale) ? stuckWhenDue(sale, outcome.tried, now, policy) : []
    default:
      return assertNever(outcome)
  }
}

function onInterrupted(sale: Sale, fromCopy: boolean, now: EpochMs): readonly SaleEvent[] {
  if (isForward(sale)) {
    const taken: SaleEvent = { type: 'SaleInterrupted', at: now, data: {} }
    if (fromCopy) return [taken, ...abandoned(sale, now)]
    if (sale.idempotent) return [taken]
    const reason = `the service stopped while it waited for ${waitedFor(sale)}`
    return [taken, compensation('interrupted', reason, now)]
  }
  return isInAftermath(sale) && !isAtRest(sale)
    ? [{ type: 'SaleInterrupted', at: now, data: {} }]
    : []
}

/**
 * Whether a former owner can have sent this create. Where the step is unanswered already, its wake is
 * recorded all the same: the owner may have decided meanwhile, and counts settle time from before the
 * wake. Its append then finds the sale changed, and it reads the sale anew.
 */
function mayHaveSent(sale: Sale, step: CreateStep): boolean {
  if (sale.status === 'absent') return false
  if (!isForward(sale)) return true
  const due = createDue(sale)
  return due !== undefined && CREATE_STEPS.indexOf(step) <= CREATE_STEPS.indexOf(due)
}

/**
 * A restored copy does not show how the sale went on after the copy was made. Going forward could
 * create again what was rolled back since, so the sale is rolled back, with a key or without. The
 * rollback cannot rely on the log to be the latest either: a record that it does not know may have
 * been created since, so the step of each such record counts as unanswered.
 */
function abandoned(sale: ForwardSale, now: EpochMs): readonly SaleEvent[] {
  const known = firstIdsOf(sale)
  const reason = 'the log is a copy: this may have been sent after it was made'
  return [
    compensation('interrupted', 'the log was restored from a copy made in mid-sale', now),
    ...CREATE_STEPS.filter((step) => known[step] === null && step !== createDue(sale)).map(
      (step): SaleEvent => ({ type: 'CreateUnanswered', at: now, data: { step, reason } }),
    ),
  ]
}

function onTermsRead(
  sale: ForwardSale & { readonly status: 'requested' },
  read: Outcome & { readonly type: 'termsRead' },
  now: Now,
  policy: SalePolicy,
): readonly SaleEvent[] {
  const { contact, products } = read
  const missing = onContactRead(sale, contact, now, policy)
  if (missing.length > 0) return missing
  if (products.type === 'refused') return [compensation('products', products.reason, now.wall)]
  if (isLate(sale, now, policy)) return [ranOut(sale, now, policy, reasonOf(products))]
  if (contact.type !== 'done' || contact.value === null) return []
  if (products.type !== 'done') return []
  const found = {
    contact: contact.value,
    products: products.value,
    organisation: read.organisation,
  }
  const priced = price(sale, found, now.wall, policy)
  return priced.ok
    ? [{ type: 'SalePriced', at: now.wall, data: priced.terms }]
    : [compensation('products', priced.reason, now.wall)]
}

/** Records nothing where the contact was found, or where another read may find it. */
function onContactRead(
  sale: ForwardSale,
  contact: CallResult<unknown>,
  now: Now,
  policy: SalePolicy,
): readonly SaleEvent[] {
  if (contact.type === 'refused') return [compensation('contact', contact.reason, now.wall)]
  if (contact.type === 'done') {
    return contact.value === null
      ? [compensation('contact', `contact ${sale.contactId} is not in the CRM`, now.wall)]
      : []
  }
  return isLate(sale, now, policy) ? [ranOut(sale, now, policy, contact.reason)] : []
}

function onCreated(
  sale: ForwardSale,
  step: CreateStep,
  result: CallResult<CrmId>,
  now: Now,
  policy: SalePolicy,
): readonly SaleEvent[] {
  const late = isLate(sale, now, policy)
  switch (result.type) {
    case 'done':
      if (late && step === 'salesOrder') {
        // Too late to complete the sale. The id is recorded, so that the Sales Order is deleted.
        return [ranOut(sale, now, policy), created(step, result.value, now.wall)]
      }
      if (late) return [created(step, result.value, now.wall), ranOut(sale, now, policy)]
      return step === 'salesOrder'
        ? [created(step, result.value, now.wall), { type: 'SaleCompleted', at: now.wall, data: {} }]
        : [created(step, result.value, now.wall)]
    case 'refused': {
      const open = result.isOpen ? leftUnanswered(sale, step, result.reason, now.wall) : []
      return [...open, compensation(step, result.reason, now.wall)]
    }
    case 'unknown': {
      const learnt = [
        ...leftUnanswered(sale, step, result.reason, now.wall),
        ...named(sale, step, result.namedId, now.wall),
      ]
      return late ? [...learnt, ranOut(sale, now, policy, result.reason)] : learnt
    }
    case 'notSent':
      return late ? [ranOut(sale, now, policy, result.reason)] : []
    default:
      return assertNever(result)
  }
}

/** Records nothing where the step is unanswered already. */
function leftUnanswered(
  sale: ForwardSale,
  step: CreateStep,
  reason: string,
  now: EpochMs,
): readonly SaleEvent[] {
  const isKnown = sale.status !== 'requested' && sale.unanswered.some((open) => open.step === step)
  return isKnown ? [] : [{ type: 'CreateUnanswered', at: now, data: { step, reason } }]
}

/** Records nothing where the record is known already, by its name or as one that was created. */
function named(
  sale: ForwardSale,
  step: CreateStep,
  id: CrmId | undefined,
  now: EpochMs,
): readonly SaleEvent[] {
  if (id === undefined || sale.status === 'requested') return []
  const isKnown =
    sale.named.some((record) => record.id === id) || Object.values(firstIdsOf(sale)).includes(id)
  return isKnown ? [] : [{ type: 'RecordNamed', at: now, data: { step, id } }]
}

function onLookedUp(
  sale: AftermathSale,
  lookUp: Outcome & { readonly type: 'lookedUp' },
  now: EpochMs,
): readonly SaleEvent[] {
  const { step, look, result } = lookUp
  if (result.type !== 'done' || !sale.unanswered.some((open) => open.step === step)) return []
  const strangers = [...new Set(result.value)].filter((id) => !isKnown(sale, id))
  return [
    ...strangers.map((id) => created(step, id, now)),
    { type: 'ReferenceLookedUp', at: now, data: { step, look, found: strangers.length } },
  ]
}

/** Whether the record was seen before: as a completed sale's own, or as one to be deleted. */
function isKnown(sale: AftermathSale, id: CrmId): boolean {
  if (sale.records.some((record) => record.id === id && record.isSeen)) return true
  return sale.status === 'completed' && Object.values(sale.firstIds).includes(id)
}

function after(sale: Sale, events: readonly SaleEvent[], { instant }: Now): Decided {
  return { events, sale: events.reduce((before, event) => evolve(before, event, instant), sale) }
}

/** Adds the event that ends the aftermath, where nothing is left to delete or to look for. */
function withEnding(decided: Decided, now: Now): Decided {
  const { sale, events } = decided
  if (!isInAftermath(sale) || isAtRest(sale)) return decided
  if (sale.records.length > 0 || sale.unanswered.length > 0) return decided
  const type = sale.status === 'completed' ? 'SaleSettled' : 'SaleRolledBack'
  const ending: SaleEvent = { type, at: now.wall, data: {} }
  return { events: [...events, ending], sale: evolve(sale, ending, now.instant) }
}

function stuckWhenDue(
  sale: AftermathSale,
  tried: readonly Outcome[],
  now: Now,
  policy: SalePolicy,
): readonly SaleEvent[] {
  if (sale.stuckAtWake === sale.wakes || isAtRest(sale)) return []
  if (now.instant < later(settledAt(sale, policy), policy.stuckAfterMs)) return []
  return [{ type: 'SaleStuck', at: now.wall, data: { leftovers: leftoversOf(sale, tried) } }]
}

function ranOut(sale: ForwardSale, now: Now, policy: SalePolicy, lastReason?: string): SaleEvent {
  const reason = `not complete after ${policy.deadlineMs} ms, while it waited for ${waitedFor(sale)}`
  return compensation('deadline', lastReason ? `${reason}: ${lastReason}` : reason, now.wall)
}

function reasonOf(result: CallResult<unknown>): string | undefined {
  return result.type === 'done' ? undefined : result.reason
}

function waitedFor(sale: ForwardSale): string {
  const step = createDue(sale)
  return step === undefined ? 'the contact and the products' : `the ${STEP_NAMES[step]}`
}

function compensation(failedStep: FailedStep, reason: string, now: EpochMs): SaleEvent {
  return { type: 'CompensationRequired', at: now, data: { failedStep, reason } }
}
