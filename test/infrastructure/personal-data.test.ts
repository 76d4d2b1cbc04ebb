import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { makeFakeZoho } from '../../src/adapters/fake-zoho/fake-zoho.ts'
import type { Operation } from '../../src/adapters/fake-zoho/faults/operation.ts'
import { serveFakeZoho } from '../../src/adapters/fake-zoho/serve.ts'
import { SAMPLE_PRODUCT_IDS } from '../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeSystemClock } from '../../src/infrastructure/system/system-clock.ts'
import * as planted from '../support/examples/planted.ts'
import { type HeardGateway, startHeard } from '../support/gateway/heard-gateway.ts'
import { sendRaw } from '../support/gateway/raw-request.ts'
import { makeFolder, runGateway } from '../support/gateway/run-gateway.ts'
import { until } from '../support/time/until.ts'

const SECRETS = {
  clientSecret: 'client-secret-0d1f8e7a',
  refreshToken: 'refresh-token-5b2c9f40',
  smtpPassword: 'smtp-password-77a1c3e9',
  wrongKey: 'plg_wrong-key-91c4d0b2',
}

const SALE = {
  contactId: planted.CONTACT_ID,
  products: [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 2 }],
}

/** Fields of the house that bring names into every record. */
const NAMES_EVERYWHERE = Object.fromEntries(
  ['Deals', 'Quotes', 'Sales_Orders'].map((module) => [
    module,
    { Description: '{contactName} of {accountName}' },
  ]),
)

/** A mail server that asks who is there, and lets nobody in. */
async function startClosedSmtp() {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(new Error('not let in')),
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { url: `smtp://mailer:${SECRETS.smtpPassword}@127.0.0.1:${port}?requireTLS=false`, close }
}

