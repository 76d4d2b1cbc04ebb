// The rule of a rotation: what the new key takes over, and when the old one expires.

import { type EpochMs, plusMs } from '../../domain/time.ts'
import { stateOf } from './key-state.ts'
import type { ApiKey, NewApiKey } from './key-store.port.ts'

export type Rotation = {
  readonly successor: NewApiKey
  /** When the old key expires: never later than it would have. */
  readonly oldExpiresAt: EpochMs
}

/**
 * Plans the rotation of a key. Its successor has the same client and scopes, and lives as long as the
 * old key was made to live.
 *
 * @param overlapMs how long the old key is still valid
 * @returns `undefined` where the key is revoked or expired: nobody may use it any more
 */
export function rotationOf(key: ApiKey, at: EpochMs, overlapMs: number): Rotation | undefined {
  if (stateOf(key, at) !== 'good') return undefined
  const { client, scopes, createdAt, expiresAt } = key
  const end = plusMs(at, overlapMs)
  return {
    successor: {
      client,
      scopes,
      createdAt: at,
      expiresAt: expiresAt === null ? null : plusMs(at, expiresAt - createdAt),
    },
    oldExpiresAt: expiresAt === null || end < expiresAt ? end : expiresAt,
  }
}
