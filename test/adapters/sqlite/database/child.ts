// A second process on the same database, which does one task and reports it.
import { once } from 'node:events'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { makeLogWriter } from '../../../../src/adapters/sql/log/rows/log-writer.ts'
import { makeSqlSaleStore } from '../../../../src/adapters/sql/sale/sql-sale-store.ts'
import { openDatabase } from '../../../../src/adapters/sqlite/database/database.ts'
import { migrate } from '../../../../src/adapters/sqlite/database/migrate.ts'
import { takeServingLock } from '../../../../src/adapters/sqlite/database/serving-lock.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'

/** How many keys two processes fight for. */
const KEYS = 40

/** How long a lock is kept that somebody else waits for. */
const HOLD_MS = 200

const [task = '', path = '', number = '0'] = process.argv.slice(2)

process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdout.write(`${JSON.stringify(await run())}\n`)
process.stdin.resume()

async function run(): Promise<unknown> {
  switch (task) {
    case 'serve':
      return takeServingLock(path) === undefined ? 'refused' : 'serves'
    case 'serve briefly': {
      const lock = takeServingLock(path)
      setTimeout(() => lock?.release(), HOLD_MS)
      return 'serves'
    }
    case 'lock briefly': {
      const other = new SqliteDatabase(path)
      other.exec('begin exclusive')
      setTimeout(() => other.close(), HOLD_MS)
      return 'locked'
    }
    case 'migrate': {
      const database = openDatabase(path)
      await migrate(database, migrations)
      await database.close()
      return 'migrated'
    }
    case 'begin': {
      const database = openDatabase(path)
      const writer = makeLogWriter(database, setImmediate)
      const sales = makeSqlSaleStore(database, writer)
      const holders: string[] = []
      for (let key = 1; key <= KEYS; key++) {
        const saleId = a.saleIdOf(Number(number) * 1_000 + key)
        const claim = { ...a.claim, key: `order-${key}` }
        const taken = await sales.begin(a.firstOf(saleId), claim, now)
        holders.push(taken?.saleId ?? saleId)
      }
      return holders
    }
    default:
      throw new Error(`no such task: ${task}`)
  }
}
