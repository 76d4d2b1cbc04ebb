// The store of API keys, and the scopes that a key may have.

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

/** An API key without its secret: that is shown once, and never stored. */
export type ApiKey = {
  /** Public; safe in logs. */
  readonly id: string
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs | null
  readonly revokedAt: EpochMs | null
  /** To the minute, and a minute late; `null` for a key that was never used. */
  readonly lastUsedAt: EpochMs | null
}

export type NewApiKey = Pick<ApiKey, 'client' | 'scopes' | 'createdAt' | 'expiresAt'>

/** A key that takes the place of another one, with the time at which that one expires. */
export type RotatedKey = {
  readonly id: string
  readonly key: string
  readonly client: string
  readonly expiresAt: EpochMs | null
  readonly oldExpiresAt: EpochMs
}

/** The API keys. Making, rotating and revoking a key records an event, in the same transaction. */
export interface KeyStore {
  /** Makes a key. This is the only time that the key itself is returned. */
  create(key: NewApiKey, by: Actor): Promise<{ readonly id: string; readonly key: string }>

  /** Every key ever made, oldest first. */
  list(): Promise<readonly ApiKey[]>

  /** Revokes a key, at once; `false` for an unknown key, or one that is revoked already. */
  revoke(id: string, at: EpochMs, by: Actor): Promise<boolean>

  /**
   * Makes a key that takes the place of this one, by the rule of `rotation.ts`. This is the only time
   * that the key itself is returned.
   *
   * @param overlapMs how long both are valid
   * @returns `undefined` for an unknown key, or one that is revoked or expired: nothing is changed
   */
  rotate(id: string, overlapMs: number, at: EpochMs, by: Actor): Promise<RotatedKey | undefined>

  /**
   * Stores when keys were last used. It is the one change of a key without an event. An id that is
   * unknown, and a time before the one that is stored, change nothing.
   *
   * @throws {AppError} `unavailable`: they may be stored or not; it can be repeated
   */
  noteUses(uses: readonly { readonly id: string; readonly at: EpochMs }[]): Promise<void>

  /**
   * The key with this secret, whether or not it is still valid; `undefined` for an unknown one. A
   * text that can be no key, by its form or its checksum, costs no read.
   */
  find(key: string): Promise<ApiKey | undefined>

  /** The key with this id, whether or not it is still valid; `undefined` for an unknown one. */
  findById(id: string): Promise<ApiKey | undefined>
}
