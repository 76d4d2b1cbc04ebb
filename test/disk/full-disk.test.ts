import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClient } from '../../src/infrastructure/demo/client.ts'
import { makeStage, type Stage } from '../../src/infrastructure/demo/stage.ts'
import {
  assertSound,
  assertTrue,
  type ProbeSale,
  readiness,
  salesAtRest,
  sellProbe,
  type Told,
} from './probe-sales.ts'
import { makeSmallDisk, type SmallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const DISK_BYTES = 64 * MIB

/** Sales that run when the disk gets full. */
const RUNNING = 40

/** Long enough that the disk gets full in the midst of them. */
const LATENCY_MS = 60

const ALL_SALES = '/sales?limit=200'

const ANSWER_WITHIN_MS = 60_000
const ROOM_NOTICED_WITHIN_MS = 10_000
const POLL_MS = 50

describe('A gateway on a disk that gets full', { concurrency: 1 }, () => {
  it('ends the sales that run, takes no new one, and goes on when there is room', async (t) => {
    await using disk = await smallDisk(t)
    if (disk === undefined) return
    await using stage = await stageOn(disk)
    await using gateway = await stage.start()
    const { url } = gateway
    assert.equal(await readiness(url), 200)

    const { probes, running } = sellMany(stage, url)
    const client = makeClient(url, stage.key)
    await until(async () => JSON.parse((await client.get(ALL_SALES)).text).sales.length === RUNNING)
    disk.fill()
    const told = await Promise.all(running)
    const statuses = Map.groupBy(told, (one) => one?.status)
    assert.deepEqual(new Set(statuses.keys()), new Set([200, 500]), 'a sale that ran was not ended')

    stage.fake.faults.clear()
    const late: ProbeSale = { quantity: RUNNING + 1, key: 'late' }
    const refused = await sellProbe(url, stage, late, ANSWER_WITHIN_MS)
    assert.equal(refused?.status, 503)
    assert.equal(await readiness(url), 503)
    assert.equal((await client.get('/getContact?email=info@poligonmuhendislik.com')).status, 200)
    const sales = await assertAllTrue(url, stage, probes, told)
    assert.equal(sales.size, RUNNING)
    assert.ok(!existsSync(reserveOf(stage)), 'the disk was not full')
    const [first] = probes
    assert.ok(first !== undefined)
    assert.equal((await sellProbe(url, stage, first, ANSWER_WITHIN_MS))?.status, told[0]?.status)

    disk.free()
    assert.ok((await msUntilReady(url)) < ROOM_NOTICED_WITHIN_MS)
    assert.ok(existsSync(reserveOf(stage)), 'the reserve was not made again')
    const accepted = await sellProbe(url, stage, late, ANSWER_WITHIN_MS)
    assert.equal(accepted?.status, 200)
    await assertTrue(stage, late, accepted, (await salesAtRest(url, stage)).get(late.quantity))
    assert.equal(await gateway.stop(), 0)
    assertSound(databaseOf(stage))
    const ended = [...statuses].map(([status, all]) => `${all.length} told ${status}`)
    t.diagnostic(`${disk.type}: ${ended.join(', ')}`)
  })

  it('is started on it, recovers what was left, and takes sales when there is room', async (t) => {
    await using disk = await smallDisk(t)
    if (disk === undefined) return
    await using stage = await stageOn(disk)
    const killed = await stage.start()
    const { probes, running } = sellMany(stage, killed.url)
    await until(() => stage.fake.records.live('Quotes').length >= 5)
    await killed.kill()
    disk.fill()
    const told = await Promise.all(running)

    await using gateway = await stage.start()
    const { url } = gateway
    const sales = await assertAllTrue(url, stage, probes, told)
    assert.equal(await readiness(url), 503)
    stage.fake.faults.clear()
    const late: ProbeSale = { quantity: RUNNING + 1 }
    assert.equal((await sellProbe(url, stage, late, ANSWER_WITHIN_MS))?.status, 503)
    disk.free()
    assert.ok((await msUntilReady(url)) < ROOM_NOTICED_WITHIN_MS)
    assert.equal((await sellProbe(url, stage, late, ANSWER_WITHIN_MS))?.status, 200)
    assert.equal(await gateway.stop(), 0)
    assertSound(databaseOf(stage))
    t.diagnostic(`${disk.type}: ${sales.size} sales were left`)
  })

  it('is started on it after an orderly stop, which has left no file open for it', async (t) => {
    await using disk = await smallDisk(t)
    if (disk === undefined) return
    await using stage = await stageOn(disk)
    await using stopped = await stage.start()
    const first: ProbeSale = { quantity: 1, key: 'first' }
    const told = await sellProbe(stopped.url, stage, first, ANSWER_WITHIN_MS)
    assert.equal(await stopped.stop(), 0)
    disk.fill()

    await using gateway = await stage.start()
    assert.equal(await readiness(gateway.url), 503)
    assert.deepEqual(await sellProbe(gateway.url, stage, first, ANSWER_WITHIN_MS), told)
    disk.free()
    assert.ok((await msUntilReady(gateway.url)) < ROOM_NOTICED_WITHIN_MS)
    assert.equal(await gateway.stop(), 0)
    assertSound(databaseOf(stage))
  })

  it('loses nothing where even the reserve is gone, started on it or not', async (t) => {
    await using disk = await smallDisk(t)
    if (disk === undefined) return
    await using stage = await stageOn(disk)
    const killed = await stage.start()
    const { probes, running } = sellMany(stage, killed.url)
    await until(() => stage.fake.records.live('Quotes').length >= 5)
    disk.fill()
    // Somebody else takes the room of the reserve as soon as the gateway frees it.
    await until(() => !existsSync(reserveOf(stage)))
    disk.fill()
    await sleep(5 * LATENCY_MS)
    await killed.kill()
    const told = await Promise.all(running)
    disk.fill()
    // What the database has of its own room may do for a start, or not.
    const early = await stage.start().catch(whyEnded)
    if (typeof early !== 'string') assert.equal(await readiness(early.url), 503)
    disk.free()
    await using gateway = typeof early === 'string' ? await stage.start() : early
    t.diagnostic(`${disk.type}: ${typeof early === 'string' ? early : 'started on the full disk'}`)
    assert.ok((await msUntilReady(gateway.url)) < ROOM_NOTICED_WITHIN_MS)
    await assertAllTrue(gateway.url, stage, probes, told)
    assert.equal(await gateway.stop(), 0)
    assertSound(databaseOf(stage))
  })
})

function stageOn({ folder }: SmallDisk): Promise<Stage> {
  // Many go on together, so that what finds no room is a group of many.
  const settings = { ZOHO_MAX_CONCURRENCY: '25' }
  return makeStage({ latencyMs: LATENCY_MS, settleMs: 200, parent: folder, settings })
}

/** Waits until every sale is at rest. Each agrees with the answer of its caller. */
async function assertAllTrue(
  url: string,
  stage: Stage,
  probes: readonly ProbeSale[],
  told: readonly (Told | undefined)[],
) {
  const sales = await salesAtRest(url, stage)
  for (const [index, probe] of probes.entries()) {
    await assertTrue(stage, probe, told[index], sales.get(probe.quantity))
  }
  return sales
}

function whyEnded(error: unknown): string {
  assert.ok(error instanceof Error)
  assert.match(error.message, /ended with 1: .*the disk/s)
  return 'ended on the full disk'
}

async function smallDisk(t: TestContext): Promise<SmallDisk | undefined> {
  const disk = await makeSmallDisk(DISK_BYTES)
  if (disk === undefined) t.skip('no file system can be mounted here: that takes root on Linux')
  return disk
}

/** Begins them all at once, every second with a key; about a quarter is refused at its Sales Order. */
function sellMany(stage: Stage, url: string) {
  for (let nth = 4; nth <= RUNNING; nth += 4) {
    stage.fake.faults.add({ operation: 'create:Sales_Orders', nth, kind: { type: 'refuse' } })
  }
  const probes: ProbeSale[] = []
  for (let quantity = 1; quantity <= RUNNING; quantity += 1) {
    probes.push(quantity % 2 === 1 ? { quantity, key: `order-${quantity}` } : { quantity })
  }
  const running: Promise<Told | undefined>[] = probes.map((probe) =>
    sellProbe(url, stage, probe, ANSWER_WITHIN_MS),
  )
  return { probes, running }
}

function databaseOf(stage: Stage): string {
  return path.join(stage.folder, 'gateway.db')
}

function reserveOf(stage: Stage): string {
  return `${databaseOf(stage)}-reserve`
}

async function msUntilReady(url: string): Promise<number> {
  const begun = performance.now()
  await until(async () => (await readiness(url)) === 200)
  return performance.now() - begun
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += POLL_MS) {
    assert.ok(waitedMs < ANSWER_WITHIN_MS, 'it did not come to pass in time')
    await sleep(POLL_MS)
  }
}
