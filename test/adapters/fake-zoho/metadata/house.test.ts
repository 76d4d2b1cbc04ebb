import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import {
  COLLEAGUE,
  SAMPLE_PRODUCT_IDS,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, create, DEAL, openSession, type Session } from '../support.ts'

const open = (settings: SettingsPatch) => openSession({ settings })

async function make({ call }: Session, more: Readonly<Record<string, Json>>) {
  const { status, body } = await call('POST', '/crm/v8/Deals', { data: [{ ...DEAL, ...more }] })
  const item = at(body, 'data', 0)
  return { status, code: at(item, 'code'), field: at(item, 'details', 'api_name') }
}

/** The fields of Deals in one of the lists of the set-up, by their names. */
function named(fields: Json): ReadonlyMap<Json, Json> {
  assert.ok(Array.isArray(fields))
  return new Map(fields.map((field) => [at(field, 'api_name'), field]))
}

const USD = { isoCode: 'USD', exchangeRate: 41.2, decimals: 2 }
const TWO_CURRENCIES = { homeCurrency: 'TRY', otherCurrencies: [USD] }

describe('The fields of the house', () => {
  const houseFields = [
    { module: 'Deals', apiName: 'Lead_Source', dataType: 'picklist', values: ['Web shop'] },
    { module: 'Deals', apiName: 'Region', dataType: 'text', lengthMax: 3, isMandatory: true },
    { module: 'Deals', apiName: 'Deal_Number', dataType: 'autonumber' },
  ] as const

  it('are described like those of Zoho', async () => {
    const { call } = await open({ houseFields })
    const { body } = await call('GET', '/crm/v8/settings/fields?module=Deals')
    const fields = named(at(body, 'fields'))
    const source = fields.get('Lead_Source') ?? null
    assert.deepEqual(
      [at(source, 'data_type'), at(source, 'pick_list_values', 0, 'actual_value')],
      ['picklist', 'Web shop'],
    )
    const region = fields.get('Region') ?? null
    assert.deepEqual(
      [at(region, 'system_mandatory'), at(region, 'length'), at(region, 'custom_field')],
      [true, 3, true],
    )
    assert.equal(at(fields.get('Deal_Number') ?? null, 'read_only'), true)
  })

  it('are checked by a create, and stored', async () => {
    const session = await open({ houseFields })
    assert.deepEqual(await make(session, {}), {
      status: 400,
      code: 'MANDATORY_NOT_FOUND',
      field: 'Region',
    })
    const wrong = await make(session, { Region: 'abc', Lead_Source: 'Fair' })
    assert.deepEqual([wrong.code, wrong.field], ['INVALID_DATA', 'Lead_Source'])
    assert.equal((await make(session, { Region: 'abcd' })).field, 'Region')
    const good = { ...DEAL, Region: 'abc', Lead_Source: 'Web shop' }
    const id = await create(session, 'Deals', good)
    const { body } = await session.call('GET', `/crm/v8/Deals/${id}?fields=Lead_Source,Region`)
    assert.equal(at(body, 'data', 0, 'Lead_Source'), 'Web shop')
    assert.equal(at(body, 'data', 0, 'Region'), 'abc')
  })
})

describe('The layouts', () => {
  const layouts = [
    { module: 'Deals', id: '550428000000091055', name: 'Web shop', required: ['Description'] },
  ] as const

  it('are one standard layout by default', async () => {
    const { call } = await openSession()
    const { status, body } = await call('GET', '/crm/v8/settings/layouts?module=Deals')
    assert.equal(status, 200)
    assert.equal(at(body, 'layouts', 0, 'name'), 'Standard')
    const fields = named(at(body, 'layouts', 0, 'sections', 0, 'fields'))
    assert.equal(at(fields.get('Stage') ?? null, 'required'), true)
    assert.equal(at(fields.get('Amount') ?? null, 'required'), false)
  })

  it('require fields that only a create with the layout has to give', async () => {
    const session = await open({ layouts })
    const { body } = await session.call('GET', '/crm/v8/settings/layouts?module=Deals')
    const fields = named(at(body, 'layouts', 0, 'sections', 0, 'fields'))
    const description = fields.get('Description') ?? null
    assert.deepEqual(
      [at(description, 'required'), at(description, 'system_mandatory')],
      [true, false],
    )
    assert.equal((await make(session, {})).status, 201)
    const Layout = { id: layouts[0].id }
    assert.deepEqual(await make(session, { Layout }), {
      status: 400,
      code: 'MANDATORY_NOT_FOUND',
      field: 'Description',
    })
    assert.equal((await make(session, { Layout, Description: 'x' })).status, 201)
    const unknown = await make(session, { Layout: { id: '1' } })
    assert.deepEqual([unknown.code, unknown.field], ['INVALID_DATA', 'Layout'])
  })

  it('are refused without a module, of no module, and without their scope', async () => {
    const { call, fake } = await openSession()
    const ask = async (query: string) => {
      const { body } = await call('GET', `/crm/v8/settings/layouts${query}`)
      return at(body, 'code')
    }
    assert.equal(await ask(''), 'REQUIRED_PARAM_MISSING')
    assert.equal(await ask('?module=Shoes'), 'INVALID_MODULE')
    fake.settings.change({ scopes: [] })
    assert.equal(await ask('?module=Deals'), 'OAUTH_SCOPE_MISMATCH')
  })
})

