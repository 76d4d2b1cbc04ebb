import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD, type Session } from '../support.ts'

const FIELDS = '/crm/v8/settings/fields'

/** The field that a module or a subform lists by this name. */
async function field(session: Session, form: string, name: string): Promise<Json> {
  const { status, body } = await session.call('GET', `${FIELDS}?module=${form}&`)
  assert.equal(status, 200)
  const fields = at(body, 'fields')
  assert.ok(Array.isArray(fields))
  return fields.find((one) => at(one, 'api_name') === name) ?? null
}

describe('The fields of a module', () => {
  const words: readonly (readonly [string, string, string])[] = [
    ['Contacts', 'Email', 'email'],
    ['Contacts', 'Phone', 'phone'],
    ['Contacts', 'id', 'bigint'],
    ['Contacts', 'Owner', 'ownerlookup'],
    ['Contacts', 'Created_Time', 'datetime'],
    ['Accounts', 'Billing_City', 'text'],
    ['Accounts', 'Website', 'website'],
    ['Products', 'Unit_Price', 'currency'],
    ['Products', 'Product_Active', 'boolean'],
    ['Deals', 'Stage', 'picklist'],
    ['Deals', 'Closing_Date', 'date'],
    ['Deals', 'Description', 'textarea'],
    ['Quotes', 'Deal_Name', 'lookup'],
    ['Quotes', 'Quoted_Items', 'subform'],
    ['Quoted_Items', 'Quantity', 'double'],
    ['Ordered_Items', 'Product_Name', 'lookup'],
  ]
  for (const [form, name, word] of words) {
    it(`have ${form}.${name} as ${word}`, async () => {
      assert.equal(at(await field(await openSession(), form, name), 'data_type'), word)
    })
  }

  it('list what is mandatory, and how long a text may be', async () => {
    const session = await openSession()
    const name = await field(session, 'Deals', 'Deal_Name')
    assert.equal(at(name, 'system_mandatory'), true)
    assert.equal(at(name, 'length'), 255)
    assert.equal(at(name, 'field_label'), 'Deal Name')
    assert.equal(at(await field(session, 'Deals', 'Pipeline'), 'system_mandatory'), false)
  })

  it('list the values of a picklist', async () => {
    const session = await openSession({ settings: { picklists: { Stage: ['Won', 'Lost'] } } })
    const values = at(await field(session, 'Deals', 'Stage'), 'pick_list_values')
    assert.ok(Array.isArray(values))
    assert.deepEqual(
      values.map((value) => [at(value, 'display_value'), at(value, 'actual_value')]),
      [
        ['Won', 'Won'],
        ['Lost', 'Lost'],
      ],
    )
    assert.deepEqual(at(await field(session, 'Deals', 'Deal_Name'), 'pick_list_values'), [])
    assert.notDeepEqual(at(await field(session, 'Quotes', 'Quote_Stage'), 'pick_list_values'), [])
  })

  it('list what a lookup and a subform point at', async () => {
    const session = await openSession()
    const link = await field(session, 'Quotes', 'Deal_Name')
    assert.equal(at(link, 'lookup', 'module', 'api_name'), 'Deals')
    const lines = await field(session, 'Sales_Orders', 'Ordered_Items')
    assert.equal(at(lines, 'associated_module', 'module'), 'Ordered_Items')
    assert.equal(at(link, 'associated_module'), null)
  })

  it('are refused without a module, and for one that is not there', async () => {
    const { call } = await openSession()
    const missing = await call('GET', FIELDS)
    assert.equal(missing.status, 400)
    assert.equal(at(missing.body, 'code'), 'REQUIRED_PARAM_MISSING')
    const unknown = await call('GET', `${FIELDS}?module=Shoes`)
    assert.equal(unknown.status, 400)
    assert.equal(at(unknown.body, 'code'), 'INVALID_MODULE')
  })
})

