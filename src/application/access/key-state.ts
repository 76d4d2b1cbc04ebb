import type { EpochMs } from '../../domain/time.ts'
import type { ApiKey } from './key-store.port.ts'

/** Whether a key opens anything at this time. */
export function stateOf(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: EpochMs,
): 'good' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'good'
}
