// The description of POST /createSales, and of the operations that read sales.

import { Type } from 'typebox'
import { PUBLIC_STATUSES } from '../../../application/log/sale-summary.ts'
import { CRM_ID, SALE_ID } from '../../../domain/ids.ts'
import { CURSOR, SALES_LIMIT } from '../api/log-routes.ts'
import { REASONS } from '../request/turned-away.ts'
import type { Operation, Parameter } from './document-types.ts'
import {
  answer,
  errorAnswer,
  errorExamples,
  example,
  json,
  READ_REFUSALS,
  responseRef,
} from './responses.ts'
import { schemaRef } from './schemas.ts'
import { keyWith } from './security.ts'

/** As published. */
const REQUEST = {
  contactId: '550428000008877665',
  products: [
    { productId: '550428000000111222', quantity: 2 },
    { productId: '550428000000333444', quantity: 5 },
  ],
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Your own number of the order: 1 to 255 visible ASCII characters; quotes around it are no part of it. ' +
    'The same request with the same key is one sale, however often it is sent. Kept for 30 days.',
  required: false,
  schema: Type.String({
    pattern: '^(?:"[\\x21-\\x7e]{1,255}"|[\\x21\\x23-\\x7e][\\x21-\\x7e]{0,254})$',
  }),
  examples: example('A number of yours', 'order-4711'),
}

export const createSales: Operation = {
  operationId: 'createSales',
  summary: 'Make a whole sale, or none',
  description:
    'Creates a Deal, a Quote and a Sales Order with the prices that the CRM has at that moment. If any step fails, ' +
    'or the deadline passes, all that was created is deleted. It answers when the sale has ended. Always send an ' +
    'Idempotency-Key: when the connection breaks, nobody knows how the sale ends, and the same request with the ' +
    'same key tells you.',
  tags: ['Sales'],
  security: keyWith('sales:create'),
  parameters: [IDEMPOTENCY_KEY],
  requestBody: {
    required: true,
    content: json(schemaRef('CreateSalesBody'), example('As published', REQUEST)),
  },
  responses: {
    200: answer(
      'Deal, Quote and Sales Order are in the CRM.',
      json(
        schemaRef('Success'),
        example('As published', { status: 'success', message: 'Success.' }),
      ),
      ['Sale-Id!', 'Idempotent-Replayed'],
    ),
    400: errorAnswer(
      'The request is wrong, and the message names every member that is wrong. No sale was begun. Mend it.',
      [
        'contactId: must be 1 to 20 digits, as a string; products[0].price: is not known',
        'Idempotency-Key: must be 1 to 255 visible ASCII characters',
      ],
    ),
    401: responseRef('Unauthorized'),
    403: responseRef('Forbidden'),
    409: errorAnswer(
      'The sale of this key is still running; or, by the message, its events cannot be read. Ask again, with the same key.',
      [
        'Idempotency-Key: its sale is still running',
        'Idempotency-Key: its sale cannot be read, a person has to look',
      ],
      ['Sale-Id!', 'Retry-After'],
    ),
    413: errorAnswer('The body is over 64 KiB.', ['body: must not be over 64 KiB']),
    415: errorAnswer('The body is not application/json in UTF-8, as it is.', [
      'Content-Type: must be application/json',
      'Content-Encoding: must not be given, a body is taken as it is',
    ]),
    422: errorAnswer('This key was used with another body. A new order needs a new key.', [
      'Idempotency-Key: was used with another body',
    ]),
    429: responseRef('TooManyRequests'),
    500: answer(
      'With status "failed": the sale failed, and all that it created is deleted or being deleted. This is final for ' +
        'its Idempotency-Key: another try needs a new one. With status "error": a fault of the gateway, and nobody ' +
        'knows yet. Ask again, with the same key.',
      json(Type.Union([schemaRef('Failed'), schemaRef('Error')]), {
        example: { summary: 'As published', value: { status: 'failed', message: 'Failed.' } },
        ...errorExamples(['Internal error.']),
      }),
      ['Sale-Id', 'Sale-Failure', 'Idempotent-Replayed'],
    ),
    503: errorAnswer(
      'Nothing was started. Ask again after Retry-After, with the same key.',
      [
        REASONS.crm.message,
        REASONS.busy.message,
        REASONS.storage.message,
        REASONS.load.message,
        REASONS.draining.message,
      ],
      ['Retry-After'],
    ),
  },
}

