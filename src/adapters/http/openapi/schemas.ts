// The shapes of what the API answers; the one that it takes is the schema of its route.

import { type TSchema, Type } from 'typebox'
import { EVENT_TYPES } from '../../../application/log/event-types.ts'
import { PUBLIC_STATUSES } from '../../../application/log/sale-summary.ts'
import { CRM_ID, SALE_ID } from '../../../domain/ids.ts'
import { CREATE_STEPS, FAILED_STEPS } from '../../../domain/sale/steps.ts'
import { CreateSalesBody } from '../api/create-sales-schema.ts'

/** A schema of the document, by its name. */
export function schemaRef(name: keyof typeof SCHEMAS): TSchema {
  return ref(name)
}

function ref(name: string): TSchema {
  return Type.Ref(`#/components/schemas/${name}`)
}

function object(members: Readonly<Record<string, TSchema>>, description?: string): TSchema {
  const words = description === undefined ? {} : { description }
  return Type.Object(members, { additionalProperties: false, ...words })
}

function orNull(schema: TSchema, description?: string): TSchema {
  const words = description === undefined ? {} : { description }
  return Type.Union([schema, Type.Null()], words)
}

function oneOf(values: readonly string[], description?: string): TSchema {
  return Type.Enum([...values], description === undefined ? {} : { description })
}

const crmId = (description: string) => Type.String({ pattern: CRM_ID.source, description })
const instant = (description: string) => Type.String({ format: 'date-time', description })
const saleId = Type.String({ pattern: SALE_ID.source, description: 'A UUIDv7.' })
const count = (description: string) => Type.Integer({ minimum: 0, description })
const ordinal = (description: string) => Type.Integer({ minimum: 1, description })
const textOrNull = orNull(Type.String())

const error = {
  status: Type.Literal('error'),
  message: Type.String({ description: 'For a person. Programs decide by the HTTP status.' }),
}

const address = {
  street: textOrNull,
  city: textOrNull,
  state: textOrNull,
  code: textOrNull,
  country: textOrNull,
}

const sale = {
  saleId,
  status: oneOf(
    PUBLIC_STATUSES,
    'stuck: the rollback keeps failing and a person is needed; it is still retried.',
  ),
  contactId: crmId('The contact of the request.'),
  dealId: orNull(crmId('The Deal in Zoho CRM.'), 'null while there is none.'),
  quoteId: orNull(crmId('The Quote in Zoho CRM.'), 'null while there is none.'),
  salesOrderId: orNull(crmId('The Sales Order in Zoho CRM.'), 'null while there is none.'),
  requestedAt: instant('When the sale was asked for.'),
  endedAt: orNull(instant('When the sale was completed or rolled back.')),
  failure: orNull(
    object({
      step: oneOf(FAILED_STEPS),
      message: Type.String({ description: 'What went wrong, with what the CRM said.' }),
    }),
    'null for a sale that has not failed.',
  ),
}

const call = {
  at: instant('When the call was asked for.'),
  ms: count('Milliseconds until it ended.'),
  outcome: oneOf(['done', 'refused', 'unknown', 'notSent']),
  answer: Type.String({ description: 'What the CRM answered, in words.' }),
}

const place = {
  position: ordinal('The place in the whole log, without gaps.'),
  saleId: orNull(saleId, 'null in an event that belongs to no sale.'),
  sequence: orNull(ordinal('The place among the events of the sale, without gaps.')),
  type: Type.String({
    description: 'What happened. Skip a type that you do not know: more may come.',
    examples: Object.keys(EVENT_TYPES),
  }),
}

const event = object({
  ...place,
  version: ordinal('The version of this type of event.'),
  at: instant('When it happened.'),
  data: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'What the type says of it; ARCHITECTURE.md shows each.',
    },
  ),
  actor: ref('Actor'),
  calls: Type.Optional(
    Type.Array(ref('CrmCall'), { description: 'Creates and deletes since the event before.' }),
  ),
  earlierCalls: Type.Optional(ordinal('How many calls were made before those in calls.')),
  prev: Type.Optional(
    orNull(
      Type.String({ pattern: '^[0-9a-f]{64}$' }),
      'The leaf hash of the event before it, of the same sale, or of no sale.',
    ),
  ),
})

