// The record of an event as it is stored and published, and how events become records and back.

import type { SaleId } from '../../domain/ids.ts'
import type { SaleEvent } from '../../domain/sale/events.ts'
import type { EpochMs } from '../../domain/time.ts'
import { UnreadableError } from '../base/errors.ts'
import { type CallsMade, type CrmCall, NO_CALLS } from './crm-call.ts'
import { EVENT_TYPES, isEventType } from './event-types.ts'
import type { LogEvent } from './service-events.ts'

/** A client's request. The oldest events hold the client, the key and the request id only. */
export type ClientActor = {
  readonly client: string
  /** Public, and no part of the key. */
  readonly keyId: string
  readonly requestId?: string
  /** The address of the caller; `null` where the connection was closed already. */
  readonly address?: string | null
  /** The trusted proxy at the other end of the connection; absent where that is the caller itself. */
  readonly peer?: string | null
  /** The `User-Agent` header, harmless and cut short; `null` where there was none. */
  readonly userAgent?: string | null
  /** Name and version of the gateway that served the request. */
  readonly software?: string
}

/** Who caused an event: a client's request, a person at the command line, or the service. */
export type Actor = ClientActor | { readonly operator: string } | { readonly system: string }

/** The service itself: it acts without a request, on what it recorded before. */
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
  /** The creates and deletes in the CRM since the sale's event before this one; absent for none. */
  readonly calls?: readonly CrmCall[]
  /** How many calls were made before those in `calls`; absent for none. */
  readonly earlierCalls?: number
  /**
   * The leaf hash, in hexadecimal, of the event before this one in the same sale; in an event of
   * no sale, of the event of no sale before it. `null` in the first. Absent in events that are
   * older than the tree of the log.
   */
  readonly prev?: string | null
}

/** A line of the log whose event cannot be read: what its columns say. */
export type UnreadableRecord = Pick<EventRecord, 'position' | 'saleId' | 'sequence' | 'type'> & {
  readonly unreadable: true
}

/** Whether this version writes events of this type that belong to no sale. */
export function belongsToNoSale(type: string): boolean {
  return isEventType(type) && EVENT_TYPES[type].belongsTo === 'log'
}

/** The record of an event at its place in the log. */
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
  const { version } = EVENT_TYPES[type]
  const calls = callMembers(callsMade)
  return { position, saleId, sequence, type, version, at, data, actor, ...calls, prev }
}

function callMembers({
  calls,
  earlierCalls,
}: CallsMade): Pick<EventRecord, 'calls' | 'earlierCalls'> {
  if (calls.length === 0) return {}
  return earlierCalls === 0 ? { calls } : { calls, earlierCalls }
}

/**
 * The event of a sale that a stored record holds.
 *
 * @throws {UnreadableError} when this version writes no such event.
 */
export function toSaleEvent(record: EventRecord): SaleEvent {
  const { type, version, data } = record
  const at = Date.parse(record.at) as EpochMs
  const known = isEventType(type) ? EVENT_TYPES[type] : undefined
  if (known?.belongsTo !== 'sale' || Number.isNaN(at)) {
    throw new UnreadableError(`event ${record.position}: unknown type or time`, record.position)
  }
  if (version !== known.version) {
    const message = `event ${record.position}: unknown version ${version}`
    throw new UnreadableError(message, record.position)
  }
  // Type and version are known, so the members are those that this code wrote under that version;
  // test/application/log/event-record.test.ts holds a stored event of each type.
  return { type, at, data } as unknown as SaleEvent
}
