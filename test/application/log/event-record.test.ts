import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../src/application/base/errors.ts'
import {
  belongsToNoSale,
  type EventRecord,
  GATEWAY,
  toRecord,
  toSaleEvent,
} from '../../../src/application/log/event-record.ts'
import { publicEventJson } from '../../../src/application/log/public-json.ts'
import type { ServiceEvent } from '../../../src/application/log/service-events.ts'
import { ENGLISH } from '../../../src/application/words/english.ts'
import { eventWords } from '../../../src/application/words/event-words.ts'
import { plainText } from '../../../src/application/words/sentence.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'

/** One of each that was ever written, as it is stored. A line of these is never edited. */
const STORED: readonly (readonly [SaleEvent['type'], number, string])[] = [
  [
    'SaleRequested',
    1,
    '{"contactId":"550428000008877665","products":[{"productId":"550428000000111222","quantity":2.5}],"idempotent":true}',
  ],
  [
    'SalePriced',
    1,
    '{"accountId":null,"lines":[{"productId":"1","productName":"Rack","quantity":2,"unitPrice":"1299.90"}],"amount":"2599.80","closingDate":"2026-12-23"}',
  ],
  [
    'SalePriced',
    1,
    '{"accountId":null,"lines":[{"productId":"1","productName":"Rack","quantity":2,"unitPrice":"1299.9"}],"amount":"2600","currency":"JPY","closingDate":"2026-12-23"}',
  ],
  ['DealCreated', 1, '{"dealId":"4001"}'],
  ['QuoteCreated', 1, '{"quoteId":"5001"}'],
  ['SalesOrderCreated', 1, '{"salesOrderId":"6001"}'],
  ['SaleCompleted', 1, '{}'],
  ['CreateUnanswered', 1, '{"step":"salesOrder","reason":"no answer in time"}'],
  ['RecordNamed', 1, '{"step":"deal","id":"4002"}'],
  ['SaleInterrupted', 1, '{}'],
  ['OwnerWoke', 1, '{"step":"quote"}'],
  ['CompensationRequired', 1, '{"failedStep":"quote","reason":"INVALID_DATA: invalid data"}'],
  ['ReferenceLookedUp', 1, '{"step":"deal","look":"second","found":1}'],
  ['SalesOrderDeleted', 1, '{"salesOrderId":"6001"}'],
  ['QuoteDeleted', 1, '{"quoteId":"5001"}'],
  ['DealDeleted', 1, '{"dealId":"4001"}'],
  ['SaleRolledBack', 1, '{}'],
  ['SaleSettled', 1, '{}'],
  ['SaleStuck', 1, '{"leftovers":[{"step":"deal","id":"4001"},{"step":"quote","reference":"r"}]}'],
]

