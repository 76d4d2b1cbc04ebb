import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { sql } from 'kysely'
import { makeSqlCheckpointLog } from '../../../../src/adapters/sql/checkpoints/sql-checkpoint-log.ts'
import type { LogGroup } from '../../../../src/adapters/sql/log/rows/log-group.ts'
import { makeSqlLogTree } from '../../../../src/adapters/sql/log/sql-log-tree.ts'
import { openCheckpointFile } from '../../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError, errorCode } from '../../../../src/application/base/errors.ts'
import type { CheckpointFile } from '../../../../src/application/checkpoints/checkpoint-file.port.ts'
import { makeSignCheckpoint } from '../../../../src/application/checkpoints/sign-checkpoint.ts'
import { GATEWAY } from '../../../../src/application/log/event-record.ts'
import { summarize } from '../../../../src/application/log/sale-summary.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import { replay } from '../../../../src/domain/sale/evolve.ts'
import { countStatements } from '../../../support/counted-statements.ts'
import { dealCreated, now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { filesIn, findingsOf, type LogFiles, signer } from '../../../support/log/audit-log.ts'
import { readable } from '../../../support/log/readable.ts'
import { makeFolder, openStores } from '../open-stores.ts'

const SALES = 70
const ids = Array.from({ length: SALES }, (_, index) => a.saleIdOf(index + 1))
const [one, other, third] = [a.saleIdOf(1), a.saleIdOf(2), a.saleIdOf(3)]

const reopened = { type: 'CrmAccountReopened', at: now, data: {} } as const

function look(day: number) {
  return { type: 'AuditorLooked', at: now, data: { day: `2026-11-${day}`, what: '/log' } } as const
}

/** A log in files, which is verified as an auditor does it; with what it asks of SQLite. */
async function openLog(sees: (size: number) => void = () => undefined) {
  const folder = await makeFolder()
  const files = filesIn(folder.folder)
  const counted = countStatements()
  const stores = await openStores(files.db)
  const inner = openCheckpointFile(files.checkpoints)
  const file: CheckpointFile = {
    ...inner,
    replace: (expected, next) => {
      sees(next.size)
      return inner.replace(expected, next)
    },
  }
  const tree = makeSqlLogTree(stores.database)
  const log = makeSqlCheckpointLog(stores.database, stores.writer)
  const sign = makeSignCheckpoint({ tree, log, file, signer, clock: new ManualClock() })
  await sign('start')
  counted.reset()
  return {
    ...stores,
    files,
    sign,
    commits: () => counted.run.filter((text) => text === 'commit').length,
    begins: () => counted.run.filter((text) => text === 'begin immediate').length,
    findings: () => findingsOf(files),
    async [Symbol.asyncDispose]() {
      counted[Symbol.dispose]()
      await stores[Symbol.asyncDispose]()
      file.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('A group', () => {
  it('of streams of all kinds is one transaction, which an auditor finds right', async () => {
    await using t = await openLog()
    await Promise.all(ids.slice(0, 40).map((id) => t.sales.begin(a.firstOf(id), undefined, now)))
    assert.equal(t.commits(), 1)
    const mail = a.mailOf(one)
    await Promise.all([
      t.sales.append(a.appendOf(one, [requested], [priced], [mail])),
      t.eventLog.record(reopened, GATEWAY),
      t.sales.append(a.appendOf(other, [requested], [priced, dealCreated])),
      t.sales.append(a.appendOf(one, [requested, priced], [dealCreated, a.failed])),
      t.eventLog.recordOnce(look(23), a.actor),
      t.eventLog.recordOnce(look(23), a.actor),
      t.sales.begin(a.firstOf(a.saleIdOf(99)), a.claim, now),
      t.sales.append(a.appendOf(a.saleIdOf(99), [requested], [priced])),
      t.keys.create({ client: 'x', scopes: [], createdAt: now, expiresAt: null }, a.operator),
      t.eventLog.recordOnce(look(24), a.actor),
      t.sales.append(a.appendOf(third, [requested], [priced, dealCreated, a.failed])),
      t.sales.append(
        a.appendOf(third, [requested, priced, dealCreated, a.failed], a.rolledBack.slice(0, 1)),
      ),
      t.sales.append(a.appendOf(one, [requested, priced, dealCreated, a.failed], a.rolledBack)),
    ])
    assert.deepEqual([t.commits(), t.begins()], [2, 2])
    const [waiting] = await t.outbox.due(now, 9)
    assert.ok(waiting)
    const before = [requested, priced, dealCreated, a.failed, ...a.rolledBack.slice(0, 1)]
    await Promise.all([
      t.outbox.markSent(waiting, now, a.BY_SMTP),
      t.sales.append(a.appendOf(third, before, a.rolledBack.slice(1))),
    ])
    assert.deepEqual([t.commits(), t.begins()], [3, 3])
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('after group of mixed streams, with more writes than one takes, is found right', async () => {
    await using t = await openLog()
    const steps = [[priced], [dealCreated], [a.failed], a.rolledBack]
    let before: readonly SaleEvent[] = [requested]
    await Promise.all(ids.map((id) => t.sales.begin(a.firstOf(id), undefined, now)))
    for (const [step, events] of steps.entries()) {
      // Each time in another order, so that the streams of a group differ.
      const mixed = [...ids.slice(step * 13), ...ids.slice(0, step * 13)]
      await Promise.all(
        mixed.flatMap((id, index) => [
          t.sales.append(a.appendOf(id, before, events)),
          ...(index % 9 === 0 ? [t.eventLog.record(reopened, GATEWAY)] : []),
          ...(index === 30 ? [t.sign('asked')] : []),
        ]),
      )
      before = [...before, ...events]
    }
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
    assert.ok(t.commits() < 40, `${t.commits()} commits`)
  })

  it('is not written again for a conflict in it', async () => {
    await using t = await openLog()
    await t.sales.begin(a.firstOf(one), undefined, now)
    const ended = await Promise.allSettled([
      t.sales.append(a.appendOf(one, [requested], [priced])),
      t.sales.append(a.appendOf(one, [requested], [a.failed])),
      t.eventLog.record(reopened, GATEWAY),
    ])
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual([t.commits(), t.begins()], [2, 2])
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('leaves the row of a sale as its last write has it, also where rows were read between', async () => {
    await using t = await openLog()
    await t.sales.begin(a.firstOf(one), undefined, now)
    const back = a.appendOf(one, [requested, a.failed], a.rolledBack)
    const summary = summarize(replay(one, [requested]))
    await Promise.all([
      t.sales.append(a.appendOf(one, [requested], [a.failed])),
      t.eventLog.recordOnce(look(23), a.actor),
      t.sales.append({ ...back, summary }),
    ])
    assert.equal((await t.saleReader.list({ limit: 1 })).sales[0]?.status, 'in_progress')
    assert.deepEqual(await t.sales.unfinished(undefined, 1), [one])
  })

  it('that failed leaves nothing behind, in the file or in memory', async () => {
    await using t = await openLog()
    await t.sales.begin(a.firstOf(one), undefined, now)
    const full = async (group: LogGroup) => {
      group.appendOwn([reopened], GATEWAY)
      await group.writeRows()
      throw new AppError('unavailable', 'the disk is full')
    }
    const ended = await Promise.allSettled([
      t.sales.append(a.appendOf(one, [requested], [priced])),
      t.eventLog.recordOnce(look(23), a.actor),
      t.sales.begin(a.firstOf(other), a.claim, now),
      t.writer.write({ hasOwn: true, write: full }),
    ])
    for (const end of ended) {
      assert.ok(end.status === 'rejected' && errorCode(end.reason) === 'unavailable')
    }
    assert.equal(await t.sales.findClaim(a.claim, now), undefined)
    await Promise.all([
      t.sales.append(a.appendOf(one, [requested], [priced])),
      t.eventLog.recordOnce(look(23), a.actor),
      t.sales.begin(a.firstOf(other), a.claim, now),
    ])
    assert.deepEqual(
      readable(await t.saleReader.events(0, 9)).map(({ type }) => type),
      ['SaleRequested', 'SalePriced', 'AuditorLooked', 'SaleRequested'],
    )
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('with a bug in one write stores each of the others once, in order', async () => {
    await using t = await openLog()
    await t.sales.begin(a.firstOf(one), undefined, now)
    const bug = async (group: LogGroup) => {
      group.appendToSale(one, [a.failed], GATEWAY)
      await group.writeRows()
      throw new Error('a bug')
    }
    const [first, failing, second, third] = await Promise.allSettled([
      t.sales.append(a.appendOf(one, [requested], [priced])),
      t.writer.write({ saleId: one, write: bug }),
      t.sales.append(a.appendOf(one, [requested, priced], [dealCreated])),
      t.eventLog.record(reopened, GATEWAY),
    ])
    assert.ok(failing?.status === 'rejected' && /a bug/.test(String(failing.reason)))
    for (const end of [first, second, third]) assert.equal(end?.status, 'fulfilled')
    assert.deepEqual(await t.sales.load(one), [requested, priced, dealCreated])
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('names no event of memory where another process has written since', async () => {
    await using t = await openLog()
    await using beside = await openStores(t.files.db)
    await t.sales.begin(a.firstOf(one), undefined, now)
    await t.sales.append(a.appendOf(one, [requested], [priced]))
    await beside.sales.append(a.appendOf(one, [requested, priced], [dealCreated]))
    await t.sales.append(a.appendOf(one, [requested, priced, dealCreated], [a.failed]))
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('whose commit failed is not remembered: what another process stored instead counts', async () => {
    await using t = await openLog()
    await using beside = await openStores(t.files.db)
    await t.sales.begin(a.firstOf(one), undefined, now)
    const failsAtCommit = async (group: LogGroup) => {
      group.appendToSale(one, [{ ...priced, at: a.later(1) }], GATEWAY)
      await sql`pragma defer_foreign_keys = on`.execute(group.tx)
      const noMail = { sale_id: one, mail_id: 4_711, failed_at: now, facts: null }
      await group.tx.insertInto('mailed_failure').values(noMail).execute()
    }
    await assert.rejects(t.writer.write({ saleId: one, write: failsAtCommit }), /FOREIGN KEY/)
    await beside.sales.append(a.appendOf(one, [requested], [priced]))
    await t.sales.append(a.appendOf(one, [requested, priced], [dealCreated]))
    await t.sign('asked')
    assert.deepEqual(await t.findings(), [])
  })

  it('is waited for by who closes', async () => {
    await using folder = await makeFolder()
    const stores = await openStores(folder.path)
    const writing = ids.map((id) => stores.sales.begin(a.firstOf(id), undefined, now))
    await Promise.all([...writing, stores[Symbol.asyncDispose]()])
    await using again = await openStores(folder.path)
    assert.equal((await again.saleReader.events(0, SALES * 2)).length, SALES)
  })
})

/** How many events another process finds in the log. */
function committedIn({ db }: LogFiles) {
  const raw = new SqliteDatabase(db, { readonly: true })
  const count = raw.prepare<[], number>('select count(*) from event').pluck()
  return { committed: () => count.get() ?? 0, [Symbol.dispose]: () => raw.close() }
}

/** Microtasks: many more than a group takes. */
const STEPS = 1_000

type Seen = { readonly size: number; readonly committed: number }

describe('The size of the tree', () => {
  it('is that of committed events, whenever it is asked for while a group is written', async () => {
    await using t = await openLog()
    using beside = committedIn(t.files)
    const tree = makeSqlLogTree(t.database)
    const asked: Promise<Seen>[] = []
    const asking: Promise<void>[] = []
    const ask = async () => {
      for (let step = 0; step < STEPS; step += 1) {
        asked.push(tree.size().then((size) => ({ size, committed: beside.committed() })))
        await Promise.resolve()
      }
    }
    await Promise.all([
      t.writer.write({ write: async () => void asking.push(ask()) }),
      ...ids.slice(0, 20).map((id) => t.sales.begin(a.firstOf(id), undefined, now)),
    ])
    await Promise.all(asking)
    const seen = await Promise.all(asked)
    for (const { size, committed } of seen) assert.ok(size <= committed, `${size}, ${committed}`)
    assert.equal(seen.length, STEPS)
  })
})

describe('A checkpoint that is signed while much is written', () => {
  it('covers only what is on disk, and is written outside of the log after it', async () => {
    const seen: Seen[] = []
    let committed = () => 0
    await using t = await openLog((size) => void seen.push({ size, committed: committed() }))
    using beside = committedIn(t.files)
    committed = beside.committed
    const signing: Promise<unknown>[] = []
    for (let turn = 0; turn < ids.length; turn += 5) {
      // From within the group, at another moment of it each time.
      const sign = async () => {
        for (let step = 0; step < turn * 4; step += 1) await Promise.resolve()
        await t.sign('asked')
      }
      await Promise.all([
        t.writer.write({ write: async () => void signing.push(sign()) }),
        ...ids.slice(turn, turn + 5).map((id) => t.sales.begin(a.firstOf(id), undefined, now)),
      ])
    }
    await Promise.all(signing)
    assert.ok(seen.length > signing.length)
    for (const { size, committed } of seen.slice(1))
      assert.ok(size <= committed, `${size}, ${committed}`)
    assert.ok(new Set(seen.map(({ size }) => size)).size > 6)
    assert.deepEqual(await t.findings(), [])
  })
})
