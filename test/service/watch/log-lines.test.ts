// What the log of the process says of a request and of a sale, so that a person can follow one.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { saleIdOf as saleIdNumbered } from '../../support/examples/store-examples.ts'
import { get, post, SALE, SUCCESS, saleIdOf } from '../../support/gateway/http-requests.ts'
import { makeFakeIn, makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

type Line = Readonly<Record<string, unknown>>

const LEVELS: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`

/** The lines with this text, each with its level by name, and without what pino adds. */
function linesOf(t: TestService, msg: string): readonly Line[] {
  return t.logLines
    .map((line): Line => JSON.parse(line))
    .filter((line) => line['msg'] === msg)
    .map(({ level, time: _time, pid: _pid, hostname: _hostname, msg: _msg, ...fields }) => ({
      level: LEVELS[Number(level)],
      ...fields,
    }))
}

function onlyLine(t: TestService, msg: string): Line {
  const [line, ...more] = linesOf(t, msg)
  assert.ok(line !== undefined && more.length === 0, `${more.length} more of ${msg}`)
  return line
}

/** The one line about the end of a sale, its duration apart. */
function onlyEnd(t: TestService) {
  const { ms, ...line } = onlyLine(t, 'sale ended')
  assert.ok(typeof ms === 'number' && ms >= 0)
  return { ms, line }
}

describe('The line of a request', () => {
  it('has the route and never the query', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'contacts:read')
    await get(t, key, '/getContact?email=nobody%40example.com')
    const { ms, requestId, ...line } = onlyLine(t, 'answered')
    assert.deepEqual(line, {
      level: 'info',
      method: 'GET',
      route: '/getContact',
      status: 404,
      client: 'acme',
    })
    assert.ok(typeof ms === 'number' && typeof requestId === 'string')
    assert.ok(!t.logLines.join('').includes('nobody'))
  })

  it('has the route as it is written, not the id that was asked for', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'sales:read')
    await get(t, key, `/sales/${saleIdNumbered(1)}`)
    assert.equal(onlyLine(t, 'answered')['route'], '/sales/:saleId')
  })
})

describe('The line at the end of a sale', () => {
  it('is info where it is completed, and names it, its request and its client', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'sales:create')
    const answer = await post(t, key, SALE, { 'x-request-id': 'order-4711' })
    const { line } = onlyEnd(t)
    assert.deepEqual(line, {
      level: 'info',
      saleId: saleIdOf(answer),
      requestId: 'order-4711',
      outcome: 'completed',
      client: 'acme',
    })
  })

  it('is a warning where it is rolled back, once all is over', async () => {
    await using t = await makeTestService()
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const answer = await post(t, await t.key('acme', 'sales:create'))
    const { line } = onlyEnd(t)
    assert.equal(line['level'], 'warn')
    assert.equal(line['saleId'], saleIdOf(answer))
    assert.equal(line['outcome'], 'rolled_back')
    assert.equal(line['failedStep'], 'quote')
  })

  it('is an error where it is stuck, and comes again when that is solved', async () => {
    await using t = await makeTestService({ STUCK_AFTER_MS: '1000' })
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    t.fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
    await post(t, await t.key('acme', 'sales:create'))
    await t.time.pass(60_000)
    const { ms, line } = onlyEnd(t)
    assert.equal(line['level'], 'error')
    assert.equal(line['outcome'], 'stuck')
    assert.equal(line['failedStep'], 'quote')
    assert.ok(ms > 1_000)
    t.fake.faults.clear()
    await t.time.pass(600_000)
    const ends = linesOf(t, 'sale ended').map(({ level, outcome }) => [level, outcome])
    assert.deepEqual(ends, [
      ['error', 'stuck'],
      ['warn', 'rolled_back'],
    ])
  })

  it('names the request of a sale that a later process ends', async () => {
    await using place = await makePlace()
    const key = await (async () => {
      await using t = await makeTestService({ SALE_DEADLINE_MS: '20000' }, place)
      const made = await t.key('acme', 'sales:create')
      t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
      t.fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
      await post(t, made, SALE, { 'x-request-id': 'order-4711', traceparent: TRACEPARENT })
      return made
    })()
    assert.ok(key.length > 0)
    place.fake.faults.clear()
    await using t = await makeTestService({}, place)
    await t.time.pass(600_000)
    const { line } = onlyEnd(t)
    assert.equal(line['requestId'], 'order-4711')
    // The log of the sales has no traces: this process does not know it.
    assert.equal(line['traceId'], undefined)
  })

  it('counts from the request of the sale, also over a restart', async () => {
    await using place = await makePlace()
    const at = place.time.clock.now()
    const { requested, priced } = factsOf({ idempotent: false, at })
    await leaveSale(place, saleIdNumbered(1), [requested, priced])
    await place.time.pass(60_000)
    await using t = await makeTestService({}, place)
    await t.time.pass(10_000)
    const { ms, line } = onlyEnd(t)
    assert.equal(line['failedStep'], 'interrupted')
    assert.ok(ms >= 60_000, `${ms} ms`)
  })
})

describe('The line of a call', () => {
  it('is written at debug, with the sale that it is for', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'sales:create', 'contacts:read')
    const saleId = saleIdOf(await post(t, key, SALE, { 'x-request-id': 'order-4711' }))
    const lines = linesOf(t, 'CRM called').map(({ ms, ...line }) => {
      assert.ok(typeof ms === 'number')
      return line
    })
    const line = { level: 'debug', saleId, requestId: 'order-4711', outcome: 'done' }
    assert.deepEqual(
      lines.toSorted((a, b) => String(a['module']).localeCompare(String(b['module']))),
      [
        { ...line, operation: 'read', module: 'Contacts' },
        { ...line, operation: 'create', module: 'Deals' },
        { ...line, operation: 'read', module: 'Products' },
        { ...line, operation: 'create', module: 'Quotes' },
        { ...line, operation: 'create', module: 'Sales_Orders' },
      ],
    )
  })

  it('is not written at info', async () => {
    await using t = await makeTestService({ LOG_LEVEL: 'info' })
    await post(t, await t.key('acme', 'sales:create'))
    assert.deepEqual(linesOf(t, 'CRM called'), [])
    assert.equal(linesOf(t, 'sale ended').length, 1)
  })
})

/** What is no traceparent of W3C Trace Context. */
const MALFORMED = [
  '',
  'x',
  TRACE_ID,
  TRACEPARENT.toUpperCase(),
  TRACEPARENT.slice(1),
  `${TRACEPARENT}-more`,
  `ff-${TRACE_ID}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
  `00-${TRACE_ID}-00f067aa0ba902b7`,
  `00-${TRACE_ID}-00f067aa0ba902b7-0`,
  `${TRACEPARENT}, ${TRACEPARENT}`,
  `00-${TRACE_ID.slice(1)}g-00f067aa0ba902b7-01`,
]

