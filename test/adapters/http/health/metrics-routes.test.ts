// Who may read the metrics: this machine on the port of the API, or whoever reaches their own port.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { openMetricsServer } from '../../../../src/adapters/http/metrics-server.ts'
import { makeServer } from '../../../../src/adapters/http/server.ts'
import { errorMessage } from '../../../support/gateway/http-requests.ts'
import { parseAnswer, sendRaw } from '../../../support/gateway/raw-request.ts'
import { parseScrape } from '../../../support/gateway/scrape.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const SILENT = { error: () => undefined }

type Asked = { readonly headers?: Record<string, string>; readonly remoteAddress?: string }

function scrape(t: TestService, asked: Asked = {}, url = '/metrics') {
  return t.time.during(t.server.inject({ method: 'GET', url, ...asked }))
}

const FROM_HERE: readonly Asked[] = [
  {},
  { remoteAddress: '::1' },
  { remoteAddress: '::ffff:127.0.0.1' },
  { remoteAddress: '127.8.9.10' },
  { headers: { 'x-real-ip': '192.0.2.7' } },
]

const FROM_ELSEWHERE: readonly Asked[] = [
  { remoteAddress: '192.0.2.7' },
  { remoteAddress: '10.0.0.7' },
  { remoteAddress: '2001:db8::1' },
  { remoteAddress: '::ffff:192.0.2.7' },
  { headers: { forwarded: 'for=127.0.0.1' } },
  { headers: { 'x-forwarded-for': '127.0.0.1' } },
  { headers: { 'X-Forwarded-Proto': 'https' } },
  { headers: { 'x-forwarded-anything': '' } },
  // What a trusted proxy says of its caller is not the peer.
  { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '127.0.0.1' } },
]

describe('GET /metrics on the port of the API', () => {
  for (const asked of FROM_HERE) {
    it(`answers this machine: ${JSON.stringify(asked)}`, async () => {
      await using t = await makeTestService()
      const answer = await scrape(t, asked)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
      assert.equal(parseScrape(answer.body).value('gateway_breaker_open'), 0)
    })
  }

  for (const asked of FROM_ELSEWHERE) {
    it(`is not there for others: ${JSON.stringify(asked)}`, async () => {
      await using t = await makeTestService({ TRUSTED_PROXIES: '10.0.0.0/8' })
      for (const url of ['/metrics', '/metrics?x=1']) {
        const answer = await scrape(t, asked, url)
        assert.equal(answer.statusCode, 404)
        assert.equal(errorMessage(answer), 'Not found.')
      }
    })
  }

  it('is not there for anybody where the metrics have a port of their own', async () => {
    await using t = await makeTestService()
    const server = await makeServer(t.service)
    const answer = await t.time.during(server.inject({ method: 'GET', url: '/metrics' }))
    await t.time.standStill(server.close())
    assert.equal(answer.statusCode, 404)
  })

  it('writes no line: it is asked for every few seconds', async () => {
    await using t = await makeTestService()
    await scrape(t)
    assert.ok(!t.logLines.join('').includes('answered'))
    await scrape(t, {}, '/other')
    assert.ok(t.logLines.join('').includes('answered'))
  })
})

async function openOwn(text: () => Promise<string>) {
  const metrics = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text }
  const server = await openMetricsServer({ host: '127.0.0.1', port: 0 }, metrics, SILENT)
  return { ...server, [Symbol.asyncDispose]: server.close }
}

async function ask(port: number, line: string) {
  const request = `${line} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n`
  return parseAnswer(await sendRaw(port, request))
}

describe('The port of the metrics', () => {
  const ASKED: readonly (readonly [line: string, status: number, body: RegExp])[] = [
    ['GET /metrics', 200, /^gateway_x 1$/m],
    ['GET /metrics?x=1', 200, /^gateway_x 1$/m],
    ['HEAD /metrics', 200, /^$/],
    ['POST /metrics', 405, /^\{"status":"error","message":"This path has no such method."\}$/m],
    ['GET /', 404, /^\{"status":"error","message":"Not found."\}$/m],
    ['GET /getContact?email=x', 404, /Not found/],
  ]
  for (const [line, status, body] of ASKED) {
    it(`answers ${line} with ${status}`, async () => {
      await using server = await openOwn(async () => 'gateway_x 1\n')
      const answer = await ask(server.port, line)
      assert.equal(answer.statusCode, status)
      assert.match(answer.body, body)
    })
  }

  it('answers 500, and stays there, where the figures cannot be made', async () => {
    let asked = 0
    await using server = await openOwn(async () => {
      asked += 1
      if (asked === 1) throw new Error('a bug')
      return 'gateway_x 1\n'
    })
    assert.equal((await ask(server.port, 'GET /metrics')).statusCode, 500)
    assert.equal((await ask(server.port, 'GET /metrics')).statusCode, 200)
  })

  it('is closed at once, whoever is connected', async () => {
    const server = await openOwn(async () => '')
    const socket = connect(server.port, '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await new Promise((resolve) => socket.once('connect', resolve))
    await server.close()
    await closed
  })
})
