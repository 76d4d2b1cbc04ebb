// Runs the statement by which docs/scaling.md marks a restored database.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { connect, migratedDatabase } from './open-stores.ts'

describe('The statement that marks a restored database', () => {
  it('holds the sales of all that the log has, as the mark of a backup does', async () => {
    const [, statement = assert.fail()] =
      /`(insert into copy_mark [^`]+)`/.exec(readFileSync('docs/scaling.md', 'utf8')) ?? []
    await using stores = connect(await migratedDatabase())
    await sql`update log_head set size = 3`.execute(stores.database.kysely)
    assert.equal(await stores.copied.isCopy(), false)
    await sql.raw(statement).execute(stores.database.kysely)
    assert.equal(await stores.copied.isCopy(), true)
    const { rows } = await sql<{ position: number; old: boolean }>`
      select position, made_at not between
        extract(epoch from now()) * 1000 - 60000 and extract(epoch from now()) * 1000 + 1 as old
      from copy_mark`.execute(stores.database.kysely)
    assert.deepEqual(rows, [{ position: 3, old: false }])
  })
})