describe('The trace of a caller', () => {
  it('is in every line of its request and of its sale, and goes out with no call', async () => {
    const time = makeVirtualTestTime()
    const fake = makeFakeIn(time)
    const sent: string[] = []
    const fetch: typeof fake.fetch = (request) => {
      sent.push(...[...request.headers].map(([name, value]) => `${name}: ${value}`))
      return fake.fetch(request)
    }
    await using t = await makeTestService({}, { time, fake: { ...fake, fetch } })
    const key = await t.key('acme', 'sales:create')
    const from = t.logLines.length
    fake.faults.add({ operation: 'create:Quotes', kind: { type: 'resetAfter' } })
    const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=planted' }
    assert.equal((await post(t, key, SALE, headers)).body, SUCCESS)
    await t.time.pass(1_000)
    const lines = t.logLines.slice(from).map((line): Line => JSON.parse(line))
    const ofIt = lines.filter((line) => 'requestId' in line || 'saleId' in line)
    assert.ok(ofIt.length >= 8, `${ofIt.length} lines`)
    for (const line of ofIt) assert.equal(line['traceId'], TRACE_ID, JSON.stringify(line))
    assert.ok(sent.length > 10)
    assert.deepEqual(
      sent.filter((header) => /trace|planted/i.test(header) || header.includes(TRACE_ID)),
      [],
    )
  })

  it('is taken of a later version, with what that has behind it', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'sales:create')
    await post(t, key, SALE, { traceparent: `01-${TRACE_ID}-00f067aa0ba902b7-01-more` })
    assert.equal(onlyLine(t, 'answered')['traceId'], TRACE_ID)
  })

  for (const traceparent of MALFORMED) {
    it(`is ignored where it is malformed: "${traceparent}"`, async () => {
      await using t = await makeTestService()
      const key = await t.key('acme', 'sales:create')
      assert.equal((await post(t, key, SALE, { traceparent })).body, SUCCESS)
      assert.ok(!t.logLines.join('').includes('traceId'))
    })
  }
})

describe('One sale', () => {
  it('is followed by its id: its calls, its end, and the request that began it', async () => {
    await using t = await makeTestService()
    const key = await t.key('acme', 'sales:create')
    t.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    const others = [post(t, key), post(t, key)]
    const saleId = saleIdOf(await post(t, key, SALE, { 'x-request-id': 'order-4711' }))
    await t.time.during(Promise.all(others))
    const ofIt = t.logLines
      .filter((line) => line.includes(saleId))
      .map((line): Line => JSON.parse(line))
    assert.ok(ofIt.length >= 6, `${ofIt.length} lines`)
    for (const { requestId, about } of ofIt) {
      if (about === undefined) assert.equal(requestId, 'order-4711')
    }
    assert.equal(ofIt.filter(({ msg }) => msg === 'sale ended').length, 1)
  })
})
