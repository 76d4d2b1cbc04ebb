import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../src/adapters/fake-zoho/world/sample-data.ts'
import type { Stage } from '../../src/infrastructure/demo/stage.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'

const POLL_MS = 20
const AT_REST_WITHIN_MS = 20_000
const MAIL_POLL_MS = 100
/** A collected mail leaves 30 s after its first sale; the rest is for a slow machine. */
const TOLD_WITHIN_MS = 50_000

/** A sale that a test requests. No other has its quantity, so that it is found in the log. */
export type ProbeSale = { readonly quantity: number; readonly key?: string }

/** The answer that its caller received; `undefined` without an answer. */
export type Told = {
  readonly status: number
  readonly saleId: string | null
  readonly retryAfter: string | null
}

export async function sellProbe(
  url: string,
  stage: Stage,
  { quantity, key }: ProbeSale,
  withinMs: number,
): Promise<Told | undefined> {
  const products = [{ productId: SAMPLE_PRODUCT_IDS[0], quantity }]
  try {
    const { status, headers } = await fetch(`${url}/createSales`, {
      method: 'POST',
      headers: {
        'x-api-key': stage.key,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify({ contactId: SAMPLE_CONTACT_ID, products }),
      signal: AbortSignal.timeout(withinMs),
    })
    return { status, saleId: headers.get('sale-id'), retryAfter: headers.get('retry-after') }
  } catch {
    return undefined
  }
}

export async function readiness(url: string): Promise<number> {
  return (await fetch(`${url}/readyz`)).status
}

type LogEvent = {
  readonly position: number
  readonly saleId: string | null
  readonly sequence: number | null
  readonly type: string
  readonly data: { readonly products?: readonly { readonly quantity: number }[] }
}

export type FoundSale = {
  readonly saleId: string
  readonly status: string
  readonly types: readonly string[]
}

/** The sale of each quantity, as the log at `url` has it once all sales are at rest. */
export async function salesAtRest(
  url: string,
  stage: Stage,
): Promise<ReadonlyMap<number, FoundSale>> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const sales = salesIn(await wholeLog(url, stage))
    const running = [...sales.values()].filter((sale) => !isAtRest(sale))
    if (running.length === 0) return sales
    assert.ok(waitedMs < AT_REST_WITHIN_MS, `not at rest in time: ${JSON.stringify(running)}`)
    await sleep(POLL_MS)
  }
}

/** Read by its pages; contiguous from the first position, or the test fails. */
async function wholeLog(url: string, { key }: Stage): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = []
  for (;;) {
    const answer: Response = await fetch(`${url}/log?limit=1000&after=${events.length}`, {
      headers: { 'x-api-key': key },
    })
    assert.equal(answer.status, 200)
    const lines = (await answer.text()).split('\n').filter((line) => line !== '')
    for (const line of lines) {
      const event: LogEvent = JSON.parse(line)
      events.push(event)
      assert.equal(event.position, events.length)
    }
    if (lines.length < 1_000) return events
  }
}

function salesIn(events: readonly LogEvent[]): ReadonlyMap<number, FoundSale> {
  const byId = Map.groupBy(events, ({ saleId }) => saleId)
  byId.delete(null)
  const sales = new Map<number, FoundSale>()
  for (const [saleId, own] of byId) {
    const quantity = own[0]?.data.products?.[0]?.quantity
    assert.ok(saleId !== null && quantity !== undefined, 'a sale begins with its request')
    assert.ok(!sales.has(quantity), `two sales for one request: ${quantity}`)
    const types = own.map(({ type }) => type)
    assert.deepEqual(
      own.map(({ sequence }) => sequence),
      own.map((_, index) => index + 1),
    )
    sales.set(quantity, { saleId, types, status: statusOf(types) })
  }
  return sales
}

function statusOf(types: readonly string[]): string {
  if (types.includes('SaleCompleted')) return 'completed'
  return types.includes('SaleRolledBack') ? 'rolled_back' : 'running'
}

/** A completed sale with an unanswered step is checked once more, and `SaleSettled` records it. */
function isAtRest({ status, types }: FoundSale): boolean {
  if (status !== 'completed') return status === 'rolled_back'
  const sent = types.slice(types.indexOf('SalePriced'), types.indexOf('SalesOrderCreated'))
  const isOpen = sent.includes('CreateUnanswered') || sent.includes('SaleInterrupted')
  return !isOpen || types.includes('SaleSettled')
}

/** The answer of a caller agrees with the log, and the log with the CRM and the mails. */
export async function assertTrue(
  stage: Stage,
  probe: ProbeSale,
  told: Told | undefined,
  sale: FoundSale | undefined,
): Promise<void> {
  if (told !== undefined) assert.ok([200, 500, 503].includes(told.status), `told ${told.status}`)
  if (told?.status === 200) assert.equal(sale?.status, 'completed')
  if (told?.status === 500) assert.equal(sale?.status, 'rolled_back')
  if (told?.status === 503) {
    assert.equal(sale, undefined, `turned away, and recorded: ${probe.quantity}`)
    assert.ok(told.retryAfter !== null)
    assert.equal(told.saleId, null)
  }
  if (sale === undefined) return
  if (told?.saleId) assert.equal(told.saleId, sale.saleId)
  assertWholeOrNothing(stage.fake.records, sale)
  if (sale.status === 'rolled_back') {
    assert.ok(await isNamed(path.join(stage.folder, 'mail'), sale.saleId), 'nobody was told')
  }
}

/** Whether a mail names the sale, its own or, where many failed at once, one that collects them. */
async function isNamed(folder: string, saleId: string): Promise<boolean> {
  const line = `Sale ID: ${saleId}`
  for (let waitedMs = 0; waitedMs < TOLD_WITHIN_MS; waitedMs += MAIL_POLL_MS) {
    const names = existsSync(folder) ? await readdir(folder) : []
    for (const name of names.filter((one) => one.endsWith('.eml'))) {
      if ((await readFile(path.join(folder, name), 'utf8')).includes(line)) return true
    }
    await sleep(MAIL_POLL_MS)
  }
  return false
}

/** No process may have it open. */
export function assertSound(database: string): void {
  const sqlite = new SqliteDatabase(database)
  try {
    assert.deepEqual(sqlite.pragma('integrity_check'), [{ integrity_check: 'ok' }])
  } finally {
    sqlite.close()
  }
}
