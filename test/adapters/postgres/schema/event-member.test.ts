// Shows that a member of an event's body is found whatever the body holds.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { eventRow, migratedUrl, openAt } from './example-schema.ts'

describe('event_member', () => {
  it('is the text of a member, or null', async () => {
    await using database = openAt(await migratedUrl())
    const { kysely } = database
    const member = async (body: string, ...path: readonly string[]) => {
      const names = sql.join(path.map((name) => sql.lit(name)))
      const { rows } = await sql<{
        text: string | null
      }>`select event_member(${body}, ${names}) as text`.execute(kysely)
      return rows[0]?.text
    }
    const body = JSON.stringify({
      data: { id: 'ä', none: null, inner: { id: 'x' } },
      number: 7,
    })
    assert.equal(await member(body, 'data', 'id'), 'ä')
    assert.equal(await member(body, 'number'), '7')
    assert.equal(await member(body, 'data', 'none'), null)
    assert.equal(await member(body, 'data', 'no', 'such'), null)
    const NO_JSON = ['', 'no JSON', '{"data":{"id":"x"}', '['.repeat(1_000_000)]
    for (const none of NO_JSON) assert.equal(await member(none, 'data', 'id'), null)

    const hard = JSON.stringify({ data: { id: 'x' }, text: 'a\u0000\u0000b\\u0000c\\\u0000' })
    assert.equal(await member(hard, 'data', 'id'), 'x')
    assert.equal(await member(hard, 'text'), 'a\ufffd\ufffdb\\u0000c\\\ufffd')
    assert.equal(await member('{"id":"x","half":"\\ud83d.\\ude00"}', 'id'), 'x')
    assert.equal(await member('{"half":"\\ud83d.\\ude00"}', 'half'), '\ufffd.\ufffd')
  })

  it('finds an event by the index, also one whose body holds U+0000', async () => {
    await using database = openAt(await migratedUrl())
    const { kysely } = database
    const data = { dealId: '77', name: 'a\u0000b' }
    const rows = [
      eventRow(1),
      eventRow(2, 'a', 1, { type: 'DealCreated', data }),
      eventRow(3, 'a', 2, { type: 'RecordNamed', data: { id: '78' } }),
    ]
    await kysely.insertInto('event').values(rows).execute()
    const types = sql.raw(`'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'RecordNamed',
      'OrphanDeleted', 'OrphanDeleteFailed'`)
    const found = sql<{ position: number }>`
      select position from event where type in (${types})
      and case type when 'DealCreated' then event_member(body, 'data', 'dealId')
        when 'QuoteCreated' then event_member(body, 'data', 'quoteId')
        when 'SalesOrderCreated' then event_member(body, 'data', 'salesOrderId')
        else event_member(body, 'data', 'id') end = '77'`
    assert.deepEqual((await found.execute(kysely)).rows, [{ position: 2 }])
    const plan = await kysely.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx)
      return sql`explain ${found}`.execute(tx)
    })
    assert.match(JSON.stringify(plan.rows), /event_record/)
  })
})
