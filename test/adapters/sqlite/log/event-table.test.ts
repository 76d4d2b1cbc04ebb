import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { openStores } from '../open-stores.ts'

const first = a.saleIdOf(1)
const second = a.saleIdOf(2)

/** Two sales with two events each, at positions 1 and 3, 2 and 4. */
async function openFour() {
  const stores = await openStores()
  for (const id of [first, second]) await stores.sales.begin(a.firstOf(id), undefined, now)
  for (const id of [first, second]) {
    await stores.sales.append(a.appendOf(id, [requested], [priced]))
  }
  return stores
}

type Place = {
  readonly position: number | null
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type?: string
}

const whole = { version: 1, at: '', data: {} }

/** `verb` with an event whose body agrees with its columns, but for what `other` says. */
function put(verb: string, place: Place, other: Readonly<Record<string, unknown>> = {}) {
  const { position, saleId, sequence, type = 'SaleCompleted' } = place
  const body = JSON.stringify({ ...whole, position, saleId, sequence, type, ...other })
  return sql`${sql.raw(verb)} into event (position, sale_id, sequence, type, body)
    values (${position}, ${saleId}, ${sequence}, ${type}, ${body})`
}

const next = { position: 5, saleId: first, sequence: 3 }
const taken = { position: 3, saleId: first, sequence: 2 }

describe('the event table', () => {
  // what is tried, the statement, what SQLite says
  const REFUSED: readonly (readonly [string, RawBuilder<unknown>, RegExp])[] = [
    ['an update', sql`update event set type = 'x' where position = 1`, /append only/],
    [
      'an update or replace',
      sql`update or replace event set position = 2 where position = 1`,
      /append only/,
    ],
    ['a delete', sql`delete from event where position = 4`, /append only/],
    ['a replaced position', put('insert or replace', taken), /not the next/],
    ['a replaced sequence', put('replace', { ...taken, position: 5 }), /not the next/],
    ['an ignored insert', put('insert or ignore', taken), /not the next/],
    [
      'an upsert',
      sql`${put('insert', taken)} on conflict (position) do update set type = excluded.type`,
      /not the next/,
    ],
    ['a gap in the positions', put('insert', { ...next, position: 6 }), /not the next/],
    ['a position that SQLite picks', put('insert', { ...next, position: null }), /not the next/],
    ['a gap in a sale', put('insert', { ...next, sequence: 4 }), /not the next/],
    [
      'a sale that begins at 2',
      put('insert', { ...next, saleId: 'x', sequence: 2 }),
      /not the next/,
    ],
    ['a sale without sequence', put('insert', { ...next, sequence: null }), /not the next/],
    ['a sequence without sale', put('insert', { ...next, saleId: null }), /CHECK/],
    ['a body of another position', put('insert', next, { position: 4 }), /CHECK/],
    ['a body of another sale', put('insert', next, { saleId: second }), /CHECK/],
    ['a body of no sale', put('insert', next, { saleId: null }), /CHECK/],
    ['a body of another sequence', put('insert', next, { sequence: 2 }), /CHECK/],
    ['a body of another type', put('insert', next, { type: 'SaleSettled' }), /CHECK/],
    [
      'a body without its type',
      sql`insert into event values (5, null, null, 'MailSent', '{"position":5}')`,
      /CHECK/,
    ],
    ['a body that is no JSON', sql`insert into event values (5, null, null, 'x', '{')`, /JSON/],
  ]
  for (const [name, statement, message] of REFUSED) {
    it(`refuses ${name}, and stays as it was`, async () => {
      await using stores = await openFour()
      const before = await stores.saleReader.events(0, 9)
      await assert.rejects(statement.execute(stores.database.kysely), message)
      assert.deepEqual(await stores.saleReader.events(0, 9), before)
      assert.equal(before.length, 4)
    })
  }

  it('takes the next event of a sale, and one that belongs to none', async () => {
    await using stores = await openFour()
    await put('insert', next).execute(stores.database.kysely)
    const other = { position: 6, saleId: null, sequence: null }
    await put('insert', other).execute(stores.database.kysely)
    await put('insert', { ...other, position: 7 }).execute(stores.database.kysely)
    assert.equal((await stores.saleReader.events(0, 9)).length, 7)
  })

  it('refuses a replacement also where recursive triggers are off', async () => {
    await using stores = await openFour()
    await sql`pragma recursive_triggers = off`.execute(stores.database.kysely)
    const statement = put('insert or replace', taken)
    await assert.rejects(statement.execute(stores.database.kysely), /not the next/)
  })
})
