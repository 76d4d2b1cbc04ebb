// The floor of a durable sale: five events one after the other, in plain group commits of SQLite.

import { createServer } from 'node:http'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { callOf } from './port-crm.ts'
import { ended, given, serving } from './protocol.ts'

/** Characters of the JSON of each event of a sale of two lines, as ours are; the last is two events. */
const EVENTS = [
  ['SaleRequested', 501],
  ['SalePriced', 567],
  ['DealCreated', 464],
  ['QuoteCreated', 468],
  ['SalesOrderCreated', 744],
] as const

/** The first two events have one call between them, as the price is read after the request. */
const EVENTS_BEFORE_THE_LAST_CALL = EVENTS.length - 1

const { port, crmMs, dataDir } = given()
const call = callOf(crmMs)
const sqlite = new SqliteDatabase(path.join(dataDir, 'floor.db'))
sqlite.pragma('journal_mode = WAL')
sqlite.pragma('synchronous = FULL')
sqlite.exec(
  'create table event (id text primary key, sale_id text not null, sequence integer not null, body text not null) without rowid',
)
const insert = sqlite.prepare('insert into event values (?, ?, ?, ?)')
const begin = sqlite.prepare('begin immediate')
const commit = sqlite.prepare('commit')

type Append = {
  readonly row: readonly [string, string, number, string]
  readonly done: () => void
}
// Bounded by the callers of the load: each waits for its own append.
let group: Append[] = []

/** Resolves when the event is on disk, with all others of this turn of the loop. */
function append(saleId: string, sequence: number, body: string): Promise<void> {
  if (group.length === 0) setImmediate(flush)
  return new Promise((done) => void group.push({ row: [uuidv7(), saleId, sequence, body], done }))
}

function flush(): void {
  const written = group
  group = []
  begin.run()
  for (const { row } of written) insert.run(...row)
  commit.run()
  for (const { done } of written) done()
}

async function sell(request: unknown): Promise<void> {
  const saleId = uuidv7()
  for (const [index, [type, size]] of EVENTS.entries()) {
    const text = JSON.stringify({ type, saleId, at: new Date().toISOString(), data: request })
    await append(saleId, index + 1, text.padEnd(size))
    if (index < EVENTS_BEFORE_THE_LAST_CALL) await call()
  }
}

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text) => {
    body += text
  })
  request.on('end', async () => {
    await sell(JSON.parse(body))
    response.setHeader('content-type', 'application/json')
    response.end('{"status":"success","message":"Success."}')
  })
})
server.listen(port, '127.0.0.1', () => serving(server.address()))
await ended()
server.close()
sqlite.close()
process.exit(0)
