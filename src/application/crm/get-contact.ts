// Answers the question for a contact, outside of any sale.

import type { Contact } from '../../domain/contact.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'
import type { Admission } from './admission.port.ts'
import type { Crm } from './crm.port.ts'

/** What the caller gets. A `reason` is for our log, and holds nothing of a person. */
export type ContactResult =
  | { readonly type: 'found'; readonly contact: Contact }
  | { readonly type: 'notFound' }
  /** The CRM did not answer in time. */
  | { readonly type: 'timeout'; readonly reason: string }
  /** The CRM has no room for this call now, or has not answered for a while. */
  | {
      readonly type: 'throttled'
      readonly reason: string
      /** Milliseconds to wait before the next try, where they are known. */
      readonly retryAfterMs?: number | undefined
    }
  /** The CRM cannot be reached, refused, hides a contact, or sent an answer that makes no sense. */
  | { readonly type: 'unusable'; readonly reason: string }

/**
 * Finds a contact by its e-mail address. A call that failed is repeated once if there is time left;
 * both together end within `requestTimeoutMs`.
 */
export type GetContact = (email: string) => Promise<ContactResult>

export function makeGetContact(deps: {
  readonly crm: Crm
  readonly admission: Admission
  readonly clock: Timer
  /** Milliseconds for both attempts together. */
  readonly requestTimeoutMs: number
}): GetContact {
  const { crm, admission, clock, requestTimeoutMs } = deps

  return async function getContact(email) {
    const entry = admission.lookUp()
    if (!entry.admitted) {
      const { reason, retryAfterMs } = entry
      return { type: 'throttled', reason, retryAfterMs }
    }
    const begin = clock.instant()
    const first = await crm.findContact(email, requestTimeoutMs)
    const leftMs = requestTimeoutMs - msBetween(begin, clock.instant())
    const again = mayRepeat(first) && leftMs > 0
    return resultOf(again ? await crm.findContact(email, leftMs) : first)
  }
}

function mayRepeat(result: CallResult<unknown>): boolean {
  const failed = result.type === 'unknown' || result.type === 'notSent'
  return failed && result.fault !== 'throttled'
}

function resultOf(result: CallResult<Contact | null>): ContactResult {
  switch (result.type) {
    case 'done':
      return result.value === null ? { type: 'notFound' } : { type: 'found', contact: result.value }
    case 'refused':
      return { type: 'unusable', reason: result.reason }
    case 'unknown':
    case 'notSent': {
      const { fault, reason } = result
      if (fault === 'timeout') return { type: 'timeout', reason }
      if (fault !== 'throttled') return { type: 'unusable', reason }
      const retryAfterMs = result.type === 'notSent' ? result.retryAfterMs : undefined
      return { type: 'throttled', reason, retryAfterMs }
    }
  }
}
