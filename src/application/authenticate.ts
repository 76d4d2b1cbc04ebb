import type { Clock } from './ports/clock.ts'
import type { ApiKey, KeyStore } from './ports/key-store.ts'

/** A longer text is no key, and not worth a digest. */
const KEY_LENGTH_MAX = 200

/** The good key that a caller showed; `undefined` when unknown, expired or revoked. */
export type Authenticate = (shown: string) => Promise<ApiKey | undefined>

export function makeAuthenticate(deps: {
  readonly keys: Pick<KeyStore, 'find'>
  readonly clock: Clock
}): Authenticate {
  return async function authenticate(shown) {
    if (shown.length === 0 || shown.length > KEY_LENGTH_MAX) return undefined
    const key = await deps.keys.find(shown)
    if (key === undefined || key.revokedAt !== null) return undefined
    return key.expiresAt === null || deps.clock.now() < key.expiresAt ? key : undefined
  }
}
