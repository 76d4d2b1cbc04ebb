// Moves a log from SQLite to PostgreSQL, and from there back.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import type { CopyEnd } from '../../../../src/adapters/sql/copies/copy-end.ts'
import { requireServable } from '../../../../src/adapters/sql/copies/servable.ts'
import { dealCreated, now, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import {
  copyAs,
  fillLog,
  ownEnd,
  portsOf,
  UNFINISHED,
  withServerEnd,
} from '../../../support/log/log-to-move.ts'
import { migratedDatabase, settingsOf } from '../../postgres/open-stores.ts'
import { openStores } from '../../sqlite/open-stores.ts'
import { rowsIn } from './copied-rows.ts'

const FROM = 'sqlite:/data/gateway.db'

/** A log in SQLite, an empty database in a server, and an empty one in SQLite. */
async function withThree(
  work: (from: CopyEnd, server: CopyEnd, back: CopyEnd) => Promise<void>,
  isLong = false,
): Promise<void> {
  await using source = await openStores()
  await using empty = await openStores()
  await fillLog(source.database, isLong)
  await withServerEnd(settingsOf(await migratedDatabase()), (server) =>
    work(ownEnd(source.database, FROM), server, ownEnd(empty.database, 'sqlite:/data/back.db')),
  )
}

/** Shows that an unfinished sale, its key and its mails go on, and that what is there is still guarded. */
async function assertGoesOn({ database }: CopyEnd): Promise<void> {
  await requireServable(database)
  const store = portsOf(database)
  assert.deepEqual(await store.sales.unfinished(undefined, 2), [UNFINISHED])
  assert.deepEqual(await store.sales.findClaim(a.claim, now), {
    saleId: UNFINISHED,
    sameRequest: true,
  })
  assert.deepEqual(
    (await store.keys.list()).map(({ client }) => client),
    ['zoe', 'ada'],
  )
  const due = await store.outbox.due(a.later(9), 9)
  assert.deepEqual(
    due.map(({ saleIds }) => saleIds),
    [[a.saleIdOf(3)], [a.saleIdOf(4)]],
  )
  const size = await store.tree.size()
  const mail = a.failureMailOf(1, a.later(9))
  await store.sales.append(a.appendOf(UNFINISHED, [requested, dealCreated], [a.failed], [mail]))
  assert.equal(await store.tree.size(), size + 1)
  assert.equal((await store.outbox.due(a.later(99_999), 9)).length, 3)
  await assert.rejects(sql`delete from event`.execute(database.kysely))
  await assert.rejects(
    sql`insert into event (position, type, body) values (${size + 3}, 'A', '{}')`.execute(
      database.kysely,
    ),
  )
}

describe('A log that is moved', () => {
  it('has every row in PostgreSQL and, moved back, in SQLite, and two events more each time', async () => {
    await withThree(async (from, server, back) => {
      const before = await rowsIn(from.database.kysely)
      const copied = await copyAs(from, server)
      const there = await rowsIn(server.database.kysely)
      const { event: events = [], tree_node: nodes, ...rest } = before
      assert.deepEqual(
        { ...there, event: there['event']?.slice(0, -2) },
        {
          ...rest,
          event: events,
          tree_node: there['tree_node'],
          token_shelf: [{ id: 1, sealed: Buffer.from([1, 2, 3]), claimed_until: 0 }],
        },
      )
      assert.deepEqual(there['tree_node']?.slice(0, nodes?.length), nodes)
      assert.equal(copied.events, events.length + 1)
      await copyAs(server, back)
      const again = await rowsIn(back.database.kysely)
      assert.deepEqual(again['event']?.slice(0, -2), there['event'])
      const types = again['event']?.slice(-4).map((row) => (row as { type: string }).type)
      assert.deepEqual(types, ['LogMoved', 'LogArrived', 'LogMoved', 'LogArrived'])
      assert.deepEqual(
        { ...again, event: [], tree_node: [] },
        { ...there, event: [], tree_node: [] },
      )
    })
  })

  it('goes on in PostgreSQL, and after that in SQLite', async () => {
    await withThree(async (from, server) => {
      await copyAs(from, server)
      await assertGoesOn(server)
    })
    await withThree(async (from, server, back) => {
      await copyAs(from, server)
      await copyAs(server, back)
      await assertGoesOn(back)
    })
  })

  it('leaves nothing to a gateway that was stopped for longer than its lease, and wakes', async () => {
    await withThree(async (from, server, back) => {
      await copyAs(from, server)
      const { instances } = portsOf(server.database)
      const stopped = await instances.join('stopped', -1)
      assert.equal(await instances.claim(stopped, UNFINISHED), true)
      await copyAs(server, back)
      assert.equal(await instances.renew(stopped, 60_000), 'dead')
      assert.deepEqual(await instances.owned(stopped, undefined, 9), [])
    })
  })

  it('is copied in pages', async () => {
    await withThree(async (from, server, back) => {
      const { events, rows } = await copyAs(from, server)
      assert.deepEqual([events, rows['sale']], [615, 604])
      assert.equal((await copyAs(server, back)).events, 617)
    }, true)
  })

  it('is not copied twice: a second call finds that all is done', async () => {
    await withThree(async (from, server, back) => {
      const { root } = await copyAs(from, server)
      await portsOf(server.database).outbox.makeAllDue(now)
      const again = await copyAs(from, server)
      assert.deepEqual([again.isDone, again.root], [true, root])
      await copyAs(server, back)
      assert.equal((await copyAs(from, server)).isDone, true)
    })
  })

  it('says where it is, takes nothing more, and is not served', async () => {
    await withThree(async (from, server, back) => {
      const open = portsOf(from.database)
      const openThere = portsOf(server.database)
      const key = { client: 'b', scopes: [], createdAt: now, expiresAt: null }
      await copyAs(from, server)
      await assert.rejects(requireServable(from.database), /moved to postgres:.*set DATABASE_URL/)
      await assert.rejects(open.keys.create(key, a.operator), /the log was moved/)
      await copyAs(server, back)
      await assert.rejects(requireServable(server.database), /moved to sqlite:\/data\/back\.db/)
      await assert.rejects(openThere.keys.create(key, a.operator), /the log was moved/)
    })
  })
})
