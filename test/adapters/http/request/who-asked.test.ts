import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ClientActor } from '../../../../src/application/log/event-record.ts'
import { plusMs } from '../../../../src/domain/time.ts'
import { openStore } from '../../../../src/infrastructure/service/open-store.ts'
import { operator } from '../../../support/examples/store-examples.ts'
import { get, post, SALE } from '../../../support/gateway/http-requests.ts'
import { listen, sendRaw } from '../../../support/gateway/raw-request.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { readable } from '../../../support/log/readable.ts'

const DAY_MS = 86_400_000

async function eventsOf(t: Pick<TestService, 'store'>, type: string) {
  return readable(await t.store.saleReader.events(0, 1_000)).filter((event) => event.type === type)
}

async function onlyEvent(t: Pick<TestService, 'store'>, type: string) {
  const [event, ...more] = await eventsOf(t, type)
  assert.ok(event !== undefined && more.length === 0, `${more.length} more of ${type}`)
  return event
}

/** Who the log says began the only sale. */
async function requester(t: TestService): Promise<ClientActor> {
  const { actor } = await onlyEvent(t, 'SaleRequested')
  assert.ok('client' in actor)
  return actor
}

const TOO_LONG = 'Mozilla/5.0 '.repeat(100)

// What a caller says it is, and what of it is kept.
const USER_AGENTS: readonly (readonly [string, string | null])[] = [
  ['curl/8.5.0', 'curl/8.5.0'],
  ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (X11; Linux x86_64)'],
  ['Bot/1.0 (+mailto:ada@example.com) x', 'Bot/1.0 * x'],
  ['Bot/1.0 ada%40example.com', 'Bot/1.0 *'],
  [`plg_${'A'.repeat(43)}`, '*'],
  ['caf\u00e9\tx', 'caf??x'],
  ['', null],
  [TOO_LONG, TOO_LONG.slice(0, 200)],
]

describe('Who asked', () => {
  it('is in the first event of a sale, with the key by its id alone', async () => {
    await using t = await makeTestService()
    const key = await t.key('shop', 'sales:create')
    const [known] = await t.store.keys.list()
    await post(t, key, SALE, { 'x-request-id': 'order-4711', 'user-agent': 'curl/8.5.0' })
    const { software, ...actor } = await requester(t)
    assert.deepEqual(actor, {
      client: 'shop',
      keyId: known?.id,
      requestId: 'order-4711',
      address: '127.0.0.1',
      userAgent: 'curl/8.5.0',
    })
    assert.match(String(software), /^plg-sales-gateway\/\d+\.\d+\.\d+$/)
  })

  for (const [said, kept] of USER_AGENTS) {
    it(`keeps of a user agent what is harmless: ${said.slice(0, 40)}`, async () => {
      await using t = await makeTestService()
      await post(t, await t.key('shop', 'sales:create'), SALE, { 'user-agent': said })
      assert.equal((await requester(t)).userAgent, kept)
    })
  }

  it('is the other end of the connection, whatever a proxy claims', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    const port = await listen(t)
    const lines = ['GET /log HTTP/1.1', 'Host: g', 'Connection: close', `X-Api-Key: ${key}`]
    await sendRaw(port, [...lines, 'X-Forwarded-For: 192.0.2.9', '\r\n'].join('\r\n'))
    const { actor } = await onlyEvent(t, 'AuditorLooked')
    assert.ok('client' in actor)
    assert.deepEqual([actor.address, actor.userAgent], ['127.0.0.1', null])
  })

  // The address of the socket, and what is recorded of it.
  const ADDRESSES = [
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::1', '::1'],
  ] as const
  for (const [remoteAddress, told] of ADDRESSES) {
    it(`is recorded of ${remoteAddress} as ${told}`, async () => {
      await using t = await makeTestService()
      const headers = { 'x-api-key': await t.key('auditor', 'audit:read') }
      await t.server.inject({ method: 'GET', url: '/log', headers, remoteAddress })
      const { actor } = await onlyEvent(t, 'AuditorLooked')
      assert.ok('client' in actor)
      assert.equal(actor.address, told)
    })
  }
})

