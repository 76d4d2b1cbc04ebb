import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import type { FakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import {
  BODY_BYTES_MAX,
  type FakeZohoServer,
  serveFakeZoho,
} from '../../../src/adapters/fake-zoho/serve.ts'
import { ConnectionReset } from '../../../src/adapters/fake-zoho/wire/connection-reset.ts'
import { at, DEAL, GRANT, openSession, replyOf } from './support.ts'

const LISTEN = { host: '127.0.0.1', port: 0 } as const

async function served<T>(
  fake: Pick<FakeZoho, 'fetch'> & Partial<Pick<FakeZoho, 'control'>>,
  use: (server: FakeZohoServer) => Promise<T>,
): Promise<T> {
  const server = await serveFakeZoho(fake, LISTEN)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

const neverAnswers = { fetch: () => new Promise<never>(() => {}) }

describe('The served fake', () => {
  it('issues a token with its own address, and accepts calls with it', async () => {
    const { fake } = await openSession()
    await served(fake, async ({ url }) => {
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
      const body = new URLSearchParams(GRANT)
      const grant = await replyOf(await fetch(`${url}/oauth/v2/token`, { method: 'POST', body }))
      assert.equal(at(grant.body, 'api_domain'), url)
      const authorization = `Zoho-oauthtoken ${at(grant.body, 'access_token')}`
      const headers = { authorization }
      const deal = { method: 'POST', headers, body: JSON.stringify({ data: [DEAL] }) }
      const response = await fetch(`${url}/crm/v8/Deals`, deal)
      assert.equal(response.status, 201)
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
      const id = at((await replyOf(response)).body, 'data', 0, 'details', 'id')
      assert.equal((await fetch(`${url}/crm/v8/Deals/${id}`, { headers })).status, 200)
      const gone = await fetch(`${url}/crm/v8/Deals/${id}`, { method: 'DELETE', headers })
      assert.equal(gone.status, 200)
      await gone.text()
      const after = await fetch(`${url}/crm/v8/Deals/${id}`, { headers })
      assert.deepEqual(await replyOf(after), { status: 204, body: undefined })
    })
  })

  it('accepts a multipart form', async () => {
    const { fake } = await openSession()
    const body = new FormData()
    for (const [name, value] of Object.entries(GRANT)) body.set(name, value)
    await served(fake, async ({ url }) => {
      const response = await fetch(`${url}/oauth/v2/token`, { method: 'POST', body })
      assert.equal(typeof at((await replyOf(response)).body, 'access_token'), 'string')
    })
  })

  it('answers 413 to a body over its limit, and hands nothing on', async () => {
    let calls = 0
    const fetchNothing = async () => {
      calls += 1
      return new Response('{}')
    }
    await served({ fetch: fetchNothing }, async ({ url }) => {
      const send = (bytes: number) => fetch(url, { method: 'POST', body: 'x'.repeat(bytes) })
      const fits = await send(BODY_BYTES_MAX)
      assert.equal(fits.status, 200)
      await fits.text()
      assert.equal((await send(BODY_BYTES_MAX + 1)).status, 413)
      assert.equal(calls, 1)
    })
  })

  it('cuts the connection on a reset', async () => {
    const reset = { fetch: () => Promise.reject(new ConnectionReset()) }
    await served(reset, async ({ url }) => {
      await assert.rejects(fetch(url), TypeError)
    })
  })

  it('cuts the connection in the middle of an answer that is to be cut', async () => {
    const session = await openSession()
    session.fake.faults.add({ operation: 'org', kind: { type: 'cutBody' } })
    await served(session.fake, async ({ url }) => {
      const { headers } = session.request('GET', '/crm/v8/org')
      const response = await fetch(`${url}/crm/v8/org`, { headers })
      assert.equal(response.status, 200)
      const reader = response.body?.getReader()
      const first = await reader?.read()
      assert.match(new TextDecoder().decode(first?.value), /^\{"org":/)
      await assert.rejects(async () => reader?.read())
    })
  })

  it('sends an answer of 10 MiB', async () => {
    const session = await openSession()
    session.fake.faults.add({ operation: 'org', kind: { type: 'hugeBody' } })
    await served(session.fake, async ({ url }) => {
      const { headers } = session.request('GET', '/crm/v8/org')
      const response = await fetch(`${url}/crm/v8/org`, { headers })
      assert.equal((await response.arrayBuffer()).byteLength, 10 * 1024 * 1024)
    })
  })

  it('has no control path without one to answer it', async () => {
    const { fake } = await openSession()
    await served({ fetch: fake.fetch }, async ({ url }) => {
      assert.equal((await fetch(`${url}/__control/journal`)).status, 404)
    })
  })

  it('aborts the request when its client hangs up', async () => {
    const given = Promise.withResolvers<Request>()
    const fake = {
      fetch: (request: Request) => {
        given.resolve(request)
        return new Promise<never>(() => {})
      },
    }
    await served(fake, async ({ url }) => {
      const caller = new AbortController()
      const answered = fetch(`${url}/`, { signal: caller.signal })
      const { signal } = await given.promise
      const aborted = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => aborted.resolve(), { once: true })
      assert.equal(signal.aborted, false)
      caller.abort(new Error('gave up'))
      await assert.rejects(answered)
      await aborted.promise
    })
  })

  it('answers 500 when the fake itself fails, and goes on', async () => {
    const broken = { fetch: () => Promise.reject(new Error('bug')) }
    await served(broken, async ({ url }) => {
      for (let turn = 0; turn < 2; turn += 1) assert.equal((await fetch(url)).status, 500)
    })
  })

  it('answers 400 to a target that is no path', async () => {
    await served(neverAnswers, async ({ url }) => {
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      socket.write('GET http://elsewhere/x HTTP/1.1\r\nHost: x\r\n\r\n')
      const [chunk] = await once(socket, 'data')
      assert.match(String(chunk), /^HTTP\/1\.1 400 /)
      socket.destroy()
    })
  })

  it('closes despite calls that are never answered and connections that stay open', async () => {
    const { fake } = await openSession()
    const server = await serveFakeZoho(fake, LISTEN)
    const idle = await fetch(`${server.url}/`)
    assert.equal(idle.status, 404)
    await idle.text()
    fake.faults.add({ operation: 'token', kind: { type: 'timeoutBefore' } })
    const arrived = Promise.withResolvers<void>()
    fake.hooks.before = () => arrived.resolve()
    const answered = fetch(`${server.url}/oauth/v2/token`, { method: 'POST' })
    const rejected = assert.rejects(answered)
    await arrived.promise
    await server.close()
    await rejected
    await assert.rejects(fetch(`${server.url}/`))
  })
})
