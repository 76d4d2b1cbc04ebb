import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const ACCEPTED = ['12345678', 'a'.repeat(64), 'Az09._-x', '--------', '........', 'order-4711_a.b']

const REPLACED = [
  '',
  '1234567',
  'a'.repeat(65),
  'with blank',
  'with/slash',
  'with"quote',
  'with,comma',
  'with:colon',
  'ünïcödé-id',
  '{"a":"12345"}',
  '12345678\t',
  'aaaaaaaa, bbbbbbbb',
]

/** An answer of each place that writes one. */
const ANSWERED = [
  ['a route', '/livez', 200],
  ['a hook', '/sales', 401],
  ['the handler of unknown paths', '/nope', 404],
  ['the framework', '/%zz', 400],
] as const

describe('X-Request-Id', () => {
  for (const [where, url, status] of ANSWERED) {
    it(`is the caller's own on an answer of ${where}`, async () => {
      await using t = await makeTestService()
      for (const id of ACCEPTED) {
        const answer = await t.server.inject({ url, headers: { 'x-request-id': id } })
        assert.equal(answer.statusCode, status)
        assert.equal(answer.headers['x-request-id'], id)
      }
    })

    it(`is a new one on an answer of ${where} to an id that could harm a log`, async () => {
      await using t = await makeTestService()
      const seen = new Set<unknown>()
      for (const id of REPLACED) {
        const answer = await t.server.inject({ url, headers: { 'x-request-id': id } })
        assert.match(String(answer.headers['x-request-id']), UUID)
        seen.add(answer.headers['x-request-id'])
      }
      assert.equal(seen.size, REPLACED.length)
    })

    it(`is a new one on an answer of ${where} to none`, async () => {
      await using t = await makeTestService()
      const answer = await t.server.inject({ url })
      assert.match(String(answer.headers['x-request-id']), UUID)
    })
  }

  it('is in the log line of the request', async () => {
    await using t = await makeTestService()
    await t.server.inject({ url: '/sales', headers: { 'x-request-id': 'order-4711' } })
    assert.match(t.logLines.join(''), /"requestId":"order-4711"/)
  })
})