// What came with a request from this peer, and who asked by what is recorded.
const FORWARDED: readonly (readonly [string, string | undefined, string, string?])[] = [
  ['10.1.2.3', '192.0.2.9', '192.0.2.9', '10.1.2.3'],
  ['::ffff:10.1.2.3', '192.0.2.9', '192.0.2.9', '10.1.2.3'],
  ['10.1.2.3', '203.0.113.1, 192.0.2.9', '192.0.2.9', '10.1.2.3'],
  ['10.1.2.3', '192.0.2.9, 10.9.9.9,  2001:db8::7', '192.0.2.9', '10.1.2.3'],
  ['2001:db8::7', '2001:db8::8', '2001:db8::8', '2001:db8::7'],
  ['10.1.2.3', '::ffff:192.0.2.9', '192.0.2.9', '10.1.2.3'],
  ['10.1.2.3', '10.1.2.4', '10.1.2.4', '10.1.2.3'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['192.0.2.5', '203.0.113.1', '192.0.2.5'],
  ['10.1.2.3', 'ada@example.com', '10.1.2.3'],
  ['10.1.2.3', 'unknown', '10.1.2.3'],
  ['10.1.2.3', '192.0.2.9:4711', '10.1.2.3'],
  ['10.1.2.3', 'fe80::1%ada', '10.1.2.3'],
]

describe('Who asked, behind trusted proxies', () => {
  const settings = { TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::7' }

  for (const [remoteAddress, forwarded, address, peer] of FORWARDED) {
    it(`is ${address}, where ${remoteAddress} says ${forwarded}`, async () => {
      await using t = await makeTestService(settings)
      const key = await t.key('auditor', 'audit:read')
      const headers = { 'x-api-key': key, ...(forwarded && { 'x-forwarded-for': forwarded }) }
      await t.server.inject({ method: 'GET', url: '/log', headers, remoteAddress })
      const { actor } = await onlyEvent(t, 'AuditorLooked')
      assert.ok('client' in actor)
      assert.deepEqual([actor.address, actor.peer], [address, peer])
    })
  }

  it('is counted where the sign-in fails', async () => {
    const store = await openStore(':memory:')
    {
      await using t = await makeTestService(settings, { store })
      const headers = { 'x-forwarded-for': '192.0.2.9' }
      await t.server.inject({ url: '/sales', headers, remoteAddress: '10.1.2.3' })
    }
    const { data } = await onlyEvent({ store }, 'SignInsFailed')
    assert.deepEqual(data['addresses'], [{ address: '192.0.2.9', count: 1 }])
    await store.close()
  })
})

describe("An auditor's first look of a day", () => {
  it('is in the log before the log is shown, once for each key', async () => {
    await using t = await makeTestService()
    const [anna, bert] = [await t.key('audit', 'audit:read'), await t.key('audit', 'admin')]
    assert.match((await get(t, anna, '/log')).body, /AuditorLooked/)
    await get(t, anna, '/log')
    await Promise.all(['/sales', '/sales/1', '/log'].map((path) => get(t, bert, path)))
    await get(t, anna, '/sales')
    const looks = await eventsOf(t, 'AuditorLooked')
    const day = new Date(t.time.clock.now()).toISOString().slice(0, 10)
    assert.equal(looks.length, 2)
    assert.deepEqual(looks[0]?.data, { day, what: '/log' })
    assert.equal(looks[1]?.data['day'], day)
  })

  it('is recorded once over a restart', async () => {
    const store = await openStore(':memory:')
    let key = ''
    for (const start of [1, 2]) {
      await using t = await makeTestService({}, { store })
      if (start === 1) key = await t.key('auditor', 'audit:read')
      await get(t, key, '/log')
    }
    await onlyEvent({ store }, 'AuditorLooked')
    await store.close()
  })

  it('is not that of a client at its own sales', async () => {
    await using t = await makeTestService()
    await get(t, await t.key('shop', 'sales:read'), '/sales')
    await get(t, await t.key('shop', 'contacts:read'), '/log')
    assert.deepEqual(await eventsOf(t, 'AuditorLooked'), [])
  })

  it('names the path as the API does, with no id in it', async () => {
    await using t = await makeTestService()
    await get(t, await t.key('auditor', 'audit:read'), '/sales/1?x=ada@example.com')
    assert.equal((await onlyEvent(t, 'AuditorLooked')).data['what'], '/sales/:saleId')
  })
})

describe('Failed sign-ins', () => {
  it('are counted by what was wrong, and recorded at the latest when the service stops', async () => {
    const store = await openStore(':memory:')
    const ids: string[] = []
    {
      await using t = await makeTestService({}, { store })
      const createdAt = plusMs(t.time.clock.now(), -DAY_MS)
      const made = { client: 'shop', scopes: ['admin'], createdAt, expiresAt: null } as const
      const expired = await store.keys.create({ ...made, expiresAt: createdAt }, operator)
      const revoked = await store.keys.create(made, operator)
      await store.keys.revoke(revoked.id, createdAt, operator)
      ids.push(expired.id, revoked.id)
      for (const key of [expired.key, revoked.key, revoked.key, `plg_${'A'.repeat(43)}`, '']) {
        assert.equal((await get(t, key, '/log')).statusCode, 401)
      }
      assert.equal((await t.server.inject({ url: '/sales' })).statusCode, 401)
      // Neither a good key without the scope nor a path that is not there is a sign-in that failed.
      assert.equal((await get(t, await t.key('shop'), '/log')).statusCode, 403)
      assert.equal((await t.server.inject({ url: '/nowhere' })).statusCode, 404)
      assert.equal((await t.server.inject({ url: '/livez' })).statusCode, 200)
    }
    const events = await eventsOf({ store }, 'SignInsFailed')
    const sum = { missing: 0, unknown: 0, expired: 0, revoked: 0 }
    assert.equal(events.length, 1)
    for (const { data, actor } of events) {
      assert.deepEqual(actor, { system: 'gateway' })
      const reasons = data['reasons'] as typeof sum
      for (const why of ['missing', 'unknown', 'expired', 'revoked'] as const) {
        sum[why] += reasons[why]
      }
    }
    assert.deepEqual(sum, { missing: 2, unknown: 1, expired: 1, revoked: 2 })
    const text = JSON.stringify(events)
    assert.ok(ids.every((id) => text.includes(id)) && text.includes('127.0.0.1'))
    assert.doesNotMatch(text, /plg_/)
    await store.close()
  })
})
