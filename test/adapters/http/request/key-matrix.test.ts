import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { OPENAPI } from '../../../../src/adapters/http/openapi/document.ts'
import type { Operation } from '../../../../src/adapters/http/openapi/document-types.ts'
import {
  type ApiKey,
  SCOPES,
  type Scope,
} from '../../../../src/application/access/key-store.port.ts'
import { type EpochMs, plusMs } from '../../../../src/domain/time.ts'
import { operator } from '../../../support/examples/store-examples.ts'
import { post, SALE, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const HOUR_MS = 3_600_000

/** The client whose sale is asked for, and another one. */
const OWNER = 'shop'
const CLIENTS = [OWNER, 'kiosk'] as const

type Route = {
  /** Scopes that open it, beside `admin`. */
  readonly opens: 'public' | readonly Scope[]
  /** What is asked, where the path itself will not do. `ID` stands for the sale. */
  readonly url?: string
  /** The status for who is let in; 200 where it is left out. */
  readonly status?: number
  /** Whether a key without `audit:read` is shown the sales of its own client only. */
  readonly ownOnly?: true
  /** Whether the key may be the password of HTTP Basic. */
  readonly password?: true
}

const AUDIT = { opens: ['audit:read'], password: true } as const
const PUBLIC = { opens: 'public' } as const

/** Every route that the server has, and who may use it. A new route needs its line here. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET,HEAD /': PUBLIC,
  'GET,HEAD /livez': PUBLIC,
  'GET,HEAD /readyz': PUBLIC,
  // Of this machine alone, and these requests come from elsewhere: test/adapters/http/health/metrics-routes.test.ts
  'GET,HEAD /metrics': { opens: 'public', status: 404 },
  'GET,HEAD /openapi.json': PUBLIC,
  'GET,HEAD /docs': PUBLIC,
  'GET,HEAD /audit/style.css': PUBLIC,
  'GET,HEAD /audit/page.js': PUBLIC,
  'GET,HEAD /audit/icon.svg': PUBLIC,
  'GET,HEAD /getContact': {
    opens: ['contacts:read'],
    url: '/getContact?email=nobody@example.com',
    status: 404,
  },
  // Its body is judged after the key: an empty one begins no sale.
  'POST /createSales': { opens: ['sales:create'], status: 400 },
  'GET,HEAD /sales': { opens: ['sales:read', 'audit:read'], ownOnly: true },
  'GET,HEAD /sales/:saleId': { opens: ['sales:read', 'audit:read'], ownOnly: true },
  'GET,HEAD /log': { opens: ['audit:read'] },
  'GET,HEAD /log/checkpoint': { opens: ['audit:read'] },
  'GET,HEAD /log/consistency': { opens: ['audit:read'], url: '/log/consistency?from=1&to=2' },
  'GET,HEAD /audit': AUDIT,
  'GET,HEAD /audit/': AUDIT,
  'GET,HEAD /audit/glossary': AUDIT,
  'GET,HEAD /audit/find': AUDIT,
  'GET,HEAD /audit/events': AUDIT,
  // The first event is that of the first key, and leads to its place among the others.
  'GET,HEAD /audit/events/:position': { ...AUDIT, url: '/audit/events/1', status: 303 },
  'GET,HEAD /audit/keys/:keyId': { ...AUDIT, url: '/audit/keys/none', status: 404 },
  'GET,HEAD /audit/checkpoints': AUDIT,
  'GET,HEAD /audit/reader': { ...PUBLIC, status: 303 },
  'GET,HEAD /audit/period': AUDIT,
  'GET /audit/period/events.csv': AUDIT,
  'POST /audit/period/events.csv': AUDIT,
  'GET /audit/period/bundle': AUDIT,
  'POST /audit/period/bundle': AUDIT,
  'GET,HEAD /audit/sign-in': PUBLIC,
  // No key is in its form.
  'POST /audit/sign-in': { ...PUBLIC, status: 401 },
  'POST /audit/sign-out': PUBLIC,
  'GET /audit/sales.csv': AUDIT,
  'POST /audit/sales.csv': AUDIT,
  'GET,HEAD /audit/sales/:saleId': AUDIT,
  'GET /audit/sales/:saleId.json': AUDIT,
  'POST /audit/sales/:saleId.json': AUDIT,
  'GET /audit/sales/:saleId.csv': AUDIT,
  'POST /audit/sales/:saleId.csv': AUDIT,
  'GET /audit/sales/:saleId/bundle': AUDIT,
  'POST /audit/sales/:saleId/bundle': AUDIT,
}

/** The methods of each path of a running server, read from the tree that Fastify prints. */
function routesOf(server: FastifyInstance): ReadonlyMap<string, readonly string[]> {
  const parents: string[] = []
  const lines = server.printRoutes({ commonPrefix: false }).trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const [, indent = '', part = '', methods = ''] =
        /^([│ ]*)[├└]── (\S+) \(([A-Z, -]+)\)$/.exec(line) ?? assert.fail(`not a route: ${line}`)
      const depth = indent.length / 4
      const path = (parents[depth - 1] ?? '') + part
      parents[depth] = path
      return [path, methods.split(', ')]
    }),
  )
}

