import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type ClassifiedAnswer,
  classifyAnswer,
  type RequestKind,
} from '../../../../src/adapters/zoho/answers/classify-answer.ts'
import type { Exchange, NetworkFailure } from '../../../../src/adapters/zoho/exchange/exchange.ts'

const FIELD = 'Gateway_Reference'
const OURS = { api_name: FIELD, id: '42', duplicate_record: { id: '42' } }

const answered = (status: number, body?: unknown): Exchange => ({ type: 'answered', status, body })
const item = (code: string, status = 'error', details: object = {}) => ({
  data: [{ code, status, message: 'in words', details }],
})
const flat = (code: string, message = 'in words') => ({
  code,
  status: 'error',
  message,
  details: {},
})

/** The type of an answer; for a call that was not done, the type and the fault of its result. */
function nameOf(answer: ClassifiedAnswer): string {
  if (answer.type !== 'notDone') return answer.type
  const { result } = answer
  if ('fault' in result) return `${result.type} ${result.fault}`
  return result.isOpen ? 'refused and open' : result.type
}

const WRITTEN = item('SUCCESS', 'success', { id: '42' })

// What came back, and how it is classified. Codes and shapes as Zoho documents them for v8.
// biome-ignore format: the columns are the point
const TABLE: readonly (readonly [RequestKind, string, Exchange, string])[] = [
  ['create', 'a success', answered(201, WRITTEN), 'written'],
  ['create', 'a success with an odd status', answered(200, WRITTEN), 'written'],
  ['create', 'a success without an id', answered(201, item('SUCCESS', 'success')), 'unknown wrongAnswer'],
  ['create', 'a success whose id is a number', answered(201, item('SUCCESS', 'success', { id: 42 })), 'unknown wrongAnswer'],
  ['create', 'an empty list', answered(201, { data: [] }), 'unknown wrongAnswer'],
  ['create', 'an empty object', answered(201, {}), 'unknown wrongAnswer'],
  ['create', 'a success with a refusal behind it', answered(207, { data: [...WRITTEN.data, flat('INVALID_DATA')] }), 'named'],
  ['create', 'two successes', answered(201, { data: [...WRITTEN.data, ...WRITTEN.data] }), 'unknown wrongAnswer'],
  ['create', 'no content', answered(204), 'unknown wrongAnswer'],
  ['create', 'a page instead of JSON', answered(200), 'unknown wrongAnswer'],
  ['create', 'a refusal', answered(400, item('MANDATORY_NOT_FOUND')), 'refused'],
  ['create', 'a refusal dressed as a success', answered(200, item('INVALID_DATA')), 'refused'],
  ['create', 'a refusal of the whole request', answered(400, flat('INVALID_DATA')), 'refused'],
  ['create', 'our own duplicate', answered(400, item('DUPLICATE_DATA', 'error', OURS)), 'named'],
  ['create', 'our own duplicate among others', answered(400, item('MULTIPLE_OR_MULTI_ERRORS', 'error', { errors: [{ code: 'INVALID_DATA', details: {} }, { code: 'DUPLICATE_DATA', details: OURS }] })), 'named'],
  ['create', 'our own duplicate, whatever the status', answered(500, item('DUPLICATE_DATA', 'error', OURS)), 'named'],
  ['create', 'our own duplicate behind another result', answered(207, { data: [flat('INVALID_DATA'), { ...flat('DUPLICATE_DATA'), details: OURS }] }), 'named'],
  ['create', 'our own duplicate, named by one id', answered(400, item('DUPLICATE_DATA', 'error', { api_name: FIELD, id: '42' })), 'named'],
  ['create', 'our own duplicate, with a page of details', answered(400, item('DUPLICATE_DATA', 'error', { ...OURS, duplicate_record: '<a>' })), 'named'],
  ['create', 'our own duplicate without an id', answered(400, item('DUPLICATE_DATA', 'error', { api_name: FIELD })), 'unknown wrongAnswer'],
  ['create', 'our own duplicate with an id that is none', answered(400, item('DUPLICATE_DATA', 'error', { api_name: FIELD, id: '4*' })), 'unknown wrongAnswer'],
  ['create', 'a duplicate of nobody knows what', answered(400, item('DUPLICATE_DATA', 'error', { id: '42' })), 'refused and open'],
  ['create', 'a success under a status that is none', answered(500, WRITTEN), 'named'],
  ['delete', 'a success under a status that is none', answered(500, WRITTEN), 'unknown wrongAnswer'],
  ['create', 'a duplicate of another field', answered(400, item('DUPLICATE_DATA', 'error', { api_name: 'Deal_Name', id: '42' })), 'refused'],
  ['create', 'a failure inside Zoho', answered(500, flat('INTERNAL_ERROR')), 'unknown wrongAnswer'],
  ['create', 'a failure inside Zoho, in the list', answered(400, item('INTERNAL_ERROR')), 'unknown wrongAnswer'],
  ['create', 'a page of a proxy', answered(502), 'unknown wrongAnswer'],
  ['create', 'a bad request without a code', answered(400), 'refused and open'],
  ['create', 'a redirect', answered(302), 'unknown wrongAnswer'],
  ['create', 'no permission', answered(403, flat('NO_PERMISSION')), 'refused'],
  ['create', 'no permission, no words', answered(403), 'refused and open'],
  ['create', 'a scope that is missing', answered(401, flat('OAUTH_SCOPE_MISMATCH')), 'refused'],
  ['create', 'a token that expired', answered(401, flat('INVALID_TOKEN')), 'tokenRefused'],
  ['create', 'no token', answered(401, flat('AUTHENTICATION_FAILURE')), 'tokenRefused'],
  ['create', 'too many requests', answered(429, flat('TOO_MANY_REQUESTS')), 'notSent throttled'],
  ['create', 'the other too many requests', answered(429, flat('RATE_LIMIT_EXCEEDED')), 'notSent throttled'],
  ['create', 'too many requests, no words', answered(429), 'notSent throttled'],
  ['delete', 'a success', answered(200, WRITTEN), 'written'],
  ['delete', 'a success with a refusal behind it', answered(207, { data: [...WRITTEN.data, flat('INVALID_DATA')] }), 'oneRead'],
  ['delete', 'a record that is not there', answered(400, flat('INVALID_DATA', 'record not deleted')), 'oneRead'],
  ['delete', 'a record that is not there, in the list', answered(207, { data: [{ ...flat('INVALID_DATA', 'record not deleted') }] }), 'oneRead'],
  ['delete', 'an id that is none', answered(400, flat('INVALID_DATA', 'invalid record id')), 'oneRead'],
  ['delete', 'a locked record', answered(400, item('RECORD_LOCKED')), 'refused'],
  ['delete', 'a record that waits for approval', answered(400, item('NOT_APPROVED')), 'refused'],
  ['delete', 'a failure inside Zoho', answered(500, item('INTERNAL_ERROR')), 'unknown wrongAnswer'],
  ['read', 'rows', answered(200, { data: [{ id: '42' }] }), 'rows'],
  ['read', 'nothing', answered(204), 'rows'],
  ['read', 'a refusal among the rows of a success', answered(200, { data: [{ id: '42' }, { code: 'NO_PERMISSION', status: 'error' }] }), 'refused'],
  ['readOne', 'a refusal in the place of the record', answered(200, item('NO_PERMISSION')), 'refused'],
  ['readOne', 'an id that is nobody’s', answered(400, flat('INVALID_DATA', 'the id given seems to be invalid')), 'rows'],
  ['readOne', 'a parameter it does not take', answered(400, flat('INVALID_DATA')), 'refused'],
  ['create', 'a success that does not say so', answered(201, { data: [{ code: 'SUCCESS', details: { id: '42' } }] }), 'unknown wrongAnswer'],
  ['create', 'an answer of later', answered(202, { data: [{ code: 'SCHEDULED', message: 'later' }] }), 'unknown wrongAnswer'],
  ['read', 'rows that are none', answered(200, { data: ['42'] }), 'unknown wrongAnswer'],
  ['read', 'a query Zoho does not understand', answered(400, flat('SYNTAX_ERROR')), 'refused'],
  ['read', 'a failure inside Zoho', answered(500, flat('INTERNAL_ERROR')), 'unknown wrongAnswer'],
  ['read', 'a service that is away', answered(503, flat('SERVICE_UNAVAILABLE')), 'unknown wrongAnswer'],
]

