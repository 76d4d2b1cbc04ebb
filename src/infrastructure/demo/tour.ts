// What `gateway demo` shows, chapter by chapter: a look-up, a sale, a failure, a crash, the count.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SALE_MODULES } from '../../adapters/fake-zoho/schema/modules.ts'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../adapters/fake-zoho/world/sample-data.ts'
import { ENGLISH } from '../../application/words/english.ts'
import { eventWords } from '../../application/words/event-words.ts'
import { plainText } from '../../application/words/sentence.ts'
import { type Client, makeClient, type ShownSale } from './client.ts'
import type { GatewayProcess } from './gateway-process.ts'
import type { Screen } from './screen.ts'
import { makeStage, type Stage } from './stage.ts'
import { takeTally } from './tally.ts'

const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: SAMPLE_PRODUCT_IDS.map((productId, i) => ({ productId, quantity: 2 + i * 3 })),
}

const IDEMPOTENCY_KEY = 'order-4711'

/** About what Zoho needs at best, so that there is a middle to crash in. */
const LATENCY_MS = 40

/** Long enough to be seen in the events, short enough to wait for. */
const SETTLE_MS = 1_500

const MAIL_WITHIN_MS = 10_000
const POLL_MS = 50

type Scene = { readonly stage: Stage; readonly client: Client; readonly screen: Screen }

/**
 * Shows the whole service at work, on a fake Zoho in this process and a gateway in another that
 * is really killed. Ends by itself, or when `interrupted` resolves, and removes what it made.
 *
 * @throws {Error} when something ends in another way than the text promises.
 */
export async function tour(screen: Screen, interrupted: Promise<unknown>): Promise<void> {
  await using stage = await makeStage({ latencyMs: LATENCY_MS, settleMs: SETTLE_MS })
  let gateway = await stage.start()
  try {
    await Promise.race([showChapters(), interrupted])
  } finally {
    await gateway.stop()
  }

  async function showChapters(): Promise<void> {
    const sceneNow = (): Scene => ({ stage, client: makeClient(gateway.url, stage.key), screen })
    await lookUp(sceneNow(), gateway)
    await sellOnce(sceneNow())
    const failed = await failAtSalesOrder(sceneNow())
    await showMail(sceneNow(), failed)
    await crash(sceneNow(), gateway)
    gateway = await stage.start()
    await showRecovery(sceneNow())
    await conclude(sceneNow())
  }
}

async function lookUp({ client, screen }: Scene, { url }: GatewayProcess): Promise<void> {
  await screen.chapter('1 of 8: A contact look-up')
  screen.say(
    `A gateway now runs at ${url}, with a fake Zoho CRM behind it. ` +
      'Nothing leaves this machine, and nothing of the demo stays on it.',
  )
  screen.say('A program asks for a contact by e-mail address:')
  screen.gap()
  screen.item('  GET', '/getContact?email=info@poligonmuhendislik.com')
  const { status, text } = await client.get('/getContact?email=info@poligonmuhendislik.com')
  showAnswer(screen, status, text)
}

async function sellOnce({ client, screen }: Scene): Promise<void> {
  await screen.chapter('2 of 8: A sale')
  screen.say(
    'A sale is one request. The gateway makes three records in Zoho, a Deal, a Quote and a ' +
      'Sales Order, and answers when all three are there.',
  )
  await sell({ client, screen })
  screen.say('What the gateway recorded, with the seconds since the request:')
  showEvents(screen, endedAs('completed', await client.newestAtRest()))
}

async function failAtSalesOrder({ stage, client, screen }: Scene): Promise<ShownSale> {
  await screen.chapter('3 of 8: A sale that fails half-way')
  screen.say(
    'This time Zoho refuses the Sales Order. By then the Deal and the Quote are there, and ' +
      'without their Sales Order nobody wants them. The gateway deletes them again.',
  )
  stage.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
  await sell({ client, screen })
  const sale = endedAs('rolled_back', await client.newestAtRest())
  screen.say('What the gateway recorded:')
  showEvents(screen, sale)
  return sale
}

