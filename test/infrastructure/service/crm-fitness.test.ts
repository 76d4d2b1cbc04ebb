import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../../src/adapters/fake-zoho/serve.ts'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { startHeard } from '../../support/gateway/heard-gateway.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { until } from '../../support/time/until.ts'

const LOOPBACK = '127.0.0.1'
const PASSED_WITHIN_MS = 15_000

const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 1 }],
}

type Fields = Parameters<typeof makeFakeZoho>[0]['settings']

function makeFake(settings?: Fields) {
  const referenceField = 'Gateway_Reference'
  return makeFakeZoho({ ...makeSystemClock(), referenceField, latencyMs: 0, settings })
}

function settingsFor(url: string, folder: string) {
  return {
    PORT: '0',
    DATA_DIR: folder,
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: url,
    ZOHO_API_URL: url,
    ZOHO_CLIENT_ID: 'a',
    ZOHO_CLIENT_SECRET: 'b',
    ZOHO_REFRESH_TOKEN: 'c',
    ZOHO_SETTLE_MS: '200',
    LOG_LEVEL: 'warn',
  }
}

const SCOPES_WITHOUT_DELETE = [
  'ZohoCRM.modules.READ',
  ...['deals', 'quotes', 'salesorders'].map((name) => `ZohoCRM.modules.${name}.CREATE`),
  ...['quotes', 'salesorders'].map((name) => `ZohoCRM.modules.${name}.DELETE`),
  'ZohoCRM.coql.READ',
  'ZohoCRM.settings.fields.READ',
]

describe('A start with Zoho', () => {
  for (const state of ['absent', 'plain'] as const) {
    it(`is refused when the reference field is ${state}, and reports how to mend it`, async () => {
      const fields = { Deals: 'unique', Quotes: state, Sales_Orders: 'unique' } as const
      const zoho = await serveFakeZoho(makeFake({ referenceFields: fields }), {
        host: LOOPBACK,
        port: 0,
      })
      await using folder = await makeFolder()
      const { code, stdout, stderr } = await runGateway(
        ['serve'],
        settingsFor(zoho.url, folder.path),
      )
      await zoho.close()
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /Quotes\.Gateway_Reference/)
      assert.match(stderr, /gateway zoho setup|Do not allow duplicate values/)
    })
  }

  it('takes no sale with a token whose scopes do not delete, and mails that once', async () => {
    const fake = makeFake()
    const zoho = await serveFakeZoho(fake, { host: LOOPBACK, port: 0 })
    await using folder = await makeFolder()
    const settings = settingsFor(zoho.url, folder.path)
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'a', '--scope', 'admin'],
      settings,
    )
    const mails = () => readdir(path.join(folder.path, 'mail')).catch(() => [])
    fake.settings.change({ scopes: SCOPES_WITHOUT_DELETE })
    for (let start = 0; start < 2; start += 1) {
      await using gateway = await startGateway(settings)
      const client = makeClient(gateway.url, made.stdout.trim())
      const ready = await client.get('/readyz')
      assert.equal(ready.status, 503)
      assert.match(
        ready.text,
        /lacks the scope ZohoCRM\.modules\.deals\.DELETE: a sale could not be/,
      )
      assert.equal((await client.sell(SALE))?.status, 503)
      await until('it is mailed', async () => (await mails()).length > 0)
      assert.equal(await gateway.stop(), 0)
    }
    assert.equal((await mails()).length, 1)
    assert.deepEqual(fake.records.live('Deals'), [])

    fake.settings.reset()
    await using gateway = await startGateway({ ...settings, ZOHO_REFRESH_TOKEN: 'another' })
    const client = makeClient(gateway.url, made.stdout.trim())
    await until('it is over', async () => (await mails()).length === 2)
    assert.equal((await client.sell(SALE))?.status, 200)
    assert.equal(await gateway.stop(), 0)
    await zoho.close()
  })

  it('takes no sale until Zoho could be asked, and reports why', async () => {
    const first = await serveFakeZoho(makeFake(), { host: LOOPBACK, port: 0 })
    const port = Number(new URL(first.url).port)
    await first.close()
    await using folder = await makeFolder()
    const settings = settingsFor(first.url, folder.path)
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'a', '--scope', 'admin'],
      settings,
    )
    await using gateway = await startGateway(settings)
    const client = makeClient(gateway.url, made.stdout.trim())

    const ready = await client.get('/readyz')
    assert.equal(ready.status, 503)
    assert.match(ready.text, /not known whether the CRM is fit for sales/)
    assert.equal((await client.sell(SALE))?.status, 503)
    assert.equal((await client.get('/sales')).text, '{"sales":[],"next":null}')

    const zoho = await serveFakeZoho(makeFake(), { host: LOOPBACK, port })
    const begin = performance.now()
    while ((await client.get('/readyz')).status !== 200) {
      assert.ok(performance.now() - begin < PASSED_WITHIN_MS, 'the check did not pass in time')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    assert.equal((await client.sell(SALE))?.status, 200)
    assert.equal(await gateway.stop(), 0)
    await zoho.close()
  })

  it('cuts texts to the lengths of the fields, and names a mandatory field that nothing fills', async () => {
    const module = 'Deals'
    const region = { module, apiName: 'Region', dataType: 'text', isMandatory: true } as const
    const name = { module, apiName: 'Deal_Name', dataType: 'text', lengthMax: 30 } as const
    const fake = makeFake({ houseFields: [region, name] })
    const zoho = await serveFakeZoho(fake, { host: LOOPBACK, port: 0 })
    await using stack = new AsyncDisposableStack()
    stack.defer(() => zoho.close())
    await using folder = await makeFolder()
    const settings = settingsFor(zoho.url, folder.path)
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'a', '--scope', 'admin'],
      settings,
    )
    await using gateway = await startHeard(settings)
    const client = makeClient(gateway.url, made.stdout.trim())

    await until('the warning', () => gateway.said().includes('mandatory field Deals.Region'))
    assert.equal((await client.sell(SALE))?.status, 500)
    fake.settings.change({ houseFields: [name] })
    const sold = await client.sell(SALE)
    assert.equal(sold?.status, 200)
    const [deal, ...others] = fake.records.live(module)
    assert.deepEqual(others, [])
    assert.match(String(deal?.['Deal_Name']), /^Poligon Mü \d{4}-\d\d-\d\d [0-9a-f]{8}$/)
  })
})
