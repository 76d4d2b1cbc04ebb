// The events that belong to no sale, and the type of everything that is written to the log.

import type { CrmId, SaleId } from '../../domain/ids.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { HandedOver, MailSubject } from '../mail/outbox.port.ts'

// These names and shapes are stored and published. A stored event is never edited: to change one,
// add a new type beside it.

type Fact<Type extends string, Data> = {
  readonly type: Type
  readonly at: EpochMs
  readonly data: Data
}

/**
 * A mail was handed over: to the mail server, or to a file. It belongs to no sale, because one mail may
 * name several. Without `way` and `recipients` it is of version 0.1.0, which did not record them.
 */
export type MailSent = Fact<
  'MailSent',
  {
    readonly messageId: string
    readonly about: MailSubject
    /** The sales that the mail names; empty for a mail about the account or a checkpoint. */
    readonly saleIds: readonly SaleId[]
  } & Partial<HandedOver>
>

/** The CRM can no longer be used, or can be used again. */
export type AccountEvent =
  | Fact<'CrmAccountShut', { readonly reason: string }>
  | Fact<'CrmAccountReopened', Readonly<Record<never, never>>>

/** A person asked that the rollback of a sale be tried now. */
export type SaleResumeRequested = Fact<'SaleResumeRequested', { readonly saleId: SaleId }>

/** The events of a sale cannot be read. The sale stops: nothing can be added to its events. */
export type SaleUnreadable = Fact<
  'SaleUnreadable',
  {
    readonly saleId: SaleId
    /** The position of the unreadable event; `null` where events are missing at the end. */
    readonly position: number | null
  }
>

type Orphan = { readonly saleId: SaleId; readonly step: CreateStep; readonly id: CrmId }

/**
 * A person had a record deleted that a rolled-back sale had left in the CRM. Recorded before the
 * delete is sent, so that no record is gone without it.
 */
export type OrphanDeleted = Fact<'OrphanDeleted', Orphan>

/** The CRM refused that delete, or never confirmed it: the record may still be there. */
export type OrphanDeleteFailed = Fact<'OrphanDeleteFailed', Orphan & { readonly reason: string }>

/** A new key for a client. The key itself is never stored. */
export type ApiKeyCreated = Fact<
  'ApiKeyCreated',
  {
    /** Public, and no part of the key. */
    readonly keyId: string
    readonly client: string
    /** By their names of that day. */
    readonly scopes: readonly string[]
    /** UTC, ISO 8601; `null` for a key that does not expire. */
    readonly expiresAt: string | null
  }
>

/** A key was given a successor, with an `ApiKeyCreated` of its own, and expires after an overlap. */
export type ApiKeyRotated = Fact<
  'ApiKeyRotated',
  {
    /** The old key. */
    readonly keyId: string
    readonly newKeyId: string
    /** When the old key expires: UTC, ISO 8601. */
    readonly expiresAt: string
  }
>

export type ApiKeyRevoked = Fact<'ApiKeyRevoked', { readonly keyId: string }>

/** The first request of a key on a day for what belongs to every client; the actor is who asked. */
export type AuditorLooked = Fact<
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

/** The requests of one minute that carried no valid key. */
export type SignInsFailed = Fact<
  'SignInsFailed',
  {
    /** When the minute began: UTC, ISO 8601. */
    readonly minute: string
    readonly count: number
    /** How many carried no key, a key that was never made, an expired one, a revoked one. */
    readonly reasons: Readonly<Record<SignInFailure, number>>
    /** The first addresses seen; the requests from all others are counted together. */
    readonly addresses: readonly { readonly address: string; readonly count: number }[]
    readonly fromOtherAddresses: number
    /** The first expired and revoked keys seen, by their public ids; all others together. */
    readonly keys: readonly { readonly keyId: string; readonly count: number }[]
    readonly ofOtherKeys: number
  }
>

/**
 * The wall clock of this machine went on by so much more, or less, than the time that passed: it was
 * set, or the machine was suspended. Times before and after it cannot be compared as they are.
 */
export type ClockJumped = Fact<
  'ClockJumped',
  {
    /** Milliseconds, of all these jumps together; above 0 when the clock went forward. */
    readonly byMs: number
    /** Jumps since the last such event; more than one where they came within a minute. */
    readonly jumps: number
  }
>

/** A person accepted the log as it is, although the newest checkpoint does not agree with it. */
export type LogLossAccepted = Fact<
  'LogLossAccepted',
  {
    /** Size and root of the newest checkpoint; `null` where none is left. Roots are in base64. */
    readonly checkpointSize: number | null
    readonly checkpointRoot: string | null
    /** What this gateway had seen of the log itself, outside the database; left out where that was not more. */
    readonly seenSize?: number
    readonly seenRoot?: string
    /** Size and root of the log that was found. */
    readonly logSize: number
    readonly logRoot: string
    readonly reason: string
  }
>

/**
 * The log goes on in another database, into which all of it was copied. The last event here: the next one
 * of the same log, in that database, is `LogArrived`.
 */
export type LogMoved = Fact<
  'LogMoved',
  {
    /** The other database, without user and password. */
    readonly to: string
    /** Size and root of the log before this event. Roots are in base64. */
    readonly size: number
    readonly root: string
  }
>

/** The whole log is in this database now: it was read again, compared with the one that it comes from, and goes on here. */
export type LogArrived = Fact<
  'LogArrived',
  {
    /** The database that it comes from, without user and password. */
    readonly from: string
    /** Size and root of the log before this event, with `LogMoved` as its last one. */
    readonly size: number
    readonly root: string
  }
>

/** A person asked for a bundle of evidence. Recorded before the first file of it is made. */
export type AuditExported = Fact<
  'AuditExported',
  | { readonly what: 'sale'; readonly saleId: SaleId; readonly events: number }
  | {
      readonly what: 'range'
      readonly from: string
      readonly to: string
      readonly first: number
      readonly last: number
      readonly events: number
    }
>

/** An event that the log holds once: of each key and day, or of each sale. */
export type OnceEvent = AuditorLooked | SaleUnreadable

/** An event that belongs to no sale. */
export type ServiceEvent =
  | MailSent
  | AccountEvent
  | SaleResumeRequested
  | SaleUnreadable
  | OrphanDeleted
  | OrphanDeleteFailed
  | ApiKeyCreated
  | ApiKeyRotated
  | ApiKeyRevoked
  | AuditorLooked
  | SignInsFailed
  | ClockJumped
  | LogLossAccepted
  | LogMoved
  | LogArrived
  | AuditExported

/** Everything that is written to the log. */
export type LogEvent = SaleEvent | ServiceEvent
