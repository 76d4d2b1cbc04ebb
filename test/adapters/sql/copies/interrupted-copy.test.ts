// Interrupts a move after each of its changes, and does the rest of it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CopyEnd } from '../../../../src/adapters/sql/copies/copy-end.ts'
import { requireServable, unfinishedCopy } from '../../../../src/adapters/sql/copies/servable.ts'
import { ChangeCount } from '../../../support/log/fail-at.ts'
import { copyAs, fillLog, ownEnd, withServerEnd } from '../../../support/log/log-to-move.ts'
import { migratedDatabase, settingsOf } from '../../postgres/open-stores.ts'
import { openStores } from '../../sqlite/open-stores.ts'
import { rowsIn } from './copied-rows.ts'

/** More than a copy of the log of these tests has. */
const CHANGES_MAX = 200

/** Changes by which each call gets further in a server, where each takes its time. */
const STEP = 3

const INTERRUPTED = new Error('interrupted')

/** @returns whether it was all done before so many changes */
async function copyUpTo(changes: number, from: CopyEnd, to: CopyEnd): Promise<boolean> {
  const count = new ChangeCount(changes, () => {
    throw INTERRUPTED
  })
  try {
    await copyAs(count.of(from), count.of(to))
    return true
  } catch (error) {
    if (error === INTERRUPTED || (error as Error).cause === INTERRUPTED) return false
    throw error
  }
}

/** Each of the two, as far as it is a copy or was moved, is refused until the move is whole. */
async function assertNeverTwo(from: CopyEnd, to: CopyEnd): Promise<void> {
  const isCopy = (await unfinishedCopy(to.database.kysely)) !== undefined
  if (isCopy) await assert.rejects(requireServable(to.database), /unfinished copy/)
  const refused = await requireServable(from.database).then(
    () => false,
    () => true,
  )
  assert.ok(isCopy || !refused || (await isServable(to)), 'one of the two goes on')
}

async function isServable({ database }: CopyEnd): Promise<boolean> {
  await requireServable(database)
  return true
}

/** What a copy has of its source, and how many events it has more: those of the move. */
async function assertCopied(from: CopyEnd, to: CopyEnd, more: number): Promise<void> {
  const source = await rowsIn(from.database.kysely)
  const copy = await rowsIn(to.database.kysely)
  const { event = [], tree_node: nodes = [] } = source
  assert.equal(copy['event']?.length, event.length + more)
  assert.deepEqual(
    {
      ...copy,
      event: copy['event']?.slice(0, event.length),
      tree_node: copy['tree_node']?.slice(0, nodes.length),
    },
    { ...source, token_shelf: [{ id: 1, sealed: Buffer.from([1, 2, 3]), claimed_until: 0 }] },
  )
}

describe('An interrupted move', () => {
  it('is done by the next call, after whichever change it was interrupted', async () => {
    let changes = 0
    for (let isDone = false; !isDone; changes += 1) {
      assert.ok(changes < CHANGES_MAX)
      await using source = await openStores()
      await using target = await openStores()
      await fillLog(source.database)
      const [from, to] = [ownEnd(source.database, 'a'), ownEnd(target.database, 'b')]
      isDone = await copyUpTo(changes, from, to)
      await assertNeverTwo(from, to)
      await copyAs(from, to)
      await assertCopied(from, to, 1)
    }
    assert.ok(changes > 20, `${changes}`)
  })

  it('gets to its end in PostgreSQL, and back, by calls of which each gets a little further', async () => {
    await using source = await openStores()
    await using empty = await openStores()
    await fillLog(source.database)
    await withServerEnd(settingsOf(await migratedDatabase()), async (server) => {
      const file = ownEnd(source.database, 'a')
      for (const [from, to] of [
        [file, server],
        [server, ownEnd(empty.database, 'b')],
      ] as const) {
        let changes = 0
        while (!(await copyUpTo(changes, from, to))) {
          await assertNeverTwo(from, to)
          changes += STEP
          assert.ok(changes < CHANGES_MAX)
        }
        await requireServable(to.database)
        await assertCopied(from, to, 1)
      }
    })
  })
})
