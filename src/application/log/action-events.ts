import type { EpochMs } from '../../domain/time.ts'

type Action<Type extends string, Data> = {
  readonly type: Type
  readonly at: EpochMs
  readonly data: Data
}

export type ApiKeyCreated = Action<
  'ApiKeyCreated',
  {
    /** Public, and no part of the key. */
    readonly keyId: string
    readonly client: string
    /** As they were called then. */
    readonly scopes: readonly string[]
    /** UTC, ISO 8601; `null` for a key that does not expire. */
    readonly expiresAt: string | null
  }
>

export type ApiKeyRevoked = Action<'ApiKeyRevoked', { readonly keyId: string }>

/** The first look of a day that a key took at what is everybody's; who it was is the actor. */
export type AuditorLooked = Action<
  'AuditorLooked',
  {
    /** In UTC, such as `2026-11-23`. */
    readonly day: string
    /** The path, as the API names it. */
    readonly what: string
  }
>

/** Why a caller was not let in. */
export type SignInFailure = 'missing' | 'unknown' | 'expired' | 'revoked'

/** The requests of one minute that showed no good key. */
export type SignInsFailed = Action<
  'SignInsFailed',
  {
    /** When the minute began: UTC, ISO 8601. */
    readonly minute: string
    readonly count: number
    /** Of these, how many showed no key, one that was never made, or one that is good no more. */
    readonly reasons: Readonly<Record<SignInFailure, number>>
    /** The first addresses seen, and what came from all others. */
    readonly addresses: readonly { readonly address: string; readonly count: number }[]
    readonly fromOtherAddresses: number
    /** The expired and revoked keys that were shown, by their public ids. */
    readonly keys: readonly { readonly keyId: string; readonly count: number }[]
    readonly ofOtherKeys: number
  }
>

/** What people and programs did beside the sales. Each belongs to no sale. */
export type ActionEvent = ApiKeyCreated | ApiKeyRevoked | AuditorLooked | SignInsFailed
