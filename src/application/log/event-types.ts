// The table of event types: the version and the owner of everything the log may hold.

import type { SaleEvent } from '../../domain/sale/events.ts'
import type { LogEvent } from './service-events.ts'

type EventType<Event extends LogEvent> = {
  /** The version that this code writes. It reads no other. */
  readonly version: number
  /** Whether the event is part of the history of one sale, or of the log alone. */
  readonly belongsTo: Event extends SaleEvent ? 'sale' : 'log'
}

/** Every type of event. A type that is missing here, or not in `LogEvent`, does not compile. */
export const EVENT_TYPES: { readonly [Event in LogEvent as Event['type']]: EventType<Event> } = {
  SaleRequested: { version: 1, belongsTo: 'sale' },
  SalePriced: { version: 1, belongsTo: 'sale' },
  DealCreated: { version: 1, belongsTo: 'sale' },
  QuoteCreated: { version: 1, belongsTo: 'sale' },
  SalesOrderCreated: { version: 1, belongsTo: 'sale' },
  SaleCompleted: { version: 1, belongsTo: 'sale' },
  CreateUnanswered: { version: 1, belongsTo: 'sale' },
  RecordNamed: { version: 1, belongsTo: 'sale' },
  SaleInterrupted: { version: 1, belongsTo: 'sale' },
  OwnerWoke: { version: 1, belongsTo: 'sale' },
  CompensationRequired: { version: 1, belongsTo: 'sale' },
  ReferenceLookedUp: { version: 1, belongsTo: 'sale' },
  SalesOrderDeleted: { version: 1, belongsTo: 'sale' },
  QuoteDeleted: { version: 1, belongsTo: 'sale' },
  DealDeleted: { version: 1, belongsTo: 'sale' },
  SaleRolledBack: { version: 1, belongsTo: 'sale' },
  SaleSettled: { version: 1, belongsTo: 'sale' },
  SaleStuck: { version: 1, belongsTo: 'sale' },
  MailSent: { version: 1, belongsTo: 'log' },
  SaleResumeRequested: { version: 1, belongsTo: 'log' },
  SaleUnreadable: { version: 1, belongsTo: 'log' },
  OrphanDeleted: { version: 1, belongsTo: 'log' },
  OrphanDeleteFailed: { version: 1, belongsTo: 'log' },
  CrmAccountShut: { version: 1, belongsTo: 'log' },
  CrmAccountReopened: { version: 1, belongsTo: 'log' },
  ApiKeyCreated: { version: 1, belongsTo: 'log' },
  ApiKeyRotated: { version: 1, belongsTo: 'log' },
  ApiKeyRevoked: { version: 1, belongsTo: 'log' },
  AuditorLooked: { version: 1, belongsTo: 'log' },
  SignInsFailed: { version: 1, belongsTo: 'log' },
  ClockJumped: { version: 1, belongsTo: 'log' },
  LogLossAccepted: { version: 1, belongsTo: 'log' },
  LogMoved: { version: 1, belongsTo: 'log' },
  LogArrived: { version: 1, belongsTo: 'log' },
  AuditExported: { version: 1, belongsTo: 'log' },
}

/** Whether this version writes events of this type. */
export function isEventType(type: string): type is LogEvent['type'] {
  return Object.hasOwn(EVENT_TYPES, type)
}
