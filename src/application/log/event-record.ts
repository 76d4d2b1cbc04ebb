import type { SaleId } from '../../domain/ids.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import type { EpochMs } from '../../domain/time.ts'
import { UnreadableError } from '../base/errors.ts'
import type { ActionEvent } from './action-events.ts'
import { type CallsMade, type CrmCall, NO_CALLS } from './crm-call.ts'

/** A client's request. Events of the first version have no more than client, key and request. */
export type ClientActor = {
  readonly client: string
  /** Public, and no part of the key. */
  readonly keyId: string
  readonly requestId?: string
  /** The other end of the connection; `null` when it was gone already. */
  readonly address?: string | null
  /** As the caller named itself, harmless and cut short; `null` when it did not. */
  readonly userAgent?: string | null
  /** What served the request: name and version. */
  readonly software?: string
}

/** Who caused an event: a client's request, a person at the command line, or the service. */
export type Actor = ClientActor | { readonly operator: string } | { readonly system: string }

/** The service itself, acting on what it recorded before. */
export const GATEWAY: Actor = { system: 'gateway' }

/** One line of the event log, as it is stored and published. */
export type EventRecord = {
  /** Contiguous over the whole log, from 1. */
  readonly position: number
  /** `null` in events that belong to no sale, as is `sequence`. */
  readonly saleId: SaleId | null
  /** Contiguous over the sale, from 1. */
  readonly sequence: number | null
  readonly type: string
  readonly version: number
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: Actor
  /** What was to change in the CRM since the event of the sale before; absent when nothing was. */
  readonly calls?: readonly CrmCall[]
  /** How many calls were made before those; absent when all are told. */
  readonly earlierCalls?: number
  /**
   * The leaf hash, in hexadecimal, of the event before it in the same sale, or before it among
   * those of no sale; `null` in the first. Events that were written before there was a tree have none.
   */
  readonly prev?: string | null
}

/** A line of the log whose event cannot be read: what is known of it without. */
export type UnreadableRecord = Pick<EventRecord, 'position' | 'saleId' | 'sequence' | 'type'> & {
  readonly unreadable: true
}

/** An event about a mail: it belongs to no sale, because one mail may name several. */
export type MailSent = {
  readonly type: 'MailSent'
  readonly at: EpochMs
  readonly data: {
    readonly messageId: string
    readonly about: MailSubject
    /** The sales it names; none for a mail about the account. */
    readonly saleIds: readonly SaleId[]
  }
}

export type MailSubject = 'failed' | 'stuck' | 'unreadable' | 'account' | 'checkpoint'

/** The CRM can no longer be used, or can be again. It belongs to no sale. */
export type AccountEvent =
  | {
      readonly type: 'CrmAccountShut'
      readonly at: EpochMs
      readonly data: { readonly reason: string }
    }
  | {
      readonly type: 'CrmAccountReopened'
      readonly at: EpochMs
      readonly data: Readonly<Record<never, never>>
    }

/** A person asked that the rollback of a sale be tried now. It is no part of the sale's history. */
export type SaleResumeRequested = {
  readonly type: 'SaleResumeRequested'
  readonly at: EpochMs
  readonly data: { readonly saleId: SaleId }
}

/** Events of a sale cannot be read, so it is not carried on: nothing can be added to its own. */
export type SaleUnreadable = {
  readonly type: 'SaleUnreadable'
  readonly at: EpochMs
  readonly data: {
    readonly saleId: SaleId
    /** Of the event; `null` where events are missing at the end. */
    readonly position: number | null
  }
}

/** Somebody took the log as it is, although a checkpoint knew more, or something else. */
export type LogLossAccepted = {
  readonly type: 'LogLossAccepted'
  readonly at: EpochMs
  readonly data: {
    /** What the newest checkpoint knew; null where that is not known either. Roots in base64. */
    readonly checkpointSize: number | null
    readonly checkpointRoot: string | null
    /** What was there. */
    readonly logSize: number
    readonly logRoot: string
    readonly reason: string
  }
}