/** A fake Zoho with what is planted, an empty folder, and all the words that anybody was told. */
async function makeBench() {
  const { now, sleep } = makeSystemClock()
  const fake = makeFakeZoho({ now, sleep, referenceField: 'Gateway_Reference', latencyMs: 0 })
  planted.plantContact(fake)
  const accessTokens = new Set<string>()
  const zoho = await serveFakeZoho(
    {
      fetch(request) {
        const token = /^Zoho-oauthtoken (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
        if (token !== undefined) accessTokens.add(token)
        return fake.fetch(request)
      },
    },
    { host: '127.0.0.1', port: 0 },
  )
  const folder = await makeFolder()
  const fieldsFile = path.join(folder.path, 'fields.json')
  await writeFile(fieldsFile, JSON.stringify(NAMES_EVERYWHERE))
  const settings = {
    ZOHO_FIELDS_FILE: fieldsFile,
    PORT: '0',
    DATA_DIR: folder.path,
    LOG_LEVEL: 'trace',
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: zoho.url,
    ZOHO_API_URL: zoho.url,
    ZOHO_CLIENT_ID: 'client',
    ZOHO_CLIENT_SECRET: SECRETS.clientSecret,
    ZOHO_REFRESH_TOKEN: SECRETS.refreshToken,
    ZOHO_SETTLE_MS: '200',
    ZOHO_REQUEST_TIMEOUT_MS: '400',
    SALE_DEADLINE_MS: '1500',
    STUCK_AFTER_MS: '100',
  }
  return {
    fake,
    folder: folder.path,
    settings,
    accessTokens,
    async [Symbol.asyncDispose]() {
      await zoho.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Asks as somebody who puts what is nobody's business wherever a request has room for it. */
function makeAsker(gateway: HeardGateway, key: string, answers: string[]) {
  const headers = { 'x-api-key': key, 'user-agent': planted.CRAWLER }
  return {
    async get(path: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
      const answer = await fetch(gateway.url + path, { headers: { ...headers, ...more } })
      const text = await answer.text()
      answers.push(`${JSON.stringify([...answer.headers])} ${text}`)
      return text
    },
    async sell(body: unknown = SALE, more: Readonly<Record<string, string>> = {}): Promise<number> {
      const answer = await fetch(`${gateway.url}/createSales`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      answers.push(`${JSON.stringify([...answer.headers])} ${await answer.text()}`)
      return answer.status
    },
  }
}

type Bench = Awaited<ReturnType<typeof makeBench>>
type Asker = ReturnType<typeof makeAsker>

// A call that goes wrong, as often as it takes, and says all it knows.
const FAILURES: readonly (readonly [Operation, ReturnType<typeof planted.quoting>])[] = [
  ['coql:Contacts', planted.quoting(400, 'INVALID_QUERY')],
  ['list:Products', planted.quoting(403, 'NO_PERMISSION')],
  ['create:Deals', planted.quoting(400, 'INVALID_DATA')],
  ['create:Quotes', planted.quoting(200, 'NOT_APPROVED')],
  ['create:Sales_Orders', planted.quoting(500, 'INTERNAL_ERROR')],
  ['create:Deals', planted.quotingPage()],
  ['create:Quotes', { type: 'resetAfter' }],
  ['create:Sales_Orders', { type: 'timeoutAfter' }],
]

async function askForContacts({ fake }: Bench, asker: Asker): Promise<void> {
  const of = (email: string) => `/getContact?email=${encodeURIComponent(email)}`
  await asker.get(of(planted.STRANGER_EMAIL))
  await asker.get('/getContact?email=Rumpelstilzchen')
  await asker.get(`${of(planted.STRANGER_EMAIL)}&email=x`)
  const kinds = [
    planted.quoting(400, 'INVALID_QUERY'),
    planted.quoting(500, 'SOME_ERROR'),
    { type: 'resetBefore' },
  ] as const
  for (const kind of kinds) {
    fake.faults.add({ operation: 'coql:Contacts', kind, times: Number.POSITIVE_INFINITY })
    await asker.get(of(planted.CONTACT_EMAIL))
    fake.faults.clear()
  }
  await asker.get(`/${planted.STRANGER_EMAIL}/Rumpelstilzchen`)
  await asker.get('/sales/Rumpelstilzchen?status=Rumpelstilzchen&from=Rumpelstilzchen')
  await asker.get('/sales?status=Rumpelstilzchen')
}

async function sendNonsense(asker: Asker): Promise<void> {
  await asker.sell('{"contactId": Rumpelstilzchen}')
  await asker.sell({ ...SALE, contactId: planted.STRANGER_EMAIL })
  await asker.sell({ ...SALE, products: [{ productId: 'Rumpelstilzchen', quantity: 'x' }] })
  await asker.sell('Rumpelstilzchen', { 'content-type': 'text/Rumpelstilzchen' })
  await asker.sell(SALE, { 'idempotency-key': `${'Rumpelstilzchen'.repeat(20)}` })
  await asker.get('/log', { 'x-api-key': SECRETS.wrongKey })
  const basic = Buffer.from(`Rumpelstilzchen:${SECRETS.wrongKey}`).toString('base64')
  await asker.get('/log', { 'x-api-key': '', authorization: `Basic ${basic}` })
}

async function makeSales({ fake }: Bench, asker: Asker): Promise<void> {
  const named = {
    'idempotency-key': planted.STRANGER_EMAIL,
    'x-request-id': planted.STRANGER_EMAIL,
    traceparent: planted.STRANGER_EMAIL,
    tracestate: `x=${planted.STRANGER_EMAIL}`,
  }
  assert.equal(await asker.sell(SALE, named), 200)
  assert.equal(await asker.sell(SALE, named), 200)
  const [deal] = fake.records.live('Deals')
  assert.match(String(deal?.['Deal_Name']), /^Wolkenkuckucksheim Maschinenbau /)
  assert.equal(deal?.['Description'], 'Zuelfikar Quastenflosser of Wolkenkuckucksheim Maschinenbau')
  for (const [operation, kind] of FAILURES) {
    fake.faults.add({ operation, kind, times: Number.POSITIVE_INFINITY })
    // The log reports what went wrong; some of these come right in the end.
    await asker.sell()
    fake.faults.clear()
  }
  fake.faults.add({ operation: 'create:Quotes', kind: planted.quoting(400, 'INVALID_DATA') })
  const locked = planted.quoting(400, 'RECORD_LOCKED')
  fake.faults.add({ operation: 'delete:Deals', kind: locked, times: Number.POSITIVE_INFINITY })
  assert.equal(await asker.sell(), 500)
  await until('a sale is stuck', async () =>
    (await asker.get('/log?limit=1000')).includes('SaleStuck'),
  )
  fake.faults.clear()
}

/** Every answer of the service and the command line that tells of what is on record. */
async function readAll({ settings }: Bench, asker: Asker, answers: string[]): Promise<void> {
  await asker.get('/log?limit=1000')
  const { sales } = JSON.parse(await asker.get('/sales?limit=200'))
  for (const { saleId } of sales) {
    await asker.get(`/sales/${saleId}`)
  }
  const metrics = await asker.get('/metrics')
  assert.match(metrics, /^gateway_sales_total\{outcome="rolled_back",failed_step="deal"\} 1$/m)
  for (const args of [
    ['sales', 'list'],
    ['sales', 'list', '--json'],
    ['keys', 'list'],
  ]) {
    const { stdout, stderr } = await runGateway(args, settings)
    answers.push(stdout, stderr)
  }
  const shown = await runGateway(['sales', 'show', sales.at(-1).saleId], settings)
  assert.match(shown.stdout, /for shop, key [0-9a-f]{8}, from 127\.0\.0\.1\n/)
  answers.push(shown.stdout)
}

describe('What is nobody’s business', () => {
  it('is in no file, no log line and no answer, whatever goes wrong', async () => {
    await using bench = await makeBench()
    const { settings, folder, fake, accessTokens } = bench
    const answers: string[] = []
    const heard: string[] = []
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'shop', '--scope', 'admin'],
      settings,
    )
    const key = made.stdout.trim()
    heard.push(made.stderr)

    await using first = await startHeard(settings)
    const asker = makeAsker(first, key, answers)
    const contact = await asker.get(
      `/getContact?email=${encodeURIComponent(planted.CONTACT_EMAIL)}`,
    )
    // The one answer that is to hold it; so these needles can be found.
    assert.deepEqual(
      planted.found(planted.PERSONAL.slice(0, 7), contact),
      planted.PERSONAL.slice(0, 7),
    )
    answers.length = 0
    await askForContacts(bench, asker)
    assert.match(await asker.get('/metrics'), /^gateway_crm_calls_total\{/m)
    await sendNonsense(asker)
    const { port } = new URL(first.url)
    answers.push(
      await sendRaw(
        Number(port),
        `GET /Rumpelstilzchen%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ),
    )
    await makeSales(bench, asker)
    fake.faults.add({ operation: 'create:Quotes', kind: { type: 'timeoutAfter' } })
    const cutOff = asker.sell().catch(() => undefined)
    await until('the Quote is on its way', () => fake.journal.at(-1)?.operation === 'create:Quotes')
    const files = [...(await planted.filesUnder(folder))]
    await first.end('SIGKILL')
    await cutOff
    files.push(...(await planted.filesUnder(folder)))
    heard.push(first.said())

    const smtp = await startClosedSmtp()
    await using second = await startHeard({ ...settings, SMTP_URL: smtp.url })
    const again = makeAsker(second, key, answers)
    fake.faults.add({ operation: 'create:Deals', kind: planted.quoting(400, 'INVALID_DATA') })
    await again.sell()
    await again.get('/log', { 'x-api-key': SECRETS.wrongKey })
    await until('a mail is refused', () => second.said().includes('mail not accepted'))
    await readAll(bench, again, answers)
    await second.end('SIGTERM')
    await smtp.close()
    files.push(...(await planted.filesUnder(folder)))
    heard.push(second.said())

    const spoken: (readonly [string, string])[] = [
      ...answers.map((text) => ['an answer', text] as const),
      ...heard.map((text) => ['what the process said', text] as const),
    ]
    const texts = [...files, ...spoken]
    const needles = [...planted.PERSONAL, ...Object.values(SECRETS), key, ...accessTokens]
    assert.ok(accessTokens.size > 0 && /^plg_/.test(key))
    // What is to be there is seen in each place, so that the places are those that are meant.
    const names = new Set(files.map(([name]) => name))
    for (const name of ['gateway.db', 'gateway.db-wal']) assert.ok(names.has(name), name)
    assert.ok([...names].some((name) => name.endsWith('.eml')))
    assert.ok(files.some(([, text]) => planted.found(['gear motor'], text).length > 0))
    assert.ok(
      answers.some((text) => planted.found(['SignInsFailed', 'gear motor'], text).length > 0),
    )
    const hitsIn = (places: typeof texts, words: readonly string[]) =>
      places.flatMap(([where, text]) =>
        planted.found(words, text).map((needle) => {
          const at = text.toLowerCase().indexOf(needle.toLowerCase())
          return `${where}: ${needle}: ${text.slice(Math.max(0, at - 120), at + 60)}`
        }),
      )
    assert.deepEqual(hitsIn(texts, needles), [])
    // The events are among the answers; the database holds the mails as well.
    assert.deepEqual(hitsIn(spoken, [planted.OWN_WORDS]), [])
    const mails = files.filter(([name]) => name.endsWith('.eml'))
    assert.ok(hitsIn(mails, [planted.OWN_WORDS]).length > 0)
  })
})
