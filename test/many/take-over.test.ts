// What becomes of the sales of a gateway that is gone, without a restart of anything.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { describe, it } from 'node:test'
import { SALE } from '../support/gateway/http-requests.ts'
import { until } from '../support/time/until.ts'
import { type Fleet, makeFleet } from './fleet/fleet.ts'

/** Long enough for a loaded machine to be no reason that anything comes late. */
const LONG_LEASE_MS = 6_000

/** Sales that are under way at once, and milliseconds of each call, so that none of them ends before. */
const SALES = 24
const SLOW_MS = 700

/** Deals that the fleet has planted. */
const FOREIGN = 3

const SETTINGS = {
  SALE_LEASE_MS: String(LONG_LEASE_MS),
  SALE_DEADLINE_MS: '60000',
  ZOHO_REQUEST_TIMEOUT_MS: '20000',
  ZOHO_MAX_CONCURRENCY: '25',
}

describe('The sales of a gateway that is gone', { concurrency: true }, () => {
  it('are taken over within two leases of its death, by all others', async (t) => {
    await using fleet = await makeFleet({ settings: SETTINGS })
    const [dying, ...others] = await fleet.startAll(3)
    const [other] = others
    assert.ok(dying !== undefined && other !== undefined)
    await fleet.fake.settings({ latency: { type: 'fixed', ms: SLOW_MS } })
    const told = sellMany(fleet, dying.url)
    await until('all have begun', async () => (await events(fleet, 'SaleRequested')) === SALES)
    const at = Date.now()
    await fleet.kill(dying)
    await Promise.all(told)
    const left = await unfinished(fleet)
    assert.ok(left > SALES / 2, `${left} sales were under way`)
    await until('all are taken over', async () => (await takenOver(fleet)).length === left)
    const afterMs = (await takenOver(fleet)).map((taken) => taken - at)
    const shares = await sharesOf(fleet)
    t.diagnostic(
      `${left} after ${Math.min(...afterMs)} to ${Math.max(...afterMs)} ms; ${shares} sales`,
    )
    assert.ok(Math.max(...afterMs) <= 2 * LONG_LEASE_MS, `after ${Math.max(...afterMs)} ms`)
    assert.ok(shares.length === 2 && Math.min(...shares) >= SALES / 4, `shares: ${shares}`)
    const { sales, completed } = await fleet.judgeAtRest(other.url)
    assert.deepEqual([sales, completed >= SALES / 2], [SALES, true])
  })

  it('are taken over at once when it is stopped in order', async (t) => {
    await using fleet = await makeFleet({ settings: { ...SETTINGS, ZOHO_SETTLE_MS: '5000' } })
    const [stopping, other] = await fleet.startAll(2)
    assert.ok(stopping !== undefined && other !== undefined)
    // Its caller is answered, and what is left is the second look of the rollback.
    await fleet.fake.addFault({ operation: 'create:Quotes', kind: { type: 'html502' } })
    await fleet.fake.addFault({ operation: 'create:Quotes', nth: 2, kind: { type: 'refuse' } })
    assert.equal((await fleet.ledger.ask(stopping.url, { body: SALE })).status, 500)
    assert.equal(await stopping.stop(), 0)
    const at = Date.now()
    await until('it is taken over', async () => (await takenOver(fleet)).length === 1)
    const afterMs = ((await takenOver(fleet))[0] ?? 0) - at
    t.diagnostic(`after ${afterMs} ms`)
    // A third of a lease is the time between two looks; without its farewell, two thirds would be left at least.
    assert.ok(afterMs < LONG_LEASE_MS / 2, `after ${afterMs} ms`)
    await fleet.judgeAtRest(other.url)
  })

  it('are found when they are opened again after their owner has died, too', async () => {
    await using fleet = await makeFleet({ settings: { ZOHO_REQUEST_TIMEOUT_MS: '30000' } })
    const [first, second, third] = await fleet.startAll(3)
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    await fleet.fake.addFault({ operation: 'create:Deals', kind: { type: 'slow', ms: 1_500 } })
    const told = fleet.ledger.ask(first.url, { body: SALE })
    await until(
      'its Deal is made',
      async () => (await fleet.fake.records('Deals')).live.length > FOREIGN,
    )
    process.kill(first.pid, 'SIGSTOP')
    await until('another one has rolled it back', async () => (await atRest(fleet)) === 1)
    const [sale] = await fleet.query('select owner from sale')
    const [owner] = await fleet.query(`select name from instance where number = ${sale?.['owner']}`)
    const [keeper, dead] = String(owner?.['name']).endsWith(` ${second.pid}`)
      ? [third, second]
      : [second, third]
    await fleet.kill(dead)
    await until('its lease is over', async () => (await instances(fleet)) === 1)
    process.kill(first.pid, 'SIGCONT')
    await told
    await until('it is opened again', async () => (await events(fleet, 'OwnerWoke')) > 0)
    const { sales, completed } = await fleet.judgeAtRest(keeper.url)
    assert.deepEqual([sales, completed], [1, 0])
  })
})

/** How many of the sales that were taken over each of their owners has. */
async function sharesOf({ query }: Fleet): Promise<readonly number[]> {
  const rows = await query(
    `select count(*) as sales from sale
     where sale_id in (select sale_id from event where type = 'SaleInterrupted') group by owner`,
  )
  return rows.map(({ sales }) => Number(sales))
}

/** When each sale was taken over, by the clock of this machine, which is the only one here. */
async function takenOver({ query }: Fleet): Promise<readonly number[]> {
  const rows = await query(
    `select event_member(body, 'at') as at from event where type = 'SaleInterrupted'`,
  )
  return rows.map(({ at }) => Date.parse(String(at)))
}

/** Half of them have a key. */
function sellMany(fleet: Fleet, url: string): readonly Promise<unknown>[] {
  return Array.from({ length: SALES }, (_, index) => {
    const key = index % 2 === 0 ? { key: randomUUID() } : {}
    return fleet.ledger.ask(url, { body: SALE, ...key })
  })
}

async function events({ query }: Fleet, type: string): Promise<number> {
  return numberIn(await query(`select count(*) as number from event where type = '${type}'`))
}

async function unfinished({ query }: Fleet): Promise<number> {
  return numberIn(await query('select count(*) as number from sale where at_rest = 0'))
}

async function atRest({ query }: Fleet): Promise<number> {
  return numberIn(await query('select count(*) as number from sale where at_rest = 1'))
}

async function instances({ query }: Fleet): Promise<number> {
  return numberIn(await query('select count(*) as number from instance'))
}

function numberIn([row]: Awaited<ReturnType<Fleet['query']>>): number {
  return Number(row?.['number'])
}
