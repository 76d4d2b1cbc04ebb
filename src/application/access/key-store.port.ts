import type { EpochMs } from '../../domain/time.ts'
import type { Actor } from '../log/event-record.ts'

export const SCOPES = [
  'contacts:read',
  'sales:create',
  'sales:read',
  'audit:read',
  'admin',
] as const
export type Scope = (typeof SCOPES)[number]

/** What is known of an API key. The key itself is shown once and never stored. */
export type ApiKey = {
  /** Public; safe in logs. */
  readonly id: string
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs | null
  readonly revokedAt: EpochMs | null
}

export type NewApiKey = Pick<ApiKey, 'client' | 'scopes' | 'createdAt' | 'expiresAt'>

/** What makes or ends a key is an event in the log, stored in the same transaction. */
export interface KeyStore {
  /** Makes a key and says it, this once. */
  create(key: NewApiKey, by: Actor): Promise<{ readonly id: string; readonly key: string }>

  /** Every key ever made, oldest first. */
  list(): Promise<readonly ApiKey[]>

  /** `false` when there is no such key, or it was revoked before. Takes effect at once. */
  revoke(id: string, at: EpochMs, by: Actor): Promise<boolean>

  /** The key whose digest is that of `key`, whether or not it is still good. */
  find(key: string): Promise<ApiKey | undefined>
}
