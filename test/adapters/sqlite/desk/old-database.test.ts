import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import type { DecimalText } from '../../../../src/domain/money.ts'
import { dealCreated, now, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeFolder, openStores } from '../open-stores.ts'

/** The first migration that knows amounts. */
const FIRST = '015'

/** The amount of each sale; one was never priced. */
const AMOUNTS: readonly (readonly [string, string?] | undefined)[] = [
  ['2599.80'],
  ['39.98', 'USD'],
  ['1500', 'JPY'],
  undefined,
  ['0.05', 'EUR'],
  ['9999999999999.99'],
  ['99999999999999.99', 'TRY'],
  ['000000000000000.1'],
]

async function addSales({ sales }: a.Stores): Promise<void> {
  for (const [index, amounts] of AMOUNTS.entries()) {
    const saleId = a.saleIdOf(index + 1)
    await sales.begin(a.firstOf(saleId), undefined, now)
    if (amounts === undefined) continue
    const [amount, currency] = amounts
    const data = { ...priced.data, amount: amount as DecimalText }
    const event = { ...priced, data: currency === undefined ? data : { ...data, currency } }
    const rest = index % 2 === 0 ? a.completed : [dealCreated]
    await sales.append(a.appendOf(saleId, [requested], [event, ...rest]))
  }
}

describe('A database of the version before the desk', () => {
  it('gets the amounts of its sales from the log, as if they had been there from the start', async () => {
    await using folder = await makeFolder()
    const [path, oldPath] = [folder.path, `${folder.path}.old`]
    await using stores = await openStores(path)
    await addSales(stores)

    const before = Object.entries(migrations).filter(([name]) => name < FIRST)
    const old = openDatabase(oldPath)
    await migrate(old, Object.fromEntries(before))
    await old.close()
    const raw = new SqliteDatabase(oldPath)
    raw.prepare('attach ? as fresh').run(path)
    const columns = raw
      .prepare<[], string>("select name from pragma_table_info('sale')")
      .pluck()
      .all()
    raw.exec(`
      insert into event select * from fresh.event order by position;
      insert into sale select ${columns.join(', ')} from fresh.sale;
    `)
    raw.close()

    await using migrated = await openStores(oldPath)
    const rowsOf = ({ database }: typeof migrated) =>
      database.kysely.selectFrom('sale').selectAll().orderBy('first_position').execute()
    const rows = await rowsOf(migrated)
    assert.deepEqual(rows, await rowsOf(stores))
    assert.deepEqual(
      rows.map((row) => [row.amount_units, row.amount_decimals, row.currency]),
      [
        [259_980, 2, null],
        [3_998, 2, 'USD'],
        [1_500, 0, 'JPY'],
        [null, null, null],
        [5, 2, 'EUR'],
        [999_999_999_999_999, 2, null],
        [null, null, 'TRY'],
        [null, null, null],
      ],
    )
    assert.deepEqual(await migrated.saleTotals.totals({}), await stores.saleTotals.totals({}))
    const found = await migrated.finds.ofRecord(dealCreated.data.dealId, 99)
    assert.equal(found.length, AMOUNTS.length - 1)
    assert.deepEqual(found, await stores.finds.ofRecord(dealCreated.data.dealId, 99))
  })

  it('opens with events that are no JSON, as after a damage of the disk, and finds the others', async () => {
    await using folder = await makeFolder()
    const [path, oldPath] = [folder.path, `${folder.path}.old`]
    await using stores = await openStores(path)
    await addSales(stores)
    const before = Object.entries(migrations).filter(([name]) => name < FIRST)
    const old = openDatabase(oldPath)
    await migrate(old, Object.fromEntries(before))
    await old.close()
    const raw = new SqliteDatabase(oldPath)
    raw.pragma('ignore_check_constraints = on')
    raw.prepare('attach ? as fresh').run(path)
    raw.exec(`
      insert into event select position, sale_id, sequence, type,
        case when sale_id = (select sale_id from fresh.event where position = 1)
          then substr(body, 1, length(body) - 10) else body end
      from fresh.event order by position
    `)
    raw.close()

    await using migrated = await openStores(oldPath)
    const found = await migrated.finds.ofRecord(dealCreated.data.dealId, 99)
    assert.equal(found.length, AMOUNTS.length - 2)
  })
})
