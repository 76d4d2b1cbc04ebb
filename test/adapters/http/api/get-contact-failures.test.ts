import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FaultKind } from '../../../../src/adapters/fake-zoho/faults/fault-kinds.ts'
import type { Operation } from '../../../../src/adapters/fake-zoho/faults/operation.ts'
import { calls, errorMessage, get, hangAt } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const EMAIL = 'Info@PoligonMuhendislik.com'
const URL_PATH = `/getContact?email=${EMAIL}`

const page = { body: '<html>Bad Gateway</html>', contentType: 'text/html' }
const listed = (data: readonly object[]) => ({ status: 200, body: JSON.stringify({ data }) })

/** What the CRM does each time, the answer to our caller, and how often the CRM was asked. */
const FAILURES: readonly (readonly [string, Operation, FaultKind, number, number])[] = [
  ['fails', 'coql:Contacts', { type: 'status' }, 502, 2],
  ['answers with a page', 'coql:Contacts', { type: 'status', status: 502, ...page }, 502, 2],
  [
    'answers with a page for a success',
    'coql:Contacts',
    { type: 'status', status: 200, ...page },
    502,
    2,
  ],
  [
    'answers with half a JSON',
    'coql:Contacts',
    { type: 'status', status: 200, body: '{"data":[{"id"' },
    502,
    2,
  ],
  ['answers without rows', 'coql:Contacts', { type: 'status', status: 200, body: '{}' }, 502, 2],
  [
    'answers with a row that is no contact',
    'coql:Contacts',
    { type: 'status', ...listed([{ id: 'x', Email: EMAIL }]) },
    502,
    2,
  ],
  ['cuts the connection', 'coql:Contacts', { type: 'resetBefore' }, 502, 2],
  ['refuses the query', 'coql:Contacts', { type: 'refuse' }, 502, 1],
  [
    'gives no right to read',
    'coql:Contacts',
    { type: 'refuse', status: 403, code: 'NO_PERMISSION' },
    502,
    1,
  ],
  ['gives no token', 'token', { type: 'refuse', code: 'invalid_code' }, 502, 0],
  ['refuses its own token', 'coql:Contacts', { type: 'status', status: 401 }, 502, 2],
  ['does not answer', 'coql:Contacts', { type: 'timeoutBefore' }, 504, 1],
  ['is asked too often', 'coql:Contacts', { type: 'status', status: 429 }, 503, 1],
  [
    'gives out no more tokens',
    'token',
    { type: 'refuse', status: 400, code: 'Access Denied' },
    503,
    0,
  ],
]

describe('getContact', () => {
  for (const [what, operation, kind, status, asked] of FAILURES) {
    it(`answers ${status} when the CRM ${what}, having asked ${asked} times`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation, times: Infinity, kind })
      const answer = await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
      assert.equal(answer.statusCode, status)
      errorMessage(answer)
      assert.equal(calls(t, 'coql:').length, asked)
      assert.equal(answer.headers['retry-after'] !== undefined, status === 503)
    })
  }

  it('answers 504 when the CRM gives no token in time', async () => {
    await using t = await makeTestService()
    const held = hangAt(t, 'token')
    const answer = await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
    assert.equal(answer.statusCode, 504)
    assert.deepEqual(calls(t, 'coql:'), [])
    held.release()
  })

  const ONCE: readonly FaultKind[] = [
    { type: 'status' },
    { type: 'status', status: 503 },
    { type: 'status', status: 200, body: '' },
    { type: 'resetBefore' },
    { type: 'resetAfter' },
  ]

  for (const kind of ONCE) {
    it(`asks once more after ${JSON.stringify(kind)}`, async () => {
      await using t = await makeTestService()
      t.fake.faults.add({ operation: 'coql:Contacts', kind })
      const answer = await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
      assert.equal(answer.statusCode, 200)
      assert.equal(calls(t, 'coql:').length, 2)
    })
  }

  it('answers within the time of one call', async () => {
    await using t = await makeTestService({ ZOHO_REQUEST_TIMEOUT_MS: '200' })
    t.fake.faults.add({
      operation: 'coql:Contacts',
      times: Infinity,
      kind: { type: 'timeoutBefore' },
    })
    const begin = t.time.clock.now()
    await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
    assert.equal(t.time.clock.now() - begin, 200)
  })
})

describe('The address of a contact', () => {
  const SAID: FaultKind = { type: 'refuse', message: `nobody has <${EMAIL}>, no` }
  const REPEATED: FaultKind = { type: 'refuse', code: EMAIL.toLowerCase() }
  const CASES: readonly (readonly [string, string, FaultKind | undefined])[] = [
    ['a success', URL_PATH, undefined],
    ['no record', '/getContact?email=selin.kaya@example.com', undefined],
    ['a bad address', '/getContact?email=selin.kaya@example', undefined],
    ['a repeated address', `${URL_PATH}&email=selin.kaya@example.com`, undefined],
    ['an unknown path', '/getContacts?email=selin.kaya@example.com', undefined],
    ['a broken URL', '/%zz?email=selin.kaya@example.com', undefined],
    ['a failure', URL_PATH, { type: 'status' }],
    ['no answer', URL_PATH, { type: 'timeoutBefore' }],
    ['a refusal', URL_PATH, { type: 'refuse' }],
    ['a refusal that repeats it', URL_PATH, SAID],
    ['a refusal that repeats it as its code', URL_PATH, REPEATED],
    ['too many calls', URL_PATH, { type: 'status', status: 429 }],
  ]

  for (const [what, url, kind] of CASES) {
    it(`is in no log line after ${what}`, async () => {
      await using t = await makeTestService({ LOG_LEVEL: 'trace' })
      if (kind !== undefined) {
        t.fake.faults.add({ operation: 'coql:Contacts', times: Infinity, kind })
      }
      for (const key of ['unknown', await t.key('shop', 'contacts:read')]) {
        const answer = await get(t, key, url)
        if (answer.statusCode !== 200) assert.doesNotMatch(answer.body, /selin|kaya|poligon|@/i)
      }
      assert.doesNotMatch(t.logLines.join(''), /selin|kaya|poligon|example|@/i)
    })
  }

  it('is in no log line after a failure of our own', async () => {
    await using t = await makeTestService()
    t.fake.hooks.before = () => {
      throw new RangeError('the fake broke down')
    }
    const answer = await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
    assert.equal(answer.statusCode, 502)
    assert.doesNotMatch(t.logLines.join(''), /poligon|@/i)
  })

  it('leaves the reason of a failure in the log', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({
      operation: 'coql:Contacts',
      kind: { type: 'refuse', code: 'SYNTAX_ERROR' },
    })
    await get(t, await t.key('shop', 'contacts:read'), URL_PATH)
    assert.match(t.logLines.join(''), /SYNTAX_ERROR/)
  })
})
