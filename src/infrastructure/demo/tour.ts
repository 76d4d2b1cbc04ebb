import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../adapters/fake-zoho/world/sample-data.ts'
import { type TimelineSale, timeline } from '../cli/sales/timeline.ts'
import { type Client, makeClient } from './client.ts'
import type { GatewayProcess } from './gateway-process.ts'
import { makeStage, type Stage } from './stage.ts'

const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: SAMPLE_PRODUCT_IDS.map((productId, i) => ({ productId, quantity: 2 + i * 3 })),
}

/** About what Zoho needs at best, so that there is a middle to crash in. */
const LATENCY_MS = 40

/** Long enough to be seen in the timeline, short enough to wait for. */
const SETTLE_MS = 1_500

const MAIL_WITHIN_MS = 10_000
const POLL_MS = 50

type Say = (line: string) => void

/**
 * Shows the whole service at work, on a fake Zoho in this process and a gateway in another that
 * is really killed. Ends by itself.
 *
 * @throws {Error} when something did not go as it is told.
 */
export async function tour(say: Say): Promise<void> {
  await using stage = await makeStage({ latencyMs: LATENCY_MS, settleMs: SETTLE_MS })
  let gateway = await stage.start()
  try {
    say(`A gateway serves ${gateway.url}; behind it is a fake Zoho in another process.`)
    await lookUp(makeClient(gateway.url, stage.key), say)
    await sellOnce(makeClient(gateway.url, stage.key), say)
    await failAtSalesOrder(stage, makeClient(gateway.url, stage.key), say)

    chapter(say, 'A crash in mid-sale, without an Idempotency-Key')
    await crashAfterQuote(stage, gateway, undefined, say)
    gateway = await stage.start()
    say('Started again. The caller can never learn of this sale, so it is rolled back:')
    await showNewest(makeClient(gateway.url, stage.key), 'rolled_back', say)

    chapter(say, 'The same crash, with an Idempotency-Key')
    await crashAfterQuote(stage, gateway, 'order-4711', say)
    gateway = await stage.start()
    say('Started again. The caller will ask again with its key, so the sale goes on:')
    const client = makeClient(gateway.url, stage.key)
    await showNewest(client, 'completed', say)
    const again = await client.sell(SALE, 'order-4711')
    say(`The caller asks again: ${again?.status} ${again?.text} (replayed: ${again?.replayed})`)
    showCrm(stage, say)
  } finally {
    await gateway.stop()
  }
}

function chapter(say: Say, title: string): void {
  say('')
  say(`── ${title}`)
}

async function lookUp(client: Client, say: Say): Promise<void> {
  chapter(say, 'A contact look-up')
  const contact = await client.get('/getContact?email=info@poligonmuhendislik.com')
  say(`GET /getContact?email=info@poligonmuhendislik.com: ${contact.status}`)
  say(contact.text)
}

async function sellOnce(client: Client, say: Say): Promise<void> {
  chapter(say, 'A sale')
  const sold = await client.sell(SALE)
  say(`POST /createSales: ${sold?.status} ${sold?.text}`)
  await showNewest(client, 'completed', say)
}

async function failAtSalesOrder(stage: Stage, client: Client, say: Say): Promise<void> {
  chapter(say, 'A sale that Zoho refuses at the Sales Order')
  stage.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
  const failed = await client.sell(SALE)
  say(`POST /createSales: ${failed?.status} ${failed?.text}`)
  const sale = await showNewest(client, 'rolled_back', say)
  say('The mail to the IT team:')
  const mail = await mailAbout(sale.saleId, path.join(stage.folder, 'mail'))
  for (const line of mail) say(`  | ${line}`)
}

/** Kills the gateway the moment Zoho has made the Quote and the answer has not left yet. */
async function crashAfterQuote(
  stage: Stage,
  gateway: GatewayProcess,
  idempotencyKey: string | undefined,
  say: Say,
): Promise<void> {
  const { hooks } = stage.fake
  hooks.after = async (operation) => {
    if (operation !== 'create:Quotes') return
    hooks.after = undefined
    await gateway.kill()
  }
  const answer = await makeClient(gateway.url, stage.key).sell(SALE, idempotencyKey)
  say('POST /createSales, and kill -9 when Zoho has made the Quote and nobody knows it yet.')
  say(answer === undefined ? 'The caller saw its connection break.' : `Answer: ${answer.text}`)
}

async function showNewest(client: Client, expected: string, say: Say): Promise<TimelineSale> {
  const sale = await client.newestAtRest()
  for (const line of timeline(sale)) say(line)
  if (sale.status !== expected) throw new Error(`expected a sale that is ${expected}`)
  return sale
}

/** The lines of a sale's mail, which may come a moment after the answer. */
async function mailAbout(saleId: string, folder: string): Promise<readonly string[]> {
  const file = path.join(folder, `${saleId}.failed.eml`)
  for (let waitedMs = 0; waitedMs < MAIL_WITHIN_MS; waitedMs += POLL_MS) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return text.trimEnd().split('\n')
    await sleep(POLL_MS)
  }
  throw new Error('no mail was written in time')
}

function showCrm(stage: Stage, say: Say): void {
  chapter(say, 'What is in the CRM now')
  for (const module of ['Deals', 'Quotes', 'Sales_Orders'] as const) {
    const live = stage.fake.records.live(module).length
    const gone = stage.fake.records.bin(module).length
    say(`${module.padEnd(13)} ${live} live, ${gone} deleted`)
    if (live !== 2) throw new Error(`expected the records of two sales in ${module}`)
  }
}
