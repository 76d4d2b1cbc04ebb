import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import type { FakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import { MODULE_NAMES } from '../../src/adapters/fake-zoho/schema/module-names.ts'
import { makeFindOrphans } from '../../src/application/crm-setup/find-orphans.ts'
import type { EventRecord } from '../../src/application/log/event-record.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import { makeStage, type Stage } from '../../src/infrastructure/demo/stage.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { countOf } from '../support/counts.ts'
import { makeTestService } from '../support/gateway/test-service.ts'
import { adminAtFake, hastyClock } from '../support/gateway/zoho-admin.ts'
import { readable } from '../support/log/readable.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'
import { assertSound, type FoundSale, salesAtRest, sellProbe } from './probe-sales.ts'

// A disk that lies about a sync may lose the end of the write-ahead log at a power cut. What is
// before the cut is then the log; what was acknowledged after it is gone, and the CRM may have
// records that nobody knows of. What holds then is said by the tests.

const CUT_EVERY_BYTES = countOf('WAL_CUT_BYTES')

/** Prefixes of the log of which the recovery is run. */
const RECOVERIES = countOf('WAL_CUT_RECOVERIES')

const SALES = 10
const LATENCY_MS = 20

/** Sales with an event in one commit, from which on it counts as a group of many. */
const MANY = 5

/** Bytes of the WAL's header and of a frame's, and places in them (https://sqlite.org/fileformat2.html#walformat). */
const WAL_HEADER = { bytes: 32, pageBytesAt: 8, saltsAt: 16 }
const FRAME_HEADER = { bytes: 24, pagesAfterCommitAt: 4, saltsAt: 8 }
const SALTS_BYTES = 8
const ANSWER_WITHIN_MS = 30_000
const READ_MAX = 1_000

/** In memory where there is such a place: thousands of syncs are not what is tried here. */
const PLACE = !('Deno' in globalThis) && existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** What a gateway that was killed in mid-work left behind. */
type Left = {
  readonly stage: Stage
  readonly database: Buffer
  readonly wal: Buffer
  /** The log as it is read with the whole of the WAL. */
  readonly events: readonly EventRecord[]
}

describe('A write-ahead log that is cut', () => {
  it('is an exact beginning of the log at every cut, and what it knows comes to rest', async (t) => {
    // All sales go on together, so that each commit is that of a group.
    const settings = { ZOHO_MAX_CONCURRENCY: '25' }
    await using stage = await makeStage({ latencyMs: LATENCY_MS, settleMs: 100, settings })
    const left = await killInMidWork(stage)
    const lengths = await readAtEveryCut(left)
    assert.equal(lengths.at(-1), left.events.length)
    const groups = await readGroups(left)
    const cutsInMany = assertWholeGroups(lengths, groups)

    const distinct = [...new Set(lengths)]
    const step = Math.max(1, (distinct.length - 1) / (RECOVERIES - 1))
    const crm = recordsOf(stage.fake)
    const counts = { strays: 0 }
    let recoveries = 0
    for (let place = 0; place <= distinct.length - 1; place += step) {
      const cutAt = lengths.indexOf(distinct[Math.round(place)] ?? 0) * CUT_EVERY_BYTES
      putRecords(stage.fake, crm)
      await recoverFrom(left, cutAt, counts)
      recoveries += 1
    }
    t.diagnostic(
      `${lengths.length} cuts, ${cutsInMany} of them within a group of many; ` +
        `${distinct.length} beginnings of ${left.events.length} events; ` +
        `${recoveries} recoveries, ${counts.strays} records for zoho orphans`,
    )
  })
})

async function killInMidWork(stage: Stage): Promise<Left> {
  await using gateway = await stage.start()
  for (const nth of [3, 6]) {
    stage.fake.faults.add({ operation: 'create:Sales_Orders', nth, kind: { type: 'refuse' } })
  }
  const asked = Array.from({ length: SALES }, (_, index) => {
    const key = index % 2 === 0 ? { key: `order-${index}` } : {}
    return sellProbe(gateway.url, stage, { quantity: index + 1, ...key }, ANSWER_WITHIN_MS)
  })
  // Some are done, and some are not.
  let done = 0
  const half = Promise.withResolvers<void>()
  for (const answer of asked) {
    void answer.then(() => {
      done += 1
      if (done === SALES / 2) half.resolve()
    })
  }
  await half.promise
  await gateway.kill()
  await Promise.all(asked)
  stage.fake.faults.clear()
  const file = path.join(stage.folder, 'gateway.db')
  const [database, wal] = await Promise.all([readFile(file), readFile(`${file}-wal`)])
  const copy = await openCut(database, wal)
  return { stage, database, wal, events: copy.events }
}

/** How many events are read at each cut, the shortest first, the last one of nothing cut off. */
async function readAtEveryCut({ database, wal, events }: Left): Promise<readonly number[]> {
  const lengths: number[] = []
  for (let bytes = 0; bytes < wal.length + CUT_EVERY_BYTES; bytes += CUT_EVERY_BYTES) {
    const cut = await openCut(database, wal.subarray(0, bytes))
    assert.deepEqual(cut.events, events.slice(0, cut.events.length))
    assert.ok(cut.events.length >= (lengths.at(-1) ?? 0), 'a longer WAL has fewer events')
    lengths.push(cut.events.length)
  }
  return lengths
}

/** The bytes of one commit in the WAL, and its events. */
type Group = {
  readonly from: number
  readonly to: number
  /** Events of the log once it is there. */
  readonly length: number
  readonly sales: number
}

async function readGroups({ database, wal, events }: Left): Promise<readonly Group[]> {
  const groups: Group[] = []
  let before = (await openCut(database, wal.subarray(0, 0))).events.length
  let from = WAL_HEADER.bytes
  for (const to of commitEnds(wal)) {
    const { length } = (await openCut(database, wal.subarray(0, to))).events
    const sales = new Set(events.slice(before, length).flatMap(({ saleId }) => saleId ?? [])).size
    groups.push({ from, to, length, sales })
    before = length
    from = to
  }
  return groups
}

/** Where each commit ends: after the frame that says how many pages the database has then. */
function commitEnds(wal: Buffer): readonly number[] {
  const frameBytes = FRAME_HEADER.bytes + wal.readUInt32BE(WAL_HEADER.pageBytesAt)
  const saltsAt = (at: number) => wal.subarray(at, at + SALTS_BYTES)
  const ends: number[] = []
  for (let at = WAL_HEADER.bytes; at + frameBytes <= wal.length; at += frameBytes) {
    // What follows is left over from before the WAL was begun anew.
    if (!saltsAt(at + FRAME_HEADER.saltsAt).equals(saltsAt(WAL_HEADER.saltsAt))) break
    if (wal.readUInt32BE(at + FRAME_HEADER.pagesAfterCommitAt) > 0) ends.push(at + frameBytes)
  }
  return ends
}

/** A cut within the frames of a group loses the whole group. Returns how many there are in groups of many. */
function assertWholeGroups(lengths: readonly number[], groups: readonly Group[]): number {
  let cutsInMany = 0
  for (const [index, length] of lengths.entries()) {
    const bytes = index * CUT_EVERY_BYTES
    const kept = groups.findLast(({ to }) => to <= bytes)
    assert.equal(length, kept?.length ?? lengths[0], `cut at ${bytes}`)
    const cut = groups.find(({ from, to }) => from < bytes && bytes < to)
    if (cut !== undefined && cut.sales >= MANY) cutsInMany += 1
  }
  assert.ok(cutsInMany > 0, 'no group of many was cut')
  return cutsInMany
}

async function openCut(database: Buffer, wal: Buffer) {
  await using files = await putFiles(database, wal)
  const store = await openStore(files.file)
  const events = readable(await store.saleReader.events(0, READ_MAX))
  await store.close()
  assertSound(files.file)
  assertRowsAgree(files.file)
  return { events }
}

/** Each sale's row is that of its last event, and each claim is that of a sale. */
function assertRowsAgree(file: string): void {
  const sqlite = new SqliteDatabase(file, { readonly: true })
  const count = (sql: string) => sqlite.prepare(sql).pluck().get()
  try {
    const events = count('select count(*) from event where sale_id is not null')
    assert.equal(count('select coalesce(sum(sequence), 0) from sale'), events)
    const isOfNone = 'sale_id not in (select sale_id from sale)'
    assert.equal(count(`select count(*) from idempotency_claim where ${isOfNone}`), 0)
  } finally {
    sqlite.close()
  }
}

async function putFiles(database: Buffer, wal: Buffer) {
  const folder = await mkdtemp(path.join(PLACE, 'plg-gateway-cut-'))
  const file = path.join(folder, 'gateway.db')
  await writeFile(file, database)
  await writeFile(`${file}-wal`, wal)
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Starts the service on the cut log, over a CRM that has what was sent before the kill. A sale of
 * which nothing was lost ends whole, or with nothing left. Of the others, and of sales that the
 * cut log never heard of, records may be left; each is named by `zoho orphans`.
 */
async function recoverFrom(
  { stage, database, wal, events }: Left,
  bytes: number,
  counts: { strays: number },
): Promise<void> {
  await using files = await putFiles(database, wal.subarray(0, bytes))
  const store = await openStore(files.file)
  try {
    const known = await store.saleReader.events(0, READ_MAX)
    const lost = new Set(events.slice(known.length).map(({ saleId }) => saleId))
    await using app = await makeTestService(
      { SALE_DEADLINE_MS: '30000' },
      { fake: stage.fake, store, time: makeTrueTestTime() },
    )
    const url = await app.server.listen({ host: '127.0.0.1', port: 0 })
    const sales = await salesAtRest(url, stage)
    assert.equal(sales.size, new Set(known.flatMap(({ saleId }) => saleId ?? [])).size)

    const named = new Set<string>()
    const { admin, requestTimeoutMs } = adminAtFake({}, { fake: stage.fake })
    const clock = hastyClock()
    await makeFindOrphans({ admin, saleReader: store.saleReader, clock, requestTimeoutMs })(
      ({ id }) => named.add(id),
    )
    for (const sale of sales.values()) {
      if (!lost.has(sale.saleId as SaleId)) assertWholeOrNothing(stage.fake.records, sale)
    }
    assertNamed(stage.fake, sales, named)
    counts.strays += named.size
    // Deno does not take a connection that has brought nothing for an idle one, and waits for it.
    app.server.server.closeAllConnections()
  } finally {
    await store.close()
  }
}

/** Each record that carries a reference is one of a completed sale, or is named. */
function assertNamed(
  fake: FakeZoho,
  sales: ReadonlyMap<number, FoundSale>,
  named: ReadonlySet<string>,
): void {
  const completed = new Set<string>()
  for (const sale of sales.values()) {
    if (sale.status !== 'completed') continue
    assertWholeOrNothing(fake.records, sale)
    completed.add(sale.saleId)
  }
  for (const module of ['Deals', 'Quotes', 'Sales_Orders'] as const) {
    for (const record of fake.records.live(module)) {
      const [saleId = ''] = String(record['Gateway_Reference']).split(':')
      assert.ok(
        completed.has(saleId) || named.has(record.id),
        `${module} ${record.id} is not named`,
      )
    }
  }
}

function recordsOf(fake: FakeZoho) {
  return MODULE_NAMES.map((module) => [module, fake.records.live(module)] as const)
}

function putRecords(fake: FakeZoho, crm: ReturnType<typeof recordsOf>): void {
  fake.records.clear()
  for (const [module, records] of crm) {
    for (const record of records) fake.records.add(module, record)
  }
}