const FAILURES: readonly (readonly [NetworkFailure, string])[] = [
  [{ type: 'unreachable', reason: 'ECONNREFUSED' }, 'notSent unreachable'],
  [{ type: 'timeout', sent: false }, 'notSent timeout'],
  [{ type: 'timeout', sent: true }, 'unknown timeout'],
  [{ type: 'broken', reason: 'ECONNRESET' }, 'unknown unreachable'],
  [{ type: 'oversized' }, 'unknown wrongAnswer'],
]

describe('An answer of Zoho', () => {
  for (const [kind, what, exchange, name] of TABLE) {
    it(`to a ${kind} that is ${what} is classified as ${name}`, () => {
      assert.equal(nameOf(classifyAnswer(kind, exchange, FIELD)), name)
    })
  }

  for (const [failure, name] of FAILURES) {
    it(`that never came (${JSON.stringify(failure)}) is classified as ${name}`, () => {
      assert.equal(nameOf(classifyAnswer('create', { type: 'failed', failure }, FIELD)), name)
    })
  }

  it('is reported with code, message and field, never with a value', () => {
    const body = item('INVALID_DATA', 'error', { api_name: 'Email', value: 'ada@example.com' })
    const answer = classifyAnswer('create', answered(400, body), FIELD)
    assert.deepEqual(answer, {
      type: 'notDone',
      result: { type: 'refused', reason: 'INVALID_DATA: in words (Email)' },
    })
  })

  // The message of Zoho, and what is kept of it.
  const SENTENCES: readonly (readonly [string, string])[] = [
    ['The module name given seems to be invalid', 'The module name given seems to be invalid'],
    ["You don't have permission (create).", "You don't have permission (create)."],
    ['Please check if the URL is a correct one', 'Please check if the URL is a correct one'],
    ['', 'no message'],
    ["it's the owner's", "it's the owner's"],
    ['stopped by CUSTOM_RULE_7', 'stopped by CUSTOM_RULE_7'],
  ]
  for (const [message, told] of SENTENCES) {
    it(`is reported with its message: ${message}`, () => {
      const answer = classifyAnswer('create', answered(400, flat('NOT_APPROVED', message)), FIELD)
      const reason = `NOT_APPROVED: ${told}`
      assert.deepEqual(answer, { type: 'notDone', result: { type: 'refused', reason } })
    })
  }

  // The message of Zoho, and what is kept of it for the log. The mail has all of it.
  const OWN_SENTENCES: readonly (readonly [string, string])[] = [
    ['the contact Ada Lovelace is locked by Zuse, K.', 'the contact … is locked by …'],
    ["invalid value 'ada and co' for name", 'invalid value … for name'],
    ['no "plain words" here', 'no … here'],
    ['no “some plain words” here', 'no … here'],
    ['no „some plain words“ here', 'no … here'],
    ['no «some plain words» here', 'no … here'],
    ['no ‘some plain words’ here', 'no … here'],
    ['no “some plain words', 'no …'],
    ['sent to ada@example.com, <ada> at 16110 Bursa', 'sent to … at …'],
    ['Mühendislik Ltd. exists', '… exists'],
    ['Lovelace', '…'],
    ['ADA 05321234567', '…'],
    ["Tutar 1000 TL'den büyük olmalı", '…'],
    // A value that does not end before the last character that is kept.
    ["not allowed: 'ada and co", 'not allowed: …'],
    [`not allowed: 'ada and co${' and co'.repeat(20)}'`, 'not allowed: …'],
    [`${'x'.repeat(116)} ada@example.com`, `${'x'.repeat(116)} …`],
  ]
  for (const [message, told] of OWN_SENTENCES) {
    it(`is reported without the values in its message, and whole for the mail: ${message}`, () => {
      const answer = classifyAnswer('create', answered(400, flat('NOT_APPROVED', message)), FIELD)
      const result = { type: 'refused', reason: `NOT_APPROVED: ${told}`, ownWords: message }
      assert.deepEqual(answer, { type: 'notDone', result })
    })
  }

  it('is whole for the mail on one line, and no longer than a line of a mail may be', () => {
    const message = `Ada\r\n\u0000Lovelace ${'x'.repeat(2_000_000)}`
    const answer = classifyAnswer('create', answered(400, flat('NOT_APPROVED', message)), FIELD)
    assert.ok(answer.type === 'notDone')
    const { ownWords = '' } = answer.result
    assert.match(ownWords, /^Ada Lovelace x+$/)
    assert.equal(ownWords.length, 500)
  })

  it('is reported with the number of the line that is wrong', () => {
    const json_path = '$.data[0].Quoted_Items[2].List_Price'
    const errors = [
      { ...flat('INVALID_DATA', 'geçersiz'), details: { api_name: 'List_Price', json_path } },
      { ...flat('LIMIT_REACHED', 'too much'), details: { json_path } },
    ]
    const body = item('MULTIPLE_OR_MULTI_ERRORS', 'error', { errors })
    const answer = classifyAnswer('create', answered(400, body), FIELD)
    const reason = 'INVALID_DATA: … (List_Price, line 3); LIMIT_REACHED: too much (line 3)'
    const result = { type: 'refused', reason, ownWords: 'geçersiz; too much' }
    assert.deepEqual(answer, { type: 'notDone', result })
  })

  for (const code of ['ada@example.com', 'ada', '05321234567', 'A', 'X'.repeat(65)]) {
    it(`is reported without a code or a field that is none: ${code}`, () => {
      const body = item(code, 'error', { api_name: 'Ada Lovelace' })
      const answer = classifyAnswer('create', answered(400, body), FIELD)
      const result = { type: 'refused', isOpen: true, reason: '…: in words' }
      assert.deepEqual(answer, { type: 'notDone', result })
    })
  }
})
