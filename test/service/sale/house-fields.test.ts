// Sales of an organisation that has fields of its own, and that names its records.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import {
  COLLEAGUE,
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { dayAfter } from '../../../src/domain/time.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { client, saleIdOf as saleNumber } from '../../support/examples/store-examples.ts'
import {
  calls,
  eventTypes,
  FAILED,
  holdAt,
  live,
  onlySale,
  post,
  SALE,
  SUCCESS,
  saleIdOf,
  untilEvent,
} from '../../support/gateway/http-requests.ts'
import { makePlace } from '../../support/gateway/place.ts'
import { makeTestService, type TestService } from '../../support/gateway/test-service.ts'

const ACCOUNT_NAME = 'Poligon Mühendislik San. ve Tic. Ltd. Şti.'

/** The setting that names a file with these fields. It is read at once, so the file need not stay. */
async function withFieldsFile<T>(
  fields: object,
  use: (settings: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plg-fields-'))
  const file = path.join(folder, 'fields.json')
  writeFileSync(file, JSON.stringify(fields))
  try {
    return await use({ ZOHO_FIELDS_FILE: file })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The one live record of a module. */
function onlyOne({ fake }: Pick<TestService, 'fake'>, module: ModuleName) {
  const [record, ...others] = fake.records.live(module)
  assert.ok(record !== undefined && others.length === 0)
  return record
}

function rename({ fake }: Pick<TestService, 'fake'>, name: string): void {
  const account = fake.records.find('Accounts', SAMPLE_ACCOUNT_ID)
  assert.ok(account !== undefined)
  fake.records.add('Accounts', { ...account, Account_Name: name })
}

/** An organisation with a layout and fields of its own, some of which it requires. */
const HOUSE: SettingsPatch = {
  houseFields: [
    { module: 'Deals', apiName: 'Lead_Source', dataType: 'picklist', values: ['Web shop'] },
    { module: 'Deals', apiName: 'Region', dataType: 'text', isMandatory: true },
    { module: 'Deals', apiName: 'Priority', dataType: 'integer' },
    { module: 'Quotes', apiName: 'Asked_On', dataType: 'date', isMandatory: true },
    { module: 'Sales_Orders', apiName: 'Is_Web', dataType: 'boolean' },
  ],
  layouts: [{ module: 'Deals', id: '550428000000091055', name: 'Shop', required: ['Priority'] }],
}
const FILE = {
  Deals: {
    Deal_Name: '{client}: {accountName}/{contactName} {shortId}',
    Lead_Source: 'Web shop',
    Region: '{accountName}',
    Priority: 2,
    Owner: { id: COLLEAGUE.id },
    Layout: { id: '550428000000091055' },
    Description: 'Sale {saleId} of {date}',
  },
  Quotes: { Asked_On: '{date}' },
  Sales_Orders: { Is_Web: true, Subject: 'Order {shortId}' },
}

describe('A sale with fields of the house', () => {
  it('has them in its records, filled in, and their names nowhere else', async () => {
    await withFieldsFile(FILE, async (settings) => {
      await using t = await makeTestService(settings)
      t.fake.settings.change(HOUSE)
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.equal(answer.body, SUCCESS)
      const saleId = saleIdOf(answer)
      const [shortId, today] = [saleId.slice(-8), dayAfter(t.time.clock.now(), 0)]
      const deal = onlyOne(t, 'Deals')
      assert.equal(deal['Deal_Name'], `shop: ${ACCOUNT_NAME}/Poligon Mühendislik ${shortId}`)
      assert.equal(deal['Lead_Source'], 'Web shop')
      assert.equal(deal['Region'], ACCOUNT_NAME)
      assert.equal(deal['Priority'], 2)
      assert.deepEqual(deal['Owner'], {
        name: COLLEAGUE.name,
        id: COLLEAGUE.id,
        email: COLLEAGUE.email,
      })
      assert.deepEqual(deal['Layout'], { name: 'Shop', id: '550428000000091055' })
      assert.equal(deal['Description'], `Sale ${saleId} of ${today}`)
      const quote = onlyOne(t, 'Quotes')
      assert.equal(quote['Subject'], `${ACCOUNT_NAME} ${today} ${shortId}`)
      assert.equal(quote['Asked_On'], today)
      const order = onlyOne(t, 'Sales_Orders')
      assert.equal(order['Subject'], `Order ${shortId}`)
      assert.equal(order['Is_Web'], true)
      const log = JSON.stringify(await t.store.saleReader.events(0, 1_000)) + t.logLines.join()
      for (const name of ['Poligon', 'Mühendislik', 'Ltd.']) assert.ok(!log.includes(name), name)
    })
  })

  it('is refused and rolled back without a mandatory field, which log and mail name', async () => {
    await using t = await makeTestService()
    t.fake.settings.change(HOUSE)
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, FAILED)
    assert.equal((await onlySale(t)).failure?.step, 'deal')
    assert.match((await onlySale(t)).failure?.message ?? '', /MANDATORY_NOT_FOUND.*Region/)
    await t.time.until('the mail', async () => t.mails.length === 1)
    assert.match(t.mails[0]?.text ?? '', /MANDATORY_NOT_FOUND.*Region/)
    assert.deepEqual(live(t), [0, 0, 0])
  })

  it('is named after its contact where that has no account', async () => {
    await using t = await makeTestService()
    const body = { ...SALE, contactId: SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID }
    const answer = await post(t, await t.key('shop', 'sales:create'), body)
    assert.equal(answer.body, SUCCESS)
    const name = `Selin Kaya ${dayAfter(t.time.clock.now(), 0)} ${saleIdOf(answer).slice(-8)}`
    assert.equal(onlyOne(t, 'Deals')['Deal_Name'], name)
    assert.equal(onlyOne(t, 'Sales_Orders')['Subject'], name)
  })

  it('of an account with a long name keeps the day and the id in the name of its records', async () => {
    await using t = await makeTestService()
    rename(t, '😀'.repeat(120))
    const answer = await post(t, await t.key('shop', 'sales:create'))
    assert.equal(answer.body, SUCCESS)
    const end = ` ${dayAfter(t.time.clock.now(), 0)} ${saleIdOf(answer).slice(-8)}`
    assert.equal(onlyOne(t, 'Deals')['Deal_Name'], '😀'.repeat(50) + end)
  })

  it('sends the same at each attempt of one process, whatever is renamed meanwhile', async () => {
    await using t = await makeTestService()
    const held = holdAt(t, 'create:Deals')
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetBefore' } })
    const answered = t.key('shop', 'sales:create').then((key) => post(t, key))
    await held.arrived()
    rename(t, 'Renamed')
    held.release()
    assert.equal((await answered).body, SUCCESS)
    assert.deepEqual(calls(t, 'create:Deals').length, 2)
    assert.ok(String(onlyOne(t, 'Deals')['Deal_Name']).startsWith(ACCOUNT_NAME))
    assert.ok(String(onlyOne(t, 'Quotes')['Subject']).startsWith(ACCOUNT_NAME))
  })
})

describe('A sale that a restart takes up between Deal and Quote', () => {
  it('reads the names again: the Quote has today’s name of the account, and the day of the request', async () => {
    await withFieldsFile({ Quotes: { Description: '{client}' } }, async (settings) => {
      await using place = await makePlace()
      const saleId = saleNumber(1)
      const { requested, priced, deal } = factsOf({ idempotent: true, at: place.time.clock.now() })
      await leaveSale(place, saleId, [requested, priced, deal])
      rename(place, 'Renamed')
      await using t = await makeTestService(settings, place)
      await untilEvent(t, saleId, 'SaleCompleted')
      const quote = onlyOne(t, 'Quotes')
      assert.equal(quote['Subject'], `Renamed ${dayAfter(requested.at, 0)} ${saleId.slice(-8)}`)
      assert.equal(quote['Description'], client)
      assert.ok((await eventTypes(t, saleId)).includes('SaleInterrupted'))
    })
  })
})
