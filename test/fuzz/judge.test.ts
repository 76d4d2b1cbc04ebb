import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { damagedFlaws, flawsOf } from './judge/judge-answer.ts'
import { growthFlaws } from './judge/judge-end.ts'
import type { FuzzRequest } from './requests/request.ts'
import { TARGETS } from './requests/valid-requests.ts'
import { parseAnswer, type WireAnswer } from './wire/parse-answer.ts'

function requestTo(operationId: string, more: Partial<FuzzRequest> = {}): FuzzRequest {
  const target = TARGETS.find(({ operation }) => operation.operationId === operationId)
  assert.ok(target !== undefined)
  return {
    target,
    key: 'admin',
    method: target.method,
    path: target.template,
    query: [],
    headers: [],
    framing: { type: 'length' },
    changes: [],
    isAllowed: true,
    damage: [],
    ...more,
  }
}

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'x-request-id': 'request-1',
  'cache-control': 'no-store',
}

const SUCCESS = '{"status":"success","message":"Success."}'
const ERROR = '{"status":"error","message":"Internal error."}'

function answer(more: Partial<WireAnswer> = {}): WireAnswer {
  const headers = { ...HEADERS, 'sale-id': '01a228b4-8641-77a9-8d60-3adb492e6ff1' }
  return { status: 200, headers, body: SUCCESS, flaws: [], ...more }
}

function flaws(request: FuzzRequest, given: WireAnswer): string {
  return flawsOf({ request, method: request.method, url: request.path }, given).join('\n')
}

/** What is wrong, the request, the answer, and what is said of it. */
const WRONG: readonly (readonly [string, Partial<FuzzRequest>, Partial<WireAnswer>, RegExp])[] = [
  ['a status that is not documented', {}, { status: 418 }, /status 418 is not documented/],
  ['a 500 that is no failed sale', {}, { status: 500, body: ERROR }, /a 500 that is no failed/],
  ['a key that opens nothing', { key: 'expired' }, {}, /expired was let in/],
  ['a key of another scope', { key: 'audit:read' }, {}, /audit:read was let in/],
  [
    'an allowed request that is refused',
    {},
    { status: 400, body: ERROR },
    /an allowed request, and/,
  ],
  ['JSON with blanks', {}, { body: SUCCESS.replace(',', ', ') }, /not compact/],
  [
    'members in another order',
    {},
    { body: '{"message":"Success.","status":"success"}' },
    /in the order message, status/,
  ],
  [
    'another request id',
    { headers: [['X-Request-Id', 'request-2']] },
    {},
    /was answered as request-1/,
  ],
  ['a header twice', {}, { flaws: ['the header a comes twice'] }, /comes twice/],
]

describe('The judge of the fuzz', () => {
  it('lets a good answer pass', () => {
    assert.equal(flaws(requestTo('createSales'), answer()), '')
  })

  for (const [what, asked, given, words] of WRONG) {
    it(`finds ${what}`, () => {
      assert.match(flaws(requestTo('createSales', asked), answer(given)), words)
    })
  }

  it('finds whole bytes that are not answered, and lets half of them pass', () => {
    const request = requestTo('livez')
    const asked = { request, method: 'GET', url: '/livez' }
    const bytes = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'
    assert.deepEqual(damagedFlaws(asked, bytes, []), ['no answer at all'])
    assert.deepEqual(damagedFlaws(asked, bytes.slice(0, -1), []), [])
  })

  it('finds a process that keeps what it was asked', () => {
    const size = { heapBytes: 30e6, residentBytes: 100e6, openFiles: 40 }
    assert.deepEqual(growthFlaws(size, { ...size, heapBytes: 31e6 }), [])
    assert.equal(
      growthFlaws(size, { heapBytes: 60e6, residentBytes: 400e6, openFiles: 90 }).length,
      3,
    )
  })

  it('reads answers off the wire, one after the other, and names what is no HTTP', () => {
    const bytes = 'HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 400 Bad'
    const read = parseAnswer(bytes, false, false)
    assert.equal(read?.length, bytes.length - 'HTTP/1.1 400 Bad'.length)
    assert.equal(read.answer.body, '{}')
    assert.deepEqual(read.answer.flaws, ['the header a comes twice'])
    assert.equal(parseAnswer(bytes.slice(0, -20), false, false), undefined)
  })
})
