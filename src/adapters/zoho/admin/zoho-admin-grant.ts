// Reads what the token is allowed to do.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { ScopeGrant } from '../../../application/crm-setup/crm-admin.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
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
    readonly clock: Clock
    /** Makes one call that any token may make. */
    readonly tryToken: (withinMs: number) => Promise<ClassifiedAnswer>
  },
  withinMs: number,
): Promise<CallResult<readonly ScopeGrant[] | null>> {
  const { token, clock, tryToken } = deps
  const until = clock.now() + withinMs
  const limit = timeLimit(clock, withinMs)
  const got = await token.get('new', limit.signal)
  limit.end()
  if (got.type !== 'done') {
    // Waiting does not help here: a person has to open the account again.
    const reason = token.shut()
    return reason === undefined ? got : { type: 'refused', reason }
  }
  const tried = await tryToken(Math.min(until - clock.now(), LET_IN_WITHIN_MS))
  const refusal = token.refusal()
  if (refusal !== undefined) return { type: 'refused', reason: refusal }
  if (tried.type === 'notDone' && token.lockOut() !== undefined) return tried.result
  const scopes = token.scopes()
  return { type: 'done', value: scopes === null ? null : scopeGrants(scopes) }
}