const actor = Type.Union(
  [
    object(
      {
        client: Type.String(),
        keyId: Type.String({ description: 'Public, and no part of the key.' }),
        requestId: Type.Optional(Type.String()),
        address: Type.Optional(orNull(Type.String(), 'The address of the caller.')),
        peer: Type.Optional(orNull(Type.String(), 'The trusted proxy that it came by.')),
        userAgent: Type.Optional(textOrNull),
        software: Type.Optional(Type.String({ description: 'Name and version of the gateway.' })),
      },
      'The request of a client.',
    ),
    object({ operator: Type.String() }, 'A person at the command line.'),
    object({ system: Type.String() }, 'The service itself.'),
  ],
  { description: 'Who caused the event.' },
)

const mail = object(
  {
    waiting: count('Mails that wait to be sent.'),
    oldestWaitingSeconds: orNull(count('The age of the oldest of them.')),
  },
  'With the parameter verbose only.',
)

export const SCHEMAS = {
  CreateSalesBody,
  Success: object({ status: Type.Literal('success'), message: Type.Literal('Success.') }),
  Failed: object({ status: Type.Literal('failed'), message: Type.Literal('Failed.') }),
  Error: object(error, 'The shape of every error but two: a failed sale, and an unknown e-mail.'),
  ContactNotFound: object({
    status: Type.Literal('not_found'),
    message: Type.Literal('No record found.'),
  }),
  ContactFound: object({ status: Type.Literal('success'), data: ref('Contact') }),
  Contact: object({
    id: crmId('The contact in Zoho CRM.'),
    First_Name: textOrNull,
    Last_Name: textOrNull,
    Email: Type.String(),
    Account_Info: orNull(ref('Account'), 'null for a contact without an account.'),
  }),
  Account: object({
    id: crmId('The account in Zoho CRM.'),
    Name: textOrNull,
    Shipping_Address: ref('Address'),
    Billing_Address: ref('Address'),
  }),
  Address: object(address, 'A part that is empty in the CRM is null.'),
  Sale: object(sale),
  SaleWithEvents: object({
    ...sale,
    events: Type.Array(ref('Event'), { description: 'In order.' }),
  }),
  SalesPage: object({
    sales: Type.Array(ref('Sale'), { description: 'Newest first.' }),
    next: orNull(
      Type.String(),
      'Give it back as the parameter after for the next page; null on the last one.',
    ),
  }),
  Event: event,
  UnreadableEvent: object(
    { ...place, unreadable: Type.Literal(true) },
    'An event that cannot be read keeps its place.',
  ),
  LogLine: Type.Union([ref('Event'), ref('UnreadableEvent')]),
  Actor: actor,
  CrmCall: Type.Union([
    object({
      operation: Type.Literal('create'),
      module: Type.String(),
      reference: Type.String({
        pattern: `^[0-9a-f-]{36}:(${CREATE_STEPS.join('|')})$`,
        description: 'What the record carries in the reference field of the CRM.',
      }),
      ...call,
    }),
    object({
      operation: Type.Literal('delete'),
      module: Type.String(),
      id: crmId('The record in Zoho CRM.'),
      ...call,
    }),
  ]),
  Consistency: object({
    from: count('The smaller size of the log.'),
    to: count('The larger one.'),
    hashes: Type.Array(Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }), {
      description: 'The proof of RFC 6962, each hash in base64.',
    }),
  }),
  Alive: object({ status: Type.Literal('ok') }),
  Ready: object({ status: Type.Literal('ok'), mail: Type.Optional(mail) }),
  NotReady: object({ ...error, mail: Type.Optional(mail) }),
  Welcome: object({
    service: Type.String(),
    what: Type.String(),
    key: Type.String(),
    docs: Type.Array(Type.String()),
    open: Type.Array(Type.String()),
    calls: Type.Array(Type.String()),
    auditors: Type.String(),
  }),
} as const satisfies Readonly<Record<string, TSchema>>
