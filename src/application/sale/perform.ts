import { assertNever } from '../../domain/assert-never.ts'
import type { Effect } from '../../domain/sale/next.ts'
import type { CallResult, Outcome } from '../../domain/sale/outcome.ts'
import type { Clock } from '../base/clock.port.ts'
import type { ContactTerms, Crm } from '../crm/crm.port.ts'
import { type CrmCall, recordCall } from '../log/crm-call.ts'

/**
 * Carries out one effect and says what came of it. Belongs to one run of one sale.
 *
 * @param failedBefore whether the same effect came to nothing the last time
 */
export type Perform = (effect: Effect, failedBefore: boolean) => Promise<Performed>

/** `call` is there when something was to change in the CRM. */
type Performed = { readonly outcome: Outcome; readonly call?: CrmCall }

/**
 * Remembers the contact's addresses for as long as the run lives: they are not in the log, so a
 * sale that goes on after a restart reads its contact once more before its next create.
 */
export function makePerform(deps: {
  readonly crm: Crm
  readonly clock: Clock
  /** Milliseconds one call may take where no deadline is nearer. */
  readonly requestTimeoutMs: number
}): Perform {
  const { crm, clock, requestTimeoutMs } = deps
  let contactAtHand: ContactTerms | undefined

  return async function perform(effect, failedBefore) {
    const aftermath = {
      withinMs: requestTimeoutMs,
      priority: failedBefore ? 'retry' : 'rollback',
    } as const
    switch (effect.type) {
      case 'readTerms': {
        const withinMs = leftMs(effect.until)
        const [contact, products] = await Promise.all([
          crm.readContact(effect.contactId, { withinMs, priority: 'new' }),
          crm.readProducts(effect.productIds, withinMs),
        ])
        remember(contact)
        return { outcome: { type: 'termsRead', contact, products } }
      }
      case 'create': {
        const { draft, until } = effect
        if (contactAtHand === undefined) {
          const terms = { withinMs: leftMs(until), priority: 'forward' } as const
          const contact = await crm.readContact(draft.contactId, terms)
          remember(contact)
          return { outcome: { type: 'contactRead', contact } }
        }
        const { addresses } = contactAtHand
        const record = draft.step === 'deal' ? draft : { ...draft, addresses }
        const { step, reference } = draft
        const called = { operation: 'create', module: crm.modules[step], reference } as const
        const { result, call } = await recordCall(clock, called, () =>
          crm.createRecord(record, leftMs(until)),
        )
        return { outcome: { type: 'created', step, result }, call }
      }
      case 'delete': {
        const { step, id } = effect
        const called = { operation: 'delete', module: crm.modules[step], id } as const
        const { result, call } = await recordCall(clock, called, () =>
          crm.deleteRecord(step, id, aftermath),
        )
        return { outcome: { type: 'deleted', step, id, result }, call }
      }
      case 'lookUp': {
        const { step, reference, look } = effect
        const result = await crm.findByReference(step, reference, aftermath)
        return { outcome: { type: 'lookedUp', step, look, result } }
      }
      default:
        return assertNever(effect)
    }
  }

  function remember(contact: CallResult<ContactTerms | null>): void {
    if (contact.type === 'done' && contact.value !== null) contactAtHand = contact.value
  }

  /** No forward call outlives the sale's deadline. */
  function leftMs(until: number): number {
    return Math.max(0, Math.min(requestTimeoutMs, until - clock.now()))
  }
}
