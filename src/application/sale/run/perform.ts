// Performs one effect of a sale by calls to the CRM, and returns its outcome.
import { assertNever } from '../../../domain/assert-never.ts'
import type { Effect, RecordDraft } from '../../../domain/sale/effect.ts'
import type { CallResult, Organisation, Outcome } from '../../../domain/sale/outcome.ts'
import { type Instant, msBetween } from '../../../domain/time.ts'
import type { Clock } from '../../base/clock.port.ts'
import type { SaleNames } from '../../base/logger.port.ts'
import type { CallOptions, ContactDetails, Crm, NewRecord } from '../../crm/crm.port.ts'
import type { WatchCalls } from '../../crm/watch-calls.ts'
import { type CrmCall, recordCall } from '../../log/crm-call.ts'

export type Performed = {
  readonly outcome: Outcome
  /** A create or a delete. Other calls change nothing, and the log does not name them. */
  readonly call?: CrmCall
  /** What a read of the contact found. */
  readonly contact?: ContactDetails | undefined
}

/** What the records of a sale are made of beside the log. */
export type AtHand = {
  /** What this process read for the sale; every create needs it. */
  readonly contact: ContactDetails | undefined
  readonly client: string
  readonly names: SaleNames
}

/**
 * @param isRetry whether the last attempt moved nothing; such calls let others go first
 */
export type Perform = (effect: Effect, atHand: AtHand, isRetry: boolean) => Promise<Performed>

export function makePerform(deps: {
  readonly crm: Crm
  readonly watchCalls: WatchCalls
  readonly clock: Pick<Clock, 'now' | 'instant'>
  /** Makes no call; `undefined` as long as the currencies are not known. */
  readonly organisation: () => Organisation | undefined
  /** Milliseconds one call may take where no deadline is nearer. */
  readonly requestTimeoutMs: number
}): Perform {
  const { watchCalls, clock, requestTimeoutMs } = deps

  return async function perform(effect, atHand, isRetry) {
    const crm = watchCalls(deps.crm, atHand.names)
    const aftermath = {
      withinMs: requestTimeoutMs,
      priority: isRetry ? 'retry' : 'rollback',
    } as const
    switch (effect.type) {
      case 'readTerms':
        return await readTerms(crm, effect)
      case 'readContact': {
        const options = { withinMs: leftMs(effect.until), priority: 'forward' } as const
        const contact = await crm.readContact(effect.contactId, options)
        return { outcome: { type: 'contactRead', contact }, contact: foundContact(contact) }
      }
      case 'create':
        return await create(crm, effect, atHand)
      case 'delete':
        return await remove(crm, effect, aftermath)
      case 'lookUp': {
        const { step, reference, look } = effect
        const result = await crm.findByReference(step, reference, aftermath)
        return { outcome: { type: 'lookedUp', step, look, result } }
      }
      default:
        return assertNever(effect)
    }
  }

  async function readTerms(
    crm: Crm,
    effect: Effect & { readonly type: 'readTerms' },
  ): Promise<Performed> {
    const withinMs = leftMs(effect.until)
    const organisation = deps.organisation()
    const [contact, products] = await Promise.all([
      crm.readContact(effect.contactId, { withinMs, priority: 'new' }),
      crm.readProducts(effect.productIds, organisation, withinMs),
    ])
    const outcome = { type: 'termsRead', contact, products, organisation } as const
    return { outcome, contact: foundContact(contact) }
  }

  async function create(
    crm: Crm,
    { draft, until }: Effect & { readonly type: 'create' },
    atHand: AtHand,
  ): Promise<Performed> {
    const { step, reference } = draft
    const record = newRecord(draft, atHand)
    const called = { operation: 'create', module: crm.modules[step], reference } as const
    const { result, call } = await recordCall(clock, called, () =>
      crm.createRecord(record, leftMs(until)),
    )
    return { outcome: { type: 'created', step, result }, call }
  }

  async function remove(
    crm: Crm,
    { step, id, isSeen }: Effect & { readonly type: 'delete' },
    options: CallOptions,
  ): Promise<Performed> {
    const called = { operation: 'delete', module: crm.modules[step], id } as const
    const { result, call } = await recordCall(clock, called, () =>
      crm.deleteRecord(step, id, { ...options, isSeen }),
    )
    return { outcome: { type: 'deleted', step, id, result }, call }
  }

  /** No forward call outlives the sale's deadline. */
  function leftMs(until: Instant): number {
    return Math.max(0, Math.min(requestTimeoutMs, msBetween(clock.instant(), until)))
  }
}

function newRecord(draft: RecordDraft, { contact, client }: AtHand): NewRecord {
  if (contact === undefined) throw new Error(`a ${draft.step} is due before its contact was read`)
  const { addresses, names } = contact
  return draft.step === 'deal'
    ? { ...draft, names, client }
    : { ...draft, addresses, names, client }
}

function foundContact(contact: CallResult<ContactDetails | null>): ContactDetails | undefined {
  return contact.type === 'done' ? (contact.value ?? undefined) : undefined
}
