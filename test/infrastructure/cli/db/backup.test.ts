import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import type { Operation } from '../../../../src/adapters/fake-zoho/faults/operation.ts'
import { makeClient } from '../../../../src/infrastructure/demo/client.ts'
import {
  environmentOf,
  gatewayCommand,
  startGateway,
} from '../../../../src/infrastructure/demo/gateway-process.ts'
import { makeStage, type Stage } from '../../../../src/infrastructure/demo/stage.ts'
import { countOf } from '../../../support/counts.ts'
import { SALE } from '../../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../../support/gateway/run-gateway.ts'
import { until } from '../../../support/time/until.ts'
import { assertWholeOrNothing } from '../../../support/whole-or-nothing.ts'

const CALLERS = 8
const BACKUPS = countOf('BACKUPS')
const KILLS = countOf('BACKUP_KILLS')
/** Longer than any backup here takes. */
const NEVER_MS = 20_000

type Row = { readonly position: number; readonly body: string }

function open(file: string) {
  const sqlite = new SqliteDatabase(file)
  return {
    all: <T>(query: string) => sqlite.prepare(query).all() as T[],
    run: (query: string, ...values: unknown[]) => sqlite.prepare(query).run(...values),
    [Symbol.dispose]: () => sqlite.close(),
  }
}

const events = (sqlite: ReturnType<typeof open>) =>
  sqlite.all<Row>('select position, body from event order by position')

/** Whole by itself: SQLite finds no fault, no event is missing, and each sale is as long as it says. */
function assertWhole(file: string): readonly Row[] {
  using sqlite = open(file)
  assert.deepEqual(sqlite.all('pragma integrity_check'), [{ integrity_check: 'ok' }])
  const rows = events(sqlite)
  for (const [i, row] of rows.entries()) assert.equal(row.position, i + 1)
  const torn = sqlite.all(
    `select sale_id from sale where sequence <>
      (select count(*) from event where event.sale_id = sale.sale_id)`,
  )
  assert.deepEqual(torn, [])
  const strays = sqlite.all(
    'select sale_id from event where sale_id is not null and sale_id not in (select sale_id from sale)',
  )
  assert.deepEqual(strays, [])
  return rows
}

describe('gateway db backup', () => {
  it('copies the database of a service under load, each copy whole and as of one moment', async (t) => {
    await using stage = await makeStage({ latencyMs: 2, settleMs: 200 })
    await using gateway = await stage.start()
    const client = makeClient(gateway.url, stage.key)
    let isSelling = true
    let sold = 0
    const caller = async () => {
      while (isSelling) if ((await client.sell(SALE))?.status === 200) sold += 1
    }
    const callers = Array.from({ length: CALLERS }, caller)
    const copies: { file: string; position: number; soldBefore: number; size: number }[] = []
    // Apart from the database: `audit verify --db` takes the checkpoints that are beside a file.
    const folder = path.join(stage.folder, 'copies')
    await mkdir(folder)
    for (let number = 1; number <= BACKUPS; number += 1) {
      const file = path.join(folder, `copy-${number}.db`)
      const soldBefore = sold
      const made = await runGateway(['db', 'backup', file, '--json'], stage.settings)
      assert.equal(made.code, 0, made.stderr)
      const { position, events, checkpoint } = JSON.parse(made.stdout)
      assert.equal(events, position)
      copies.push({ file, position, soldBefore, size: checkpoint.size })
    }
    isSelling = false
    await Promise.all(callers)
    assert.equal(await gateway.stop(), 0)
    const all = assertWhole(path.join(stage.folder, 'gateway.db'))
    for (const { file, position, soldBefore, size } of copies) {
      // No checkpoint of a copy covers an event that it lacks.
      assert.ok(size > 0 && size <= position)
      assert.equal((await stat(file)).mode & 0o777, 0o600)
      assert.deepEqual(assertWhole(file), all.slice(0, position))
      using sqlite = open(file)
      const [done] = sqlite.all<{ count: number }>(
        "select count(*) as count from sale where status = 'completed'",
      )
      assert.ok(done !== undefined && done.count >= soldBefore, 'an answered sale is missing')
    }
    const names = [...(await readdir(stage.folder)), ...(await readdir(folder))]
    assert.deepEqual(
      names.filter((name) => /part|copy-\d+\.db-/.test(name)),
      [],
    )
    for (const { file } of copies) {
      const verified = await runGateway(['audit', 'verify', '--db', file], stage.settings)
      assert.equal(verified.code, 0, verified.stdout)
    }
    t.diagnostic(
      `${BACKUPS} backups of up to ${copies.at(-1)?.position} events, ${sold} sales sold`,
    )
  })

  it('refuses a file that is there, with 2 and one line', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: folder.path }
    await runGateway(['sales', 'list', '--create'], settings)
    const file = path.join(folder.path, 'copy.db')
    const first = await runGateway(['db', 'backup', file], settings)
    assert.deepEqual([first.code, first.stdout], [0, ''])
    const before = await stat(file)
    const second = await runGateway(['db', 'backup', file], settings)
    assert.deepEqual([second.code, second.stderr], [2, `backup: ${file} is there already\n`])
    assert.equal((await stat(file)).ino, before.ino)
    const nowhere = `${folder.path}/new`
    const empty = await runGateway(['db', 'backup', `${file}2`], { DATA_DIR: nowhere })
    const why = `backup: there is no database at ${nowhere}/gateway.db\n`
    assert.deepEqual([empty.code, empty.stderr], [2, why])
  })

  it('leaves a whole file or none when it is killed', async (t) => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: folder.path }
    await runGateway(['sales', 'list', '--create'], settings)
    fill(path.join(folder.path, 'gateway.db'))
    const out = path.join(folder.path, 'out')
    await mkdir(out)
    const tookMs = await killedBackup(path.join(out, 'copy.db'), settings, NEVER_MS)
    let whole = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      const file = path.join(out, 'copy.db')
      await rm(out, { recursive: true })
      await mkdir(out)
      await killedBackup(file, settings, (tookMs * kill) / KILLS)
      if ((await readdir(out)).includes('copy.db')) {
        assertWhole(file)
        whole += 1
      }
    }
    t.diagnostic(`${KILLS} kills within ${Math.round(tookMs)} ms, ${whole} of them too late`)
    assert.ok(whole < KILLS, 'no kill came in time')
  })
})