/** The header lines of a mail that a person reads; the others are for mail servers. */
const SHOWN_HEADERS = /^(From|To|Subject): /

async function showMail({ stage, screen }: Scene, { saleId }: ShownSale): Promise<void> {
  await screen.chapter('4 of 8: The mail about it')
  screen.say('Every sale that fails is reported to the IT team by mail:')
  screen.gap()
  const text = await mailAbout(saleId, path.join(stage.folder, 'mail'))
  const [headers = '', ...paragraphs] = text.trimEnd().split('\n\n')
  const shown = headers.split('\n').filter((line) => SHOWN_HEADERS.test(line))
  for (const line of shown) screen.item('  |', line)
  for (const paragraph of paragraphs) {
    screen.item('  |', '')
    // Prose is broken for a wider screen; other lines are names and values, or a command.
    const isProse = !/^(Error Message: | {4})/.test(paragraph)
    const lines = isProse ? [paragraph.replaceAll('\n', ' ')] : paragraph.split('\n')
    for (const line of lines) screen.item('  |', line)
  }
}

/** Kills the gateway at the moment that Zoho has made two Quotes and no answer has left. */
async function crash({ stage, client, screen }: Scene, gateway: GatewayProcess): Promise<void> {
  await screen.chapter('5 of 8: A crash in the middle of two sales')
  screen.say(
    'Two sales now run at once; the second carries an Idempotency-Key. At the worst moment, ' +
      'when Zoho has made both Quotes and the gateway does not know it yet, the process of the ' +
      'gateway is killed with SIGKILL, as by kill -9 or a power cut.',
  )
  const killed = killAtQuotes(stage, gateway, 2)
  const answers = await Promise.all([client.sell(SALE), client.sell(SALE, IDEMPOTENCY_KEY)])
  await killed
  screen.gap()
  for (const [index, answer] of answers.entries()) {
    const key = index === 0 ? '' : `, Idempotency-Key: ${IDEMPOTENCY_KEY}`
    screen.item('  POST', `/createSales${key}`)
    if (answer !== undefined) throw new Error('the demo: a sale was answered before the crash')
    screen.item('  ---', 'no answer: the connection broke', 'bad')
  }
  const [deals, quotes, orders] = SALE_MODULES.map((name) => stage.fake.records.live(name).length)
  screen.say(
    `Zoho now has ${deals} Deals, ${quotes} Quotes and ${orders} Sales Order: ` +
      'two sales are half-made, and nobody is working on them.',
  )
  screen.say('The gateway is started again. Nobody tells it what happened.')
}

async function killAtQuotes(stage: Stage, gateway: GatewayProcess, quotes: number): Promise<void> {
  const { hooks } = stage.fake
  const killed = Promise.withResolvers<void>()
  let made = 0
  hooks.after = async (operation) => {
    if (operation !== 'create:Quotes') return
    made += 1
    if (made === quotes) {
      hooks.after = undefined
      await gateway.kill()
      killed.resolve()
    }
    await killed.promise
  }
  return killed.promise
}

/** Sales that the crash met. */
const CRASHED_SALES = 2