describe('The reference field', () => {
  const open = (settings: SettingsPatch) => openSession({ settings })
  const twice = async ({ call }: Session) => {
    const data = [{ ...DEAL, [REFERENCE_FIELD]: 'a:deal' }]
    await call('POST', '/crm/v8/Deals', { data })
    return call('POST', '/crm/v8/Deals', { data })
  }

  it('is unique by default, and is listed as unique', async () => {
    const session = await open({})
    const listed = await field(session, 'Deals', REFERENCE_FIELD)
    assert.deepEqual(at(listed, 'unique'), { casesensitive: 'false' })
    assert.equal(at(listed, 'custom_field'), true)
    assert.deepEqual(at(await field(session, 'Deals', 'Deal_Name'), 'unique'), {})
    assert.equal((await twice(session)).status, 400)
  })

  it('is listed as unique in the words of the setting', async () => {
    const session = await open({ uniqueAnswer: { case_sensitive: false } })
    const listed = await field(session, 'Deals', REFERENCE_FIELD)
    assert.deepEqual(at(listed, 'unique'), { case_sensitive: false })
  })

  it('accepts a value twice when it is plain', async () => {
    const session = await open({ referenceFields: { Deals: 'plain' } })
    assert.deepEqual(at(await field(session, 'Deals', REFERENCE_FIELD), 'unique'), {})
    assert.equal((await twice(session)).status, 201)
    assert.notDeepEqual(at(await field(session, 'Quotes', REFERENCE_FIELD), 'unique'), {})
  })

  it('is not listed, not kept and not to be queried when it is absent', async () => {
    const session = await open({ referenceFields: { Deals: 'absent' } })
    assert.equal(await field(session, 'Deals', REFERENCE_FIELD), null)
    assert.equal((await twice(session)).status, 201)
    assert.equal(at(session.fake.records.live('Deals')[0], REFERENCE_FIELD), null)
    const { status } = await session.query(`select id from Deals where ${REFERENCE_FIELD} = 'x'`)
    assert.equal(status, 400)
  })

  it('can be taken away and given back while the fake runs', async () => {
    const session = await open({})
    session.fake.settings.change({ referenceFields: { Deals: 'absent' } })
    assert.equal(await field(session, 'Deals', REFERENCE_FIELD), null)
    session.fake.settings.change({ referenceFields: { Deals: 'unique' } })
    assert.equal((await twice(session)).status, 400)
  })
})

describe('The other settings', () => {
  it('list the modules and subforms, and what the user may do in them', async () => {
    const { call } = await openSession({ settings: { denied: ['create:Deals'] } })
    const { status, body } = await call('GET', '/crm/v8/settings/modules')
    assert.equal(status, 200)
    const modules = at(body, 'modules')
    assert.ok(Array.isArray(modules))
    const creatable = Object.fromEntries(
      modules.map((one) => [at(one, 'api_name'), at(one, 'creatable')]),
    )
    assert.equal(creatable['Deals'], false)
    assert.equal(creatable['Sales_Orders'], true)
    assert.ok('Quoted_Items' in creatable && 'Contacts' in creatable)
  })

  it('name the organisation and the user of the token', async () => {
    const { call } = await openSession()
    const org = await call('GET', '/crm/v8/org')
    assert.equal(typeof at(org.body, 'org', 0, 'zgid'), 'string')
    const users = await call('GET', '/crm/v8/users?type=CurrentUser&')
    assert.equal(at(users.body, 'users', 0, 'email'), 'gateway@example.com')
    assert.equal(at(users.body, 'users', 0, 'status'), 'active')
  })

  it('do not touch the records that are there', async () => {
    const session = await openSession()
    const id = await create(session, 'Deals', DEAL)
    session.fake.settings.change({ picklists: { Stage: ['Won'] } })
    assert.equal((await session.call('GET', `/crm/v8/Deals/${id}`)).status, 200)
  })
})
