import type { WallClock } from '../base/clock.port.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import { stateOf } from './key-state.ts'
import type { ApiKey, KeyStore } from './key-store.port.ts'
import type { KeyUses } from './key-uses.ts'

/**
 * Finds the key with which a person has signed in, anew for each request: one that was revoked or has
 * expired since ends the session at once, and such a request is counted as a failed sign-in. It is no
 * guess: who has a session had the key.
 */
export type AuthenticateSession = (
  keyId: string,
  address: string | null,
) => Promise<ApiKey | undefined>

export function makeAuthenticateSession(deps: {
  readonly keys: Pick<KeyStore, 'findById'>
  readonly clock: WallClock
  readonly failed: Pick<FailedSignIns, 'count'>
  readonly uses: Pick<KeyUses, 'note'>
  /** Called before a key is judged, so that a jump of the clock is noticed before it lets anybody in. */
  readonly lookAtClocks: () => void
}): AuthenticateSession {
  const { keys, clock, failed, uses, lookAtClocks } = deps

  return async function authenticateSession(keyId, address) {
    const key = await keys.findById(keyId)
    lookAtClocks()
    const state = key === undefined ? 'unknown' : stateOf(key, clock.now())
    if (key !== undefined && state === 'good') {
      uses.note(key.id)
      return key
    }
    if (state !== 'good') failed.count({ why: state, address, keyId: key?.id })
    return undefined
  }
}
