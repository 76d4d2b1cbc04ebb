// Who may come in: finds the key that a request carries, and counts the requests without a valid one.

import type { WallClock } from '../base/clock.port.ts'
import type { FailedGuesses } from './failed-guesses.ts'
import type { FailedSignIns } from './failed-sign-ins.ts'
import { stateOf } from './key-state.ts'
import type { ApiKey, KeyStore } from './key-store.port.ts'
import type { KeyUses } from './key-uses.ts'

export type SignIn =
  | { readonly type: 'good'; readonly key: ApiKey }
  /** Without a key, or with one that is unknown, expired or revoked. */
  | { readonly type: 'refused' }
  /** The same, after too many of them from this address. */
  | { readonly type: 'tooMany'; readonly retryAfterMs: number }

/** Looks at the key of a request. A request without a valid one is counted, by its address. */
export type Authenticate = (shown: string | undefined, address: string | null) => Promise<SignIn>

const REFUSED: SignIn = { type: 'refused' }

/**
 * A valid key always passes, because callers behind one proxy share an address. A request without a key
 * is no guess: a browser sends one before it asks its user, and 401 is how a caller learns of the header.
 */
export function makeAuthenticate(deps: {
  readonly keys: Pick<KeyStore, 'find'>
  readonly clock: WallClock
  readonly failed: Pick<FailedSignIns, 'count'>
  readonly countGuess: FailedGuesses
  readonly uses: Pick<KeyUses, 'note'>
  /** Called before a key is judged, so that a jump of the clock is noticed before it lets anybody in. */
  readonly lookAtClocks: () => void
}): Authenticate {
  const { keys, clock, failed, countGuess, uses, lookAtClocks } = deps

  return async function authenticate(shown = '', address) {
    if (shown === '') {
      failed.count({ why: 'missing', address })
      return REFUSED
    }
    const key = await keys.find(shown)
    lookAtClocks()
    const state = key === undefined ? 'unknown' : stateOf(key, clock.now())
    if (key !== undefined && state === 'good') {
      uses.note(key.id)
      return { type: 'good', key }
    }
    if (state !== 'good') failed.count({ why: state, address, keyId: key?.id })
    const retryAfterMs = countGuess(address)
    return retryAfterMs === 0 ? REFUSED : { type: 'tooMany', retryAfterMs }
  }
}