/** A key as a caller shows it: what becomes of it, and what it may do. */
type Shown = {
  readonly name: string
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly isGood: boolean
  readonly text: string | undefined
}

type Made = Pick<Shown, 'isGood' | 'text'>

/** The lives of a key. Each makes one of this client and these scopes. */
const LIVES: Readonly<
  Record<
    string,
    (t: TestService, key: Pick<ApiKey, 'client' | 'scopes'>, now: EpochMs) => Promise<Made>
  >
> = {
  async lasting(t, key, now) {
    const { key: text } = await make(t, key, now)
    return { isGood: true, text }
  },
  async 'rotated and in its overlap'(t, key, now) {
    const { id, key: text } = await make(t, key, now)
    await t.store.keys.rotate(id, HOUR_MS, now, operator)
    return { isGood: true, text }
  },
  async 'made by a rotation'(t, key, now) {
    const { id } = await make(t, key, now)
    const rotated = await t.store.keys.rotate(id, HOUR_MS, now, operator)
    return { isGood: true, text: rotated?.key }
  },
  async 'rotated and past its overlap'(t, key, now) {
    const before = plusMs(now, -HOUR_MS)
    const { id, key: text } = await make(t, key, before)
    await t.store.keys.rotate(id, HOUR_MS, before, operator)
    return { isGood: false, text }
  },
  async expired(t, { client, scopes }, now) {
    const made = { client, scopes, createdAt: plusMs(now, -HOUR_MS), expiresAt: now }
    return { isGood: false, text: (await t.store.keys.create(made, operator)).key }
  },
  async revoked(t, key, now) {
    const { id, key: text } = await make(t, key, now)
    await t.store.keys.revoke(id, now, operator)
    return { isGood: false, text }
  },
}

function make({ store }: TestService, key: Pick<ApiKey, 'client' | 'scopes'>, createdAt: EpochMs) {
  return store.keys.create({ ...key, createdAt, expiresAt: null }, operator)
}

/** Every life × no scope and each scope × each client, and what was never a key. */
async function allKeys(t: TestService): Promise<readonly Shown[]> {
  const now = t.time.clock.now()
  const noKey = { client: OWNER, scopes: ['admin'], isGood: false } as const
  const keys: Shown[] = [
    { ...noKey, name: 'no key', text: undefined },
    { ...noKey, name: 'a key that was never made', text: `plg_${'k'.repeat(43)}` },
    { ...noKey, name: 'a key with a wrong checksum', text: `plg_live_${'k'.repeat(49)}` },
  ]
  for (const [life, makeKey] of Object.entries(LIVES)) {
    for (const scopes of [[], ...SCOPES.map((scope) => [scope])]) {
      for (const client of CLIENTS) {
        const name = `a key of ${client}, ${life}, for ${scopes.join() || 'nothing'}`
        keys.push({ name, client, scopes, ...(await makeKey(t, { client, scopes }, now)) })
      }
    }
  }
  return keys
}

function expectedStatus({ opens, status = 200, ownOnly }: Route, key: Shown, path: string): number {
  if (opens === 'public') return status
  if (!key.isGood) return 401
  if (!key.scopes.some((scope) => scope === 'admin' || opens.includes(scope))) return 403
  const isHidden = ownOnly === true && !seesSale(key) && path.includes(':saleId')
  return isHidden ? 404 : status
}

function seesSale({ client, scopes }: Shown): boolean {
  return client === OWNER || scopes.includes('audit:read') || scopes.includes('admin')
}