/** The same of events that belong to no sale: they are written and shown, and never folded. */
const STORED_OF_LOG: readonly (readonly [ServiceEvent['type'], string, string])[] = [
  [
    'MailSent',
    '{"messageId":"1.failed@localhost","about":"failed","saleIds":["1","2"]}',
    'A mail about a failure, naming 2 sales was handed over, to a mail server or to a file',
  ],
  [
    'MailSent',
    '{"messageId":"1.failed@localhost","about":"failed","saleIds":["1"],"way":"smtp","recipients":2}',
    'A mail about a failure, naming 1 sale was taken by the mail server for 2 recipients',
  ],
  [
    'MailSent',
    '{"messageId":"account-shut.7@localhost","about":"account","saleIds":[],"way":"files","recipients":1}',
    'A mail about the CRM account was written to a file, and sent to nobody',
  ],
  [
    'ApiKeyRotated',
    '{"keyId":"4f9a1c2e","newKeyId":"0b1d2f3a","expiresAt":"2026-11-30T10:00:00.000Z"}',
    'Key 4f9a1c2e was given the successor 0b1d2f3a, and is good until 2026-11-30T10:00:00.000Z',
  ],
  [
    'OrphanDeleted',
    '{"saleId":"019ab123-4567-7abc-8def-000000000001","step":"salesOrder","id":"6001"}',
    'A person had Sales Order 6001 deleted, which sale 019ab123-4567-7abc-8def-000000000001 had left in the CRM',
  ],
  [
    'OrphanDeleteFailed',
    '{"saleId":"019ab123-4567-7abc-8def-000000000001","step":"deal","id":"4001","reason":"RECORD_LOCKED"}',
    'The CRM did not delete Deal 4001 of sale 019ab123-4567-7abc-8def-000000000001: RECORD_LOCKED',
  ],
  [
    'ClockJumped',
    '{"byMs":10800000,"jumps":1}',
    'The clock of the gateway went forward by 3 h: it was set, or the machine was suspended',
  ],
  [
    'ClockJumped',
    '{"byMs":-125000,"jumps":3}',
    'The clock of the gateway jumped 3 times, and was set back by 2 min 5 s',
  ],
  [
    'ClockJumped',
    '{"byMs":0,"jumps":2}',
    'The clock of the gateway jumped 2 times, back to where it was',
  ],
  [
    'LogMoved',
    '{"to":"postgres://db.example:5432/gateway","size":1,"root":"cm9vdA=="}',
    'The log was moved after 1 event, and goes on in another database: postgres://db.example:5432/gateway',
  ],
  [
    'LogArrived',
    '{"from":"sqlite:/data/gateway.db","size":42,"root":"cm9vdA=="}',
    'The log arrived with 42 events, and goes on here. It comes from sqlite:/data/gateway.db',
  ],
]

const AT = '2026-11-23T10:00:00.000Z'
const saleId = null

function stored(type: string, version: number, data: string, at = AT): EventRecord {
  const text = `{"position":7,"saleId":null,"sequence":null,"type":"${type}","version":${version},"at":"${at}","data":${data},"actor":{"system":"gateway"},"prev":null}`
  return JSON.parse(text)
}

describe('A stored event', () => {
  for (const [type, version, data] of STORED) {
    it(`is read as it was written: ${type} ${version}`, () => {
      const event = toSaleEvent(stored(type, version, data))
      assert.deepEqual(event, { type, at: Date.parse(AT), data: JSON.parse(data) })
    })

    it(`is written as it is read: ${type} ${version}`, () => {
      const record = stored(type, version, data)
      const place = { position: 7, saleId, sequence: null, actor: GATEWAY, prev: null }
      assert.deepEqual(toRecord(toSaleEvent(record), place), record)
    })

    it(`is not read in a version of the future: ${type} ${version + 1}`, () => {
      assert.throws(
        () => toSaleEvent(stored(type, version + 1, data)),
        (error) => errorCode(error) === 'unreadable',
      )
    })
  }

  for (const [type, data, words] of STORED_OF_LOG) {
    it(`is written and shown as it was: ${type} 1`, () => {
      const record = stored(type, 1, data)
      const event = { type, at: Date.parse(AT), data: JSON.parse(data) } as ServiceEvent
      const place = { position: 7, saleId, sequence: null, actor: GATEWAY, prev: null }
      assert.deepEqual(toRecord(event, place), record)
      assert.deepEqual(publicEventJson(record), record)
      assert.equal(plainText(eventWords(record, ENGLISH)), words)
      assert.ok(belongsToNoSale(type))
    })
  }

  for (const type of ['MailSent', 'OrphanDeleted', 'SaleForgotten', 'toString', '__proto__', '']) {
    it(`is no event of a sale: ${type}`, () => {
      assert.throws(
        () => toSaleEvent(stored(type, 1, '{}')),
        (error) => errorCode(error) === 'unreadable',
      )
    })
  }

  it('is not read without a time', () => {
    assert.throws(
      () => toSaleEvent(stored('SaleCompleted', 1, '{}', 'yesterday')),
      (error) => errorCode(error) === 'unreadable',
    )
  })
})
