import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import getTLSOptions from 'smtp-server/lib/tls-options.js'
import { exchange } from '../../../../src/adapters/zoho/exchange/exchange.ts'

async function listen(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => end(server) }
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

function post(url: string, withinMs: number) {
  const parts = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }
  return exchange(fetch, url, parts, AbortSignal.timeout(withinMs))
}

const WITHIN_MS = 3_000

describe('An exchange over a socket', () => {
  it('returns the JSON of an answer', async () => {
    await using server = await listen((_, response) => response.end('{"a":1}'))
    assert.deepEqual(await post(server.url, WITHIN_MS), {
      type: 'answered',
      status: 200,
      body: { a: 1 },
    })
  })

  // What the server does, and how the exchange is reported.
  const FAULTS: readonly (readonly [string, RequestListener, object])[] = [
    [
      'answers with a page',
      (_, r) => r.writeHead(502).end('<html>'),
      { type: 'answered', status: 502 },
    ],
    [
      'sends us elsewhere',
      (_, r) => r.writeHead(302, { location: '/x' }).end(),
      { type: 'answered', status: 302 },
    ],
    [
      'cuts its answer short',
      (_, r) => r.writeHead(200, { 'content-length': 9 }).write('{', () => r.destroy()),
      { type: 'failed' },
    ],
    ['hangs up', (q) => q.socket.destroy(), { type: 'failed' }],
    [
      'sends 10 MB',
      (_, r) => r.end(Buffer.alloc(10_000_000, 0x20)),
      { type: 'failed', failure: { type: 'oversized' } },
    ],
  ]
  for (const [what, answer, expected] of FAULTS) {
    it(`reports a server that ${what}`, async () => {
      await using server = await listen(answer)
      assert.partialDeepStrictEqual(await post(server.url, WITHIN_MS), expected)
    })
  }

  it('keeps its connections alive for calls that follow one another', async () => {
    const sockets = new Set<unknown>()
    await using server = await listen((request, response) => {
      sockets.add(request.socket)
      request.resume().on('end', () => response.end('{}'))
    })
    for (let i = 0; i < 20; i += 1) await post(server.url, WITHIN_MS)
    // A platform may open a second connection before it notices that the first is free.
    assert.ok(sockets.size <= 2, `${sockets.size} connections for 20 calls`)
  })

  it('does not know what was sent when the connection is reset before a byte was read', async () => {
    const server = createSocketServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    assert.partialDeepStrictEqual(await post(`http://127.0.0.1:${port}/`, WITHIN_MS), {
      type: 'failed',
      failure: { type: 'broken' },
    })
    server.close()
  })

  it('gets no answer from a server that speaks no TLS', async () => {
    await using server = await listen((_, response) => response.end('{}'))
    const answer = await post(server.url.replace('http:', 'https:'), WITHIN_MS)
    assert.equal(answer.type, 'failed')
  })

  it('gives nothing to a server whose certificate nobody vouches for', async () => {
    let asked = 0
    const server = createTlsServer(getTLSOptions(), (_, response) => {
      asked += 1
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const answer = await post(`https://127.0.0.1:${port}/`, WITHIN_MS)
    server.close()
    assert.partialDeepStrictEqual(answer, { type: 'failed', failure: { type: 'unreachable' } })
    assert.equal(asked, 0)
  })

  // The error of the platform, and whether the request may have been sent.
  const CAUSES = [
    [{ code: 'ECONNREFUSED' }, 'unreachable'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'unreachable'],
    [{ code: 'EHOSTUNREACH', syscall: 'connect' }, 'unreachable'],
    [{ code: 'EHOSTUNREACH', syscall: 'read' }, 'broken'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'unreachable'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'unreachable'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'unreachable'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'unreachable'],
    [{ code: 'EPROTO', syscall: 'write' }, 'broken'],
    [{ code: 'ECONNRESET', syscall: 'read' }, 'broken'],
    [{ code: 'EPIPE', syscall: 'write' }, 'broken'],
    [{ code: 'UND_ERR_SOCKET' }, 'broken'],
    [{}, 'broken'],
  ] as const
  for (const [members, type] of CAUSES) {
    it(`is ${type} for ${JSON.stringify(members)}`, async () => {
      const cause = Object.assign(new Error('why'), members)
      const fails = () => Promise.reject(new TypeError('fetch failed', { cause }))
      const parts = { method: 'POST', headers: {}, body: 'x' }
      const given = await exchange(fails, 'http://x.invalid/', parts, AbortSignal.timeout(1_000))
      assert.partialDeepStrictEqual(given, { type: 'failed', failure: { type } })
    })
  }

  it('reports that nothing was sent where nobody listens', async () => {
    const server = await listen(() => undefined)
    await server[Symbol.asyncDispose]()
    assert.partialDeepStrictEqual(await post(server.url, WITHIN_MS), {
      type: 'failed',
      failure: { type: 'unreachable' },
    })
  })

  it('reports that nothing was sent to a host name that does not exist', async () => {
    assert.partialDeepStrictEqual(await post('http://no-such-host.invalid/', WITHIN_MS), {
      type: 'failed',
      failure: { type: 'unreachable' },
    })
  })

  it('is aborted on the wire, too, whatever the garbage collector does meanwhile', async () => {
    let hungUp = 0
    await using server = await listen((request) => {
      request.socket.once('close', () => {
        hungUp += 1
      })
    })
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const waiting = Array.from({ length: 10 }, () => {
      const over = new AbortController()
      setTimeout(() => over.abort(), 600)
      const parts = { method: 'POST', headers: {}, body: 'x' }
      return exchange(fetch, server.url, parts, over.signal)
    })
    for (let i = 0; i < 4; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      collect()
    }
    const timeout = { type: 'failed', failure: { type: 'timeout', sent: true } }
    for (const given of await Promise.all(waiting)) assert.deepEqual(given, timeout)
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(hungUp, 10)
  })
})