/** The scopes that open an operation, beside `admin`, as the document says. */
function scopesOf({ security }: Operation): Route['opens'] {
  if (security.length === 0) return 'public'
  const scopes = security.flatMap(({ apiKey }) => apiKey)
  assert.equal(scopes.pop(), 'admin')
  return scopes as Scope[]
}

describe('A key', () => {
  let t: TestService
  let keys: readonly Shown[]
  let saleId: string

  before(async () => {
    t = await makeTestService()
    saleId = saleIdOf(await post(t, await t.key(OWNER, 'sales:create'), SALE))
    keys = await allKeys(t)
  })
  after(() => t[Symbol.asyncDispose]())

  /** Each from an address of its own: an address with many wrong keys is answered otherwise. */
  let asked = 0
  function ask(method: string, url: string, headers: Readonly<Record<string, string>>) {
    asked += 1
    const remoteAddress = `10.0.${asked >> 8}.${asked & 255}`
    const body = method === 'POST' ? { payload: {} } : {}
    // A form of the pages themselves; programs do not say this, and no route is stricter for it.
    const ours = method === 'POST' ? { 'sec-fetch-site': 'same-origin' } : {}
    return t.time.during(
      t.server.inject({
        method: method as 'GET',
        url,
        headers: { ...ours, ...headers },
        remoteAddress,
        ...body,
      }),
    )
  }

  it('is judged on every route that the server has, and all other methods are 405 for anybody', async () => {
    await t.server.ready()
    const served: string[] = []
    for (const [path, methods] of routesOf(t.server)) {
      const statuses = methods.map(async (method) => (await ask(method, path, {})).statusCode)
      const known = await Promise.all(statuses)
      const names = methods.filter((_, i) => known[i] !== 405)
      const toRead = names.filter((name) => name !== 'POST')
      if (toRead.length > 0) served.push(`${toRead.join()} ${path}`)
      if (names.includes('POST')) served.push(`POST ${path}`)
    }
    assert.deepEqual(served.toSorted(), Object.keys(ROUTES).toSorted())
  })

  it('is asked for in the OpenAPI document as the routes ask for it', () => {
    const described = Object.entries(OPENAPI.paths).flatMap(([path, { get, post }]) => [
      ...(get === undefined ? [] : [[`GET,HEAD ${path}`, scopesOf(get)] as const]),
      ...(post === undefined ? [] : [[`POST ${path}`, scopesOf(post)] as const]),
    ])
    const served = Object.entries(ROUTES)
      .filter(([name]) => !name.includes(' /audit'))
      .map(([name, { opens }]) => [name.replace(':saleId', '{saleId}'), opens] as const)
    assert.deepEqual(Object.fromEntries(described), Object.fromEntries(served))
  })

  for (const [name, route] of Object.entries(ROUTES)) {
    const [methods = '', path = ''] = name.split(' ')
    const urlOf = () => (route.url ?? path).replace(':saleId', saleId)

    it(`opens what it may, and nothing else, on ${name}`, async () => {
      for (const method of methods.split(',')) {
        for (const key of keys) {
          const headers = key.text === undefined ? {} : { 'x-api-key': key.text }
          const answer = await ask(method, urlOf(), headers)
          const status = expectedStatus(route, key, path)
          assert.equal(answer.statusCode, status, `${method} with ${key.name}: ${answer.body}`)
          if (route.ownOnly && status === 200 && method === 'GET') {
            assert.equal(answer.body.includes(saleId), seesSale(key), key.name)
          }
        }
      }
    })

    it(`is taken as a password where a browser asks for one, and only there: ${name}`, async () => {
      const key = keys.find(({ isGood, scopes }) => isGood && scopes.includes('admin'))
      const basic = Buffer.from(`anybody:${key?.text}`).toString('base64')
      const isOpen = route.opens === 'public' || route.password === true
      for (const method of methods.split(',')) {
        const answer = await ask(method, urlOf(), { authorization: `Basic ${basic}` })
        assert.equal(answer.statusCode, isOpen ? (route.status ?? 200) : 401, method)
      }
    })
  }

  it('opens nothing from the request after it was revoked on', async () => {
    const { id, key } = await make(t, { client: OWNER, scopes: ['admin'] }, t.time.clock.now())
    assert.equal((await ask('GET', '/sales', { 'x-api-key': key })).statusCode, 200)
    await t.store.keys.revoke(id, t.time.clock.now(), operator)
    assert.equal((await ask('GET', '/sales', { 'x-api-key': key })).statusCode, 401)
  })
})