/** Enough to copy for a kill to fall into it. */
function fill(file: string): void {
  using sqlite = open(file)
  sqlite.run(
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
    insert into outbox (message_id, about, subject, text, created_at, attempts, due_at, sent_at)
    select 'm' || i, 'failed', 's', hex(randomblob(1000)), 0, 0, 0, 0 from n`,
  )
}

/** Kills the command so many milliseconds after its draft is there; says how long it went on. */
async function killedBackup(
  file: string,
  settings: Readonly<Record<string, string>>,
  afterMs: number,
): Promise<number> {
  const command = gatewayCommand(['db', 'backup', file])
  const child = spawn(command.file, command.args, { env: environmentOf(settings), stdio: 'ignore' })
  const ended = once(child, 'exit')
  await until('the draft is there', async () => (await readdir(path.dirname(file))).length > 0)
  const begin = performance.now()
  await Promise.race([ended, sleep(afterMs, undefined, { ref: false })])
  if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, 'SIGKILL')
  await ended
  return performance.now() - begin
}

/** Makes the next call of this kind wait, so that its sale is in progress meanwhile. */
function hold(stage: Stage, operation: Operation) {
  const arrived = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  stage.fake.hooks.before = (met) => {
    if (met !== operation) return
    stage.fake.hooks.before = undefined
    arrived.resolve()
    return letGo.promise
  }
  return { arrived: arrived.promise, release: letGo.resolve }
}

/** The stage with the copy in place of its database, as the restore is described. */
async function restored(stage: Stage, file: string) {
  const folder = path.join(stage.folder, 'restored')
  await mkdir(folder)
  await copyFile(file, path.join(folder, 'gateway.db'))
  // The key is kept beside the copy: a start under another one is refused.
  await copyFile(path.join(stage.folder, 'audit.key'), path.join(folder, 'audit.key'))
  const settings = { ...stage.settings, DATA_DIR: folder }
  // A copy knows less than the newest checkpoint, or the file of it is not there at all.
  const taken = await runGateway(['audit', 'accept-loss', '--reason', 'restored'], settings)
  assert.equal(taken.code, 0, taken.stderr)
  return settings
}

const held = (lines: readonly string[]) =>
  lines.flatMap((line) => /gateway sales resume (\S+)/.exec(line)?.[1] ?? [])

describe('A gateway started on a restored copy', () => {
  it('touches no half-finished sale until it is named, and sells on', async () => {
    await using stage = await makeStage({
      latencyMs: 2,
      settleMs: 300,
      settings: { ZOHO_REQUEST_TIMEOUT_MS: '30000' },
    })
    const gateway = await stage.start()
    const client = makeClient(gateway.url, stage.key)
    // One whose caller will be told 200 after the copy was made, one that is half-way for ever.
    const atDeal = hold(stage, 'create:Deals')
    const completing = client.sell(SALE, 'order-4711')
    await atDeal.arrived
    const atOrder = hold(stage, 'create:Sales_Orders')
    const dying = client.sell(SALE)
    await atOrder.arrived
    const file = path.join(stage.folder, 'copy.db')
    assert.equal((await runGateway(['db', 'backup', file], stage.settings)).code, 0)
    atDeal.release()
    const completed = await completing
    assert.equal(completed?.status, 200)
    await gateway.kill()
    atOrder.release()
    assert.equal(await dying, undefined)

    const settings = await restored(stage, file)
    const callsBefore = stage.fake.journal.length
    let dyingId = ''
    {
      await using again = await startGateway(settings)
      const named = held(again.lines)
      assert.equal(named.length, 2)
      assert.ok(completed?.saleId && named.includes(completed.saleId))
      dyingId = named.find((id) => id !== completed.saleId) ?? ''
      assert.match(
        again.lines.join('\n'),
        /restored copy, or a loss of its log was accepted\. 2 sales/,
      )
      const caller = makeClient(again.url, stage.key)
      const replay = await caller.sell(SALE, 'order-4711')
      assert.deepEqual([replay?.status, replay?.saleId], [409, completed.saleId])
      await sleep(1_500)
      const touched = stage.fake.journal
        .slice(callsBefore)
        .filter(({ operation }) => /^(create|delete):/.test(operation))
      assert.deepEqual(touched, [])
      assert.equal((await caller.sell(SALE))?.status, 200)
      const sale = await caller.newestAtRest()
      assertWholeOrNothing(stage.fake.records, sale)

      const asked = await runGateway(['sales', 'resume', dyingId, '--json'], settings)
      assert.equal(asked.code, 0, asked.stderr)
      assert.match(asked.stderr, /^The running gateway was asked to roll back sale/)
      assert.deepEqual(
        { ...JSON.parse(asked.stdout), actor: null, position: 0 },
        {
          saleId: dyingId,
          status: 'in_progress',
          held: true,
          actor: null,
          position: 0,
          served: true,
        },
      )
      await until(
        'it is rolled back',
        async () => (await statusOf(caller, dyingId)) === 'rolled_back',
      )
      assertWholeOrNothing(stage.fake.records, { saleId: dyingId, status: 'rolled_back' })
      assert.equal(await statusOf(caller, completed.saleId), 'in_progress')
      assertWholeOrNothing(stage.fake.records, { saleId: completed.saleId, status: 'completed' })
      assert.equal(await again.stop(), 0)
    }

    // Named while nobody serves: the next start does it, and has nothing to hold any more.
    const asked = await runGateway(['sales', 'resume', completed?.saleId ?? ''], settings)
    assert.match(
      asked.stderr,
      /^No gateway is running on this database\. The next one is asked to roll back/,
    )
    assert.equal(asked.code, 0)
    await using last = await startGateway(settings)
    assert.deepEqual(held(last.lines), [])
    const caller = makeClient(last.url, stage.key)
    const saleId = completed?.saleId ?? ''
    await until('it is rolled back', async () => (await statusOf(caller, saleId)) === 'rolled_back')
    // All three records, of which the copy knew none.
    assertWholeOrNothing(stage.fake.records, { saleId, status: 'rolled_back' })
    assert.equal((await caller.sell(SALE, 'order-4711'))?.status, 500)
    const [again, unknown] = await Promise.all([
      runGateway(['sales', 'resume', saleId], settings),
      runGateway(['sales', 'resume', saleId.replace(/^...../, '00000')], settings),
    ])
    assert.deepEqual(
      [again.code, again.stderr],
      [1, `Sale ${saleId} is rolled back. There is nothing left to do for it.\n`],
    )
    assert.equal(unknown.code, 1)
    assert.match(unknown.stderr, /^There is no sale/)
    assert.equal(await last.stop(), 0)
  })
})

async function statusOf(client: ReturnType<typeof makeClient>, saleId: string): Promise<string> {
  return JSON.parse((await client.get(`/sales/${saleId}`)).text).status
}