describe('The owner of a record', () => {
  it('is who the create names, else the user of the token', async () => {
    const session = await openSession()
    const owner = async (more: Readonly<Record<string, Json>>) => {
      const id = await create(session, 'Deals', { ...DEAL, ...more })
      const { body } = await session.call('GET', `/crm/v8/Deals/${id}?fields=Owner`)
      return at(body, 'data', 0, 'Owner', 'name')
    }
    assert.equal(await owner({}), 'PLG Gateway')
    assert.equal(await owner({ Owner: { id: COLLEAGUE.id } }), COLLEAGUE.name)
    assert.equal((await make(session, { Owner: { id: '1' } })).field, 'Owner')
    const users = await session.call('GET', '/crm/v8/users?type=ActiveUsers')
    assert.equal(at(users.body, 'users', 1, 'id'), COLLEAGUE.id)
  })
})

describe('The currencies', () => {
  it('are one by default, and no record has a currency', async () => {
    const { call } = await openSession()
    const org = await call('GET', '/crm/v8/org')
    assert.deepEqual(
      [at(org.body, 'org', 0, 'iso_code'), at(org.body, 'org', 0, 'mc_status')],
      ['EUR', false],
    )
    const currencies = await call('GET', '/crm/v8/org/currencies')
    assert.deepEqual([currencies.status, at(currencies.body, 'code')], [400, 'FEATURE_NOT_ENABLED'])
    const list = await call('GET', '/crm/v8/Products?fields=Unit_Price,Currency')
    assert.deepEqual(Object.keys(Object(at(list.body, 'data', 0))), ['Unit_Price', 'id'])
  })

  it('are listed once there are several', async () => {
    const { call } = await open(TWO_CURRENCIES)
    const org = await call('GET', '/crm/v8/org')
    assert.deepEqual(
      [at(org.body, 'org', 0, 'currency'), at(org.body, 'org', 0, 'mc_status')],
      ['Turkish Lira - TRY', true],
    )
    const { body } = await call('GET', '/crm/v8/org/currencies')
    const told = [0, 1].map((index) => [
      at(body, 'currencies', index, 'iso_code'),
      at(body, 'currencies', index, 'is_base'),
      at(body, 'currencies', index, 'exchange_rate'),
    ])
    assert.deepEqual(told, [
      ['TRY', true, '1'],
      ['USD', false, '41.2'],
    ])
  })

  it('are in each record: the one it was given, else that of the organisation', async () => {
    const session = await open(TWO_CURRENCIES)
    const [id] = SAMPLE_PRODUCT_IDS
    const currencyOf = async (module: string, one: string) => {
      const path = `/crm/v8/${module}/${one}?fields=Currency,Exchange_Rate`
      const { body } = await session.call('GET', path)
      return [at(body, 'data', 0, 'Currency'), at(body, 'data', 0, 'Exchange_Rate')]
    }
    assert.deepEqual(await currencyOf('Products', id), ['TRY', 1])
    const plain = await create(session, 'Deals', DEAL)
    assert.deepEqual(await currencyOf('Deals', plain), ['TRY', 1])
    const dollars = await create(session, 'Deals', { ...DEAL, Currency: 'USD' })
    assert.deepEqual(await currencyOf('Deals', dollars), ['USD', 41.2])
    const unknown = await make(session, { Currency: 'XXX' })
    assert.deepEqual([unknown.code, unknown.field], ['INVALID_DATA', 'Currency'])
  })
})
