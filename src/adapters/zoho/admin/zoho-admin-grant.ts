// Reads what the token is allowed to do.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { ScopeGrant } from '../../../application/crm-setup/crm-admin.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { later, msBetween } from '../../../domain/time.ts'
import { done, resultOf } from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { AccessToken } from '../token/access-token.ts'
import { scopeGrants } from './zoho-admin-needs.ts'

/** Milliseconds in which Zoho lets a new token in, or not: the third repeat is in them. */
const LET_IN_WITHIN_MS = 7_000

/**
 * The scopes of the present token; `null` where Zoho did not list them. One call shows whether Zoho
 * lets the token in: without that, every other check would fail for the same reason.
 */
export async function readGrant(
  deps: {
    readonly token: AccessToken
    readonly clock: Timer
    /** Makes one call that any token may make. */
    readonly tryToken: (withinMs: number) => Promise<ClassifiedAnswer>
  },
  withinMs: number,
): Promise<CallResult<readonly ScopeGrant[] | null>> {
  const { token, clock, tryToken } = deps
  const until = later(clock.instant(), withinMs)
  const limit = timeLimit(clock, withinMs)
  const got = await token.get('new', limit.signal)
  limit.end()
  if (got.type !== 'done') {
    // Waiting does not help here: a person has to open the account again.
    const reason = token.shut()
    return reason === undefined ? got : { type: 'refused', reason }
  }
  const tried = await tryToken(Math.min(msBetween(clock.instant(), until), LET_IN_WITHIN_MS))
  const refusal = token.refusal()
  if (refusal !== undefined) return { type: 'refused', reason: refusal }
  if (tried.type === 'notDone' && token.lockOut() !== undefined) return tried.result
  const scopes = token.scopes()
  return { type: 'done', value: scopes === null ? null : scopeGrants(scopes) }
}

/** An id that no record has: those of Zoho have 15 digits at the least. */
const NO_RECORD = '1'

/**
 * Tries the right to delete on a record that does not exist. Every answer but a refusal for a missing
 * right shows that the right is there.
 */
export async function tryDelete(
  call: ZohoCall,
  step: CreateStep,
  withinMs: number,
): Promise<CallResult<void>> {
  const path = `/crm/v8/${RECORD_MODULES[step]}/${NO_RECORD}`
  const request = { kind: 'delete', method: 'DELETE', path, priority: 'new' } as const
  const answer = await call(request, withinMs)
  const isAllowed = answer.type === 'oneRead' || answer.type === 'written'
  return isAllowed ? done(undefined) : resultOf(answer)
}