const instant = (name: 'from' | 'to', description: string): Parameter => ({
  name,
  in: 'query',
  description: `${description} ISO 8601: a day, or a time with Z or an offset.`,
  required: false,
  schema: Type.Union([Type.String({ format: 'date-time' }), Type.String({ format: 'date' })]),
})

export const listSales: Operation = {
  operationId: 'listSales',
  summary: 'List sales, newest first',
  description: 'A client’s own sales; with audit:read those of every client.',
  tags: ['Sales'],
  security: keyWith('sales:read', 'audit:read'),
  parameters: [
    {
      name: 'status',
      in: 'query',
      description: 'Only sales in this state.',
      required: false,
      schema: Type.Enum([...PUBLIC_STATUSES]),
    },
    instant('from', 'Only sales asked for at this time or later.'),
    instant('to', 'Only sales asked for before this time.'),
    {
      name: 'contactId',
      in: 'query',
      description: 'Only sales to this contact.',
      required: false,
      schema: Type.String({ pattern: CRM_ID.source }),
    },
    {
      name: 'limit',
      in: 'query',
      description: 'The most that one page has.',
      required: false,
      schema: Type.Integer({
        minimum: SALES_LIMIT.min,
        maximum: SALES_LIMIT.max,
        default: SALES_LIMIT.otherwise,
      }),
    },
    {
      name: 'after',
      in: 'query',
      description: 'The next of the page before.',
      required: false,
      schema: Type.String({ pattern: CURSOR.source }),
    },
  ],
  responses: {
    200: answer('A page of sales.', json(schemaRef('SalesPage'))),
    ...READ_REFUSALS,
  },
}

/** A sale whose Sales Order was refused. */
const ROLLED_BACK = {
  saleId: '01a228b4-8641-77a9-8d60-3adb492e6ff1',
  status: 'rolled_back',
  contactId: '550428000008877665',
  dealId: '7179597922332300013',
  quoteId: '7179597922332300016',
  salesOrderId: null,
  requestedAt: '2026-11-29T19:07:29.217Z',
  endedAt: '2026-11-29T19:07:31.691Z',
  failure: { step: 'salesOrder', message: 'INVALID_DATA: invalid data' },
  events: [
    {
      position: 41,
      saleId: '01a228b4-8641-77a9-8d60-3adb492e6ff1',
      sequence: 4,
      type: 'QuoteCreated',
      version: 1,
      at: '2026-11-29T19:07:30.105Z',
      data: { quoteId: '7179597922332300016' },
      actor: { client: 'web-shop', keyId: 'k_5f2a' },
    },
  ],
}

export const showSale: Operation = {
  operationId: 'showSale',
  summary: 'Show one sale with its events',
  description:
    'Its state, its records, the reason of its failure, and all that happened, in order.',
  tags: ['Sales'],
  security: keyWith('sales:read', 'audit:read'),
  parameters: [
    {
      name: 'saleId',
      in: 'path',
      description: 'The Sale-Id of an answer.',
      required: true,
      schema: Type.String({ pattern: SALE_ID.source }),
    },
  ],
  responses: {
    200: answer(
      'The sale.',
      json(
        schemaRef('SaleWithEvents'),
        example('A sale that was rolled back; one of its events', ROLLED_BACK),
      ),
    ),
    400: responseRef('NoSuchParameter'),
    401: responseRef('Unauthorized'),
    403: responseRef('Forbidden'),
    404: responseRef('NoSuchSale'),
    429: responseRef('TooManyRequests'),
    500: responseRef('InternalError'),
    503: responseRef('Unavailable'),
  },
}
