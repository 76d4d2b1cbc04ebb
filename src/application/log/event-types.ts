// The table of event types: the version, the owner and the sentence of everything the log may hold.

import type { SaleEvent } from '../../domain/sale/events.ts'
import {
  amountWords,
  counted,
  failedStepWords,
  foundWords,
  handedOverIn,
  handedOverWords,
  mailSubjectWords,
  salesNamed,
  stepWords,
} from './phrases.ts'
import type { LogEvent } from './service-events.ts'

type EventType<Event extends LogEvent> = {
  /** The version that this code writes. It reads no other. */
  readonly version: number
  /** Whether the event is part of the history of one sale, or of the log alone. */
  readonly belongsTo: Event extends SaleEvent ? 'sale' : 'log'
  /** What happened, as a sentence without its full stop. */
  words(data: Event['data']): string
}

/** Every type of event. A type that is missing here, or not in `LogEvent`, does not compile. */
export const EVENT_TYPES: { readonly [Event in LogEvent as Event['type']]: EventType<Event> } = {
  SaleRequested: {
    version: 1,
    belongsTo: 'sale',
    words: ({ contactId, products }) =>
      `A sale of ${counted(products, 'line')} to contact ${contactId} was asked for`,
  },
  SalePriced: {
    version: 1,
    belongsTo: 'sale',
    words: ({ lines, ...priced }) =>
      `Contact and prices were read: ${counted(lines, 'line')}, ${amountWords(priced)} in all`,
  },
  DealCreated: {
    version: 1,
    belongsTo: 'sale',
    words: ({ dealId }) => `Deal ${dealId} is in the CRM`,
  },
  QuoteCreated: {
    version: 1,
    belongsTo: 'sale',
    words: ({ quoteId }) => `Quote ${quoteId} is in the CRM`,
  },
  SalesOrderCreated: {
    version: 1,
    belongsTo: 'sale',
    words: ({ salesOrderId }) => `Sales Order ${salesOrderId} is in the CRM`,
  },
  SaleCompleted: {
    version: 1,
    belongsTo: 'sale',
    words: () => 'The sale is complete',
  },
  CreateUnanswered: {
    version: 1,
    belongsTo: 'sale',
    words: ({ step, reason }) =>
      `The create of the ${stepWords(step)} was not answered, its record may be there: ${reason}`,
  },
  RecordNamed: {
    version: 1,
    belongsTo: 'sale',
    words: ({ step, id }) =>
      `The CRM named ${stepWords(step)} ${id} as a record of this sale, and did not show it`,
  },
  SaleInterrupted: {
    version: 1,
    belongsTo: 'sale',
    words: () => 'A new process took the sale up',
  },
  CompensationRequired: {
    version: 1,
    belongsTo: 'sale',
    words: ({ failedStep, reason }) =>
      `The sale has to be rolled back. ${failedStepWords(failedStep)}: ${reason}`,
  },
  ReferenceLookedUp: {
    version: 1,
    belongsTo: 'sale',
    words: ({ step, look, found }) =>
      `The CRM was searched for the ${stepWords(step)} (${look} look): ${foundWords(found)}`,
  },
  SalesOrderDeleted: {
    version: 1,
    belongsTo: 'sale',
    words: ({ salesOrderId }) => `Sales Order ${salesOrderId} was deleted`,
  },
  QuoteDeleted: {
    version: 1,
    belongsTo: 'sale',
    words: ({ quoteId }) => `Quote ${quoteId} was deleted`,
  },
  DealDeleted: {
    version: 1,
    belongsTo: 'sale',
    words: ({ dealId }) => `Deal ${dealId} was deleted`,
  },
  SaleRolledBack: {
    version: 1,
    belongsTo: 'sale',
    words: () => 'The sale is rolled back, nothing of it is left in the CRM',
  },
  SaleSettled: {
    version: 1,
    belongsTo: 'sale',
    words: () => 'The CRM holds nothing beside the records of the sale',
  },
  SaleStuck: {
    version: 1,
    belongsTo: 'sale',
    words: ({ leftovers }) =>
      `The rollback keeps failing, a person is needed: ${counted(leftovers, 'leftover')}`,
  },
  MailSent: {
    version: 1,
    belongsTo: 'log',
    words: ({ about, saleIds, ...data }) =>
      `A mail about ${mailSubjectWords(about)}${salesNamed(saleIds)} ${handedOverWords(handedOverIn(data))}`,
  },
  SaleResumeRequested: {
    version: 1,
    belongsTo: 'log',
    words: ({ saleId }) => `A person asked to try sale ${saleId} again`,
  },
  SaleUnreadable: {
    version: 1,
    belongsTo: 'log',
    words: ({ saleId }) => `Sale ${saleId} cannot be read from the log, a person is needed`,
  },
  OrphanDeleted: {
    version: 1,
    belongsTo: 'log',
    words: ({ saleId, step, id }) =>
      `A person had ${stepWords(step)} ${id} deleted, which sale ${saleId} had left in the CRM`,
  },
  OrphanDeleteFailed: {
    version: 1,
    belongsTo: 'log',
    words: ({ saleId, step, id, reason }) =>
      `The CRM did not delete ${stepWords(step)} ${id} of sale ${saleId}: ${reason}`,
  },
  CrmAccountShut: {
    version: 1,
    belongsTo: 'log',
    words: ({ reason }) => `The CRM account cannot be used: ${reason}`,
  },
  CrmAccountReopened: {
    version: 1,
    belongsTo: 'log',
    words: () => 'The CRM account can be used again',
  },
  ApiKeyCreated: {
    version: 1,
    belongsTo: 'log',
    words: ({ keyId, client }) => `Key ${keyId} was made for client ${client}`,
  },
  ApiKeyRotated: {
    version: 1,
    belongsTo: 'log',
    words: ({ keyId, newKeyId, expiresAt }) =>
      `Key ${keyId} was given the successor ${newKeyId}, and is good until ${expiresAt}`,
  },
  ApiKeyRevoked: {
    version: 1,
    belongsTo: 'log',
    words: ({ keyId }) => `Key ${keyId} was revoked`,
  },
  AuditorLooked: {
    version: 1,
    belongsTo: 'log',
    words: ({ what, day }) => `First look of ${day} at ${what}`,
  },
  SignInsFailed: {
    version: 1,
    belongsTo: 'log',
    words: ({ count, minute }) =>
      `${count} requests without a good key in the minute from ${minute}`,
  },
  LogLossAccepted: {
    version: 1,
    belongsTo: 'log',
    words: ({ reason }) => `The log was taken as it is, after a loss: ${reason}`,
  },
  AuditExported: {
    version: 1,
    belongsTo: 'log',
    words: (data) =>
      data.what === 'sale'
        ? `Evidence about sale ${data.saleId} was taken along`
        : `Evidence from ${data.from} to ${data.to} was taken along`,
  },
}

/** Whether this version writes events of this type. */
export function isEventType(type: string): type is LogEvent['type'] {
  return Object.hasOwn(EVENT_TYPES, type)
}
