// Who may come in: finds the key that a request carries, and counts the requests without a valid one.

import type { Clock } from '../base/clock.port.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import { stateOf } from './key-state.ts'
import type { ApiKey, KeyStore } from './key-store.port.ts'
import type { KeyUses } from './key-uses.ts'

/**
 * Returns the valid key of a request; `undefined` for a request without a key, or with one that is
 * unknown, expired or revoked. Those requests are counted, by the address they came from.
 */
export type Authenticate = (
  shown: string | undefined,
  address: string | null,
) => Promise<ApiKey | undefined>

export function makeAuthenticate(deps: {
  readonly keys: Pick<KeyStore, 'find'>
  readonly clock: Clock
  readonly failed: Pick<FailedSignIns, 'count'>
  readonly uses: Pick<KeyUses, 'note'>
}): Authenticate {
  const { keys, clock, failed, uses } = deps

  return async function authenticate(shown = '', address) {
    const key = shown === '' ? undefined : await keys.find(shown)
    if (key === undefined) {
      failed.count({ why: shown === '' ? 'missing' : 'unknown', address })
      return undefined
    }
    const state = stateOf(key, clock.now())
    if (state !== 'good') {
      failed.count({ why: state, address, keyId: key.id })
      return undefined
    }
    uses.note(key.id)
    return key
  }
}
