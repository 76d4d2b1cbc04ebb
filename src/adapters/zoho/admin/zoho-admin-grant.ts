// Reads what the token is allowed to do.

import type { Clock } from '../../../application/base/clock.port.ts'
import type { ScopeGrant } from '../../../application/crm-setup/crm-admin.port.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import { timeLimit } from '../exchange/time-limit.ts'
import type { AccessToken } from '../token/access-token.ts'
import { scopeGrants } from './zoho-admin-needs.ts'

/** The scopes of the present token; `null` where Zoho did not list them with it. */
export async function readGrant(
  deps: { readonly token: AccessToken; readonly clock: Clock },
  withinMs: number,
): Promise<CallResult<readonly ScopeGrant[] | null>> {
  const { token, clock } = deps
  const limit = timeLimit(clock, withinMs)
  const got = await token.get('new', limit.signal)
  limit.end()
  if (got.type !== 'done') {
    // Waiting does not help here: a person has to open the account again.
    const reason = token.shut()
    return reason === undefined ? got : { type: 'refused', reason }
  }
  const scopes = token.scopes()
  return { type: 'done', value: scopes === null ? null : scopeGrants(scopes) }
}