async function showRecovery({ stage, client, screen }: Scene): Promise<void> {
  const newest = await client.sales(CRASHED_SALES)
  const sales = await Promise.all(newest.map(({ saleId }) => client.atRest(saleId)))
  const withKey = (sale: ShownSale) => sale.events[0]?.data['idempotent'] === true

  await screen.chapter('6 of 8: The sale without a key is rolled back')
  screen.say(
    'Its caller saw a broken connection and has no way to ask again. So the gateway takes ' +
      'back what was made, and also finds the Quote whose answer it never got:',
  )
  const undone = endedAs(
    'rolled_back',
    sales.find((sale) => !withKey(sale)),
  )
  showEvents(screen, undone)
  await mailAbout(undone.saleId, path.join(stage.folder, 'mail'))
  screen.say('The IT team has a mail about this sale, too.')

  await screen.chapter('7 of 8: The sale with a key goes on')
  screen.say('Its caller will ask again with the same key. So the gateway finishes the sale:')
  showEvents(screen, endedAs('completed', sales.find(withKey)))
  screen.say('The caller asks again, and gets the answer of the first request, not a second sale:')
  const answer = await sell({ client, screen }, IDEMPOTENCY_KEY)
  if (answer?.replayed !== true) throw new Error('the demo: the answer is not that of the sale')
}

async function conclude({ stage, client, screen }: Scene): Promise<void> {
  const { sales, whole, gone, mails } = await takeTally(client, stage)
  if (whole + gone !== sales) throw new Error('the demo: a sale is neither whole nor gone')
  await screen.chapter('8 of 8: What is left')
  screen.gap()
  for (const module of SALE_MODULES) {
    const live = stage.fake.records.live(module).length
    const deleted = stage.fake.records.bin(module).length
    if (live !== whole) throw new Error(`the demo: ${module} has a record of no whole sale`)
    screen.item(`  ${module.replace('_', ' ').padEnd(12)}`, `${live} in Zoho, ${deleted} deleted`)
  }
  screen.say(
    `${sales} sales: ${whole} whole, ${gone} gone without a trace, ${mails} mails; ` +
      'the crash cost nothing.',
    'good',
  )
  screen.say('Three things to do next:')
  const isDeno = 'Deno' in globalThis
  screen.gap()
  screen.item('  1.', isDeno ? 'deno task start' : 'npm start')
  screen.item('    ', 'runs the gateway and the fake Zoho, and prints a key and lines to paste.')
  screen.item('  2.', 'http://127.0.0.1:3000/audit')
  screen.item('    ', 'is then the page of the auditor: sign in with that key.')
  screen.item('  3.', isDeno ? 'deno task gateway zoho check' : 'npm run gateway -- zoho check')
  screen.item('    ', 'checks your own Zoho, once it is set up as docs/operating.md describes.')
}

/** Asks for the sale of the demo, and shows the request and its answer. */
async function sell({ client, screen }: Pick<Scene, 'client' | 'screen'>, key?: string) {
  screen.gap()
  screen.item('  POST', `/createSales${key === undefined ? '' : `, Idempotency-Key: ${key}`}`)
  const answer = await client.sell(SALE, key)
  if (answer === undefined) throw new Error('the demo: the gateway did not answer')
  showAnswer(screen, answer.status, answer.text)
  return answer
}

function showAnswer(screen: Screen, status: number, text: string): void {
  screen.item(`  ${status}`, text, status < 300 ? 'good' : 'bad')
}

function showEvents(screen: Screen, { events }: ShownSale): void {
  screen.gap()
  const startedAt = Date.parse(events[0]?.at ?? '')
  for (const event of events) {
    const seconds = ((Date.parse(event.at) - startedAt) / 1_000).toFixed(3)
    screen.item(seconds.padStart(8), plainText(eventWords(event, ENGLISH)))
  }
}

function endedAs(status: string, sale: ShownSale | undefined): ShownSale {
  if (sale?.status === status) return sale
  throw new Error(`the demo: a sale ended as ${sale?.status}, not as ${status}`)
}

/** The text of a sale's mail, which may come a moment after the answer. */
async function mailAbout(saleId: string, folder: string): Promise<string> {
  const file = path.join(folder, `${saleId}.failed.eml`)
  for (let waitedMs = 0; waitedMs < MAIL_WITHIN_MS; waitedMs += POLL_MS) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return text.trimEnd()
    await sleep(POLL_MS)
  }
  throw new Error(`the demo: no mail was written in ${MAIL_WITHIN_MS} ms`)
}