/** Somebody is about to be handed evidence: recorded before the first file of it is made. */
export type AuditExported = {
  readonly type: 'AuditExported'
  readonly at: EpochMs
  readonly data:
    | { readonly what: 'sale'; readonly saleId: SaleId; readonly events: number }
    | {
        readonly what: 'range'
        readonly from: string
        readonly to: string
        readonly first: number
        readonly last: number
        readonly events: number
      }
}

/** Belongs to no sale. */
type LooseEvent =
  | MailSent
  | AccountEvent
  | SaleResumeRequested
  | SaleUnreadable
  | ActionEvent
  | LogLossAccepted
  | AuditExported

/** Everything that is written to the log. */
export type LogEvent = SaleEvent | LooseEvent

/** Of every type of event, the version that this code writes, and reads. */
const VERSIONS: Readonly<Record<LogEvent['type'], number>> = {
  SaleRequested: 1,
  SalePriced: 1,
  DealCreated: 1,
  QuoteCreated: 1,
  SalesOrderCreated: 1,
  SaleCompleted: 1,
  CreateUnanswered: 1,
  SaleInterrupted: 1,
  CompensationRequired: 1,
  ReferenceLookedUp: 1,
  SalesOrderDeleted: 1,
  QuoteDeleted: 1,
  DealDeleted: 1,
  SaleRolledBack: 1,
  SaleSettled: 1,
  SaleStuck: 1,
  MailSent: 1,
  SaleResumeRequested: 1,
  SaleUnreadable: 1,
  CrmAccountShut: 1,
  CrmAccountReopened: 1,
  ApiKeyCreated: 1,
  ApiKeyRevoked: 1,
  AuditorLooked: 1,
  SignInsFailed: 1,
  LogLossAccepted: 1,
  AuditExported: 1,
}

const BELONGS_TO_NO_SALE: ReadonlySet<string> = new Set<LooseEvent['type']>([
  'MailSent',
  'SaleResumeRequested',
  'SaleUnreadable',
  'CrmAccountShut',
  'CrmAccountReopened',
  'ApiKeyCreated',
  'ApiKeyRevoked',
  'AuditorLooked',
  'SignInsFailed',
  'LogLossAccepted',
  'AuditExported',
])

/** Whether this version writes events of this type that belong to no sale. */
export function belongsToNoSale(type: string): boolean {
  return BELONGS_TO_NO_SALE.has(type)
}

export function toRecord(
  event: LogEvent,
  place: {
    readonly position: number
    readonly saleId: SaleId | null
    readonly sequence: number | null
    readonly actor: Actor
    readonly callsMade?: CallsMade
    readonly prev: string | null
  },
): EventRecord {
  const { position, saleId, sequence, actor, callsMade = NO_CALLS, prev } = place
  const { type, data } = event
  const at = new Date(event.at).toISOString()
  const record = { position, saleId, sequence, type, version: VERSIONS[type], at, data, actor }
  return { ...record, ...toldCalls(callsMade), prev }
}

function toldCalls({
  calls,
  earlierCalls,
}: CallsMade): Pick<EventRecord, 'calls' | 'earlierCalls'> {
  if (calls.length === 0) return {}
  return earlierCalls === 0 ? { calls } : { calls, earlierCalls }
}

/**
 * The sale's fact that a stored record holds.
 *
 * @throws {UnreadableError} when this version writes no such event.
 */
export function toSaleEvent(record: EventRecord): SaleEvent {
  const { type, version, data } = record
  const at = Date.parse(record.at) as EpochMs
  if (!Object.hasOwn(VERSIONS, type) || belongsToNoSale(type) || Number.isNaN(at)) {
    throw new UnreadableError(`event ${record.position}: unknown type or time`, record.position)
  }
  if (version !== VERSIONS[type as SaleEvent['type']]) {
    const message = `event ${record.position}: unknown version ${version}`
    throw new UnreadableError(message, record.position)
  }
  // Type and version are ours, so the members are those this code wrote under that version;
  // the fixtures of test/application/log/event-record.test.ts hold one of each.
  return { type, at, data } as unknown as SaleEvent
}
