import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TEXTS } from '../../../../src/adapters/http/audit/frame/reader.ts'
import { eventList } from '../../../../src/adapters/http/audit/sale/event-list.ts'
import type { CrmCall } from '../../../../src/application/log/crm-call.ts'
import { type EventRecord, GATEWAY } from '../../../../src/application/log/event-record.ts'
import { PLAIN_READER } from '../../../../src/application/words/reader.ts'
import type { CrmId } from '../../../../src/domain/ids.ts'
import { now, saleId } from '../../../support/examples/sale-examples.ts'
import { textOf } from './support.ts'

const event: EventRecord = {
  position: 7,
  saleId,
  sequence: 2,
  type: 'DealDeleted',
  version: 1,
  at: '2026-11-23T10:00:01.500Z',
  data: { dealId: '9001' },
  actor: GATEWAY,
}

const reader = { ...PLAIN_READER, texts: TEXTS.en, address: '/audit' }

function textOfList(shown: object): string {
  const list = eventList([{ ...event, ...shown }], now, reader)
  return textOf(`<main>${list.text}</main>`)
}

describe('The events on a page', () => {
  it('say when, what it means, and who', () => {
    const text = textOfList({})
    assert.match(text, /\+1\.5 s 2026-11-23 10:00:01 UTC Deal 9001 was deleted/)
    assert.ok(text.includes('DealDeleted · the gateway · position 7'))
  })

  it('say it of one before the begin, too, after the clock was set back', () => {
    assert.match(textOfList({ at: '2026-11-23T07:00:00.000Z' }), /−3 h 2026-11-23 07:00:00 UTC/)
  })

  it('name a client and its key, or an operator', () => {
    assert.ok(textOfList({ actor: { client: '<b>', keyId: 'k1' } }).includes('client <b>, key k1'))
    assert.ok(textOfList({ actor: { operator: 'ayse' } }).includes('operator ayse'))
  })

  it('show an event of a type that is not known here', () => {
    assert.match(
      textOfList({ type: 'SaleLookedAt', data: { x: [1] } }),
      /UTC Sale Looked At SaleLookedAt/,
    )
    assert.match(textOfList({ type: 'constructor' }), /UTC constructor constructor/)
  })

  it('show the calls to the CRM that an event names', () => {
    const end = { at: event.at, ms: 142 }
    const calls: readonly CrmCall[] = [
      {
        operation: 'delete',
        module: 'Deals',
        id: '9001' as CrmId,
        ...end,
        outcome: 'done',
        answer: '<success>',
      },
      {
        operation: 'create',
        module: 'Quotes',
        reference: 'r:quote',
        ...end,
        outcome: 'unknown',
        answer: 'no answer',
      },
    ]
    const text = textOfList({ calls, earlierCalls: 3 })
    assert.ok(text.includes('delete Deals 9001 done, 142 ms: <success>'), text)
    assert.ok(text.includes('create Quotes r:quote unknown, 142 ms: no answer'), text)
    assert.ok(text.includes('3 calls before these'), text)
    assert.doesNotMatch(textOfList({}), /calls before/)
  })
})
