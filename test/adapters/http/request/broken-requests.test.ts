import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  assertNothingStarted,
  errorMessage,
  SALE,
  SUCCESS,
} from '../../../support/gateway/http-requests.ts'
import { listen, parseAnswer, sendRaw } from '../../../support/gateway/raw-request.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'
import { undocumented } from '../../../support/openapi/documented.ts'

const LONG = 'x'.repeat(20_000)
const SALE_TEXT = JSON.stringify(SALE)

function request(line: string, headers: readonly string[] = [], body = ''): string {
  return [line, 'Host: gateway', 'Connection: close', ...headers, '', body].join('\r\n')
}

/** A sale with a good key and these further headers. */
function sale(key: string, headers: readonly string[], body = SALE_TEXT): string {
  const own = [`X-Api-Key: ${key}`, 'Content-Type: application/json']
  return request('POST /createSales HTTP/1.1', [...own, ...headers], body)
}

/** What is broken, what is sent with a key that may do all, and the status it is answered with. */
const BROKEN: readonly (readonly [string, (key: string) => string, number])[] = [
  ['no HTTP at all', () => 'GARBAGE\r\n\r\n', 400],
  ['the begin of a TLS connection', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n', 400],
  ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['an unknown method', () => request('BREW /livez HTTP/1.1'), 400],
  ['a blank in the URL', () => request('GET /li vez HTTP/1.1'), 400],
  ['a URL with a broken escape', () => request('GET /%zz HTTP/1.1'), 400],
  ['a control character in a header', () => request('GET /livez HTTP/1.1', ['X: a\x01']), 400],
  ['a tunnel', () => request('CONNECT elsewhere.example:443 HTTP/1.1'), 400],
  ['no host', () => 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['a long header', () => request('GET /livez HTTP/1.1', [`X: ${LONG}`]), 431],
  ['a long URL', () => request(`GET /livez?${LONG} HTTP/1.1`), 431],
  ['a length that is no number', (key) => sale(key, ['Content-Length: two']), 400],
  ['a negative length', (key) => sale(key, ['Content-Length: -1']), 400],
  ['a length that is too short', (key) => sale(key, ['Content-Length: 9']), 400],
  [
    'two lengths',
    (key) => sale(key, [`Content-Length: ${SALE_TEXT.length}`, 'Content-Length: 2']),
    400,
  ],
  [
    'a length and chunks',
    (key) => sale(key, ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    400,
  ],
  ['a broken chunk', (key) => sale(key, ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n'), 400],
  ['a length over the limit', (key) => sale(key, ['Content-Length: 70000']), 413],
  [
    'chunks over the limit',
    (key) =>
      sale(key, ['Transfer-Encoding: chunked'], `11170\r\n${' '.repeat(70_000)}\r\n0\r\n\r\n`),
    413,
  ],
]

describe('A request that is broken on the wire', () => {
  for (const [what, bytesFor, status] of BROKEN) {
    it(`is answered ${status} in the shape of all errors for ${what}`, async () => {
      await using t = await makeTestService()
      const bytes = bytesFor(await t.key('shop', 'admin'))
      const answer = parseAnswer(await sendRaw(await listen(t), bytes))
      assert.equal(answer.statusCode, status)
      errorMessage(answer)
      const asked = { method: 'GET', url: '*', ...answer, status }
      if (status !== 413) assert.deepEqual(undocumented(asked), [])
      await assertNothingStarted(t)
    })
  }

  it('is not repeated in its answer', async () => {
    await using t = await makeTestService()
    const bytes = 'GET /getContact?email=selin kaya@example.com HTTP/1.1\r\n\r\n'
    const text = await sendRaw(await listen(t), bytes)
    assert.match(text, /^HTTP\/1\.1 400 /)
    assert.doesNotMatch(text + t.logLines.join(''), /selin|kaya/)
  })

  it('leaves a sale before it its own answer, and ends the connection after that', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const kept = sale(key, [`Content-Length: ${SALE_TEXT.length}`]).replace(
      /^Connection.*\r\n/m,
      '',
    )
    const port = await listen(t)
    const text = await t.time.during(sendRaw(port, `${kept}GARBAGE`))
    const answer = parseAnswer(text)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, SUCCESS)
    assert.equal(answer.headers['connection'], 'close')
  })

  it('leaves both of two requests before it their own answers', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:read')
    const asked = `GET /sales HTTP/1.1\r\nHost: gateway\r\nX-Api-Key: ${key}\r\n\r\n`
    const text = await sendRaw(await listen(t), `${asked}${asked}GARBAGE`)
    assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200'])
  })

  it('ends with its connection when nothing was sent', async () => {
    await using t = await makeTestService()
    const port = await listen(t)
    const text = await sendRaw(port, request('GET /livez HTTP/1.1'))
    assert.equal(parseAnswer(text).body, '{"status":"ok"}')
  })
})

describe('A request that expects something', () => {
  it('is served when it expects what we do not know', async () => {
    await using t = await makeTestService()
    const bytes = request('GET /livez HTTP/1.1', ['Expect: a-coffee'])
    const answer = parseAnswer(await sendRaw(await listen(t), bytes))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, '{"status":"ok"}')
  })
})
