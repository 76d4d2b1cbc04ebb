import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ZohoFetch } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { CrmField } from '../../../../src/application/crm-setup/crm-admin.port.ts'
import type { CrmId } from '../../../../src/domain/ids.ts'
import { type AdminAtFake, adminAtFake } from '../../../support/gateway/zoho-admin.ts'

const WITHIN_MS = 1_000
const TOKEN = { access_token: '1000.a', expires_in: 3600 }

type Said = { readonly status: number; readonly body?: unknown }

/** A `CrmAdmin` whose Zoho gives out a token, and sends `answer` to every other request. */
function adminThatHears(answer: Said, token: Said = { status: 200, body: TOKEN }) {
  const asked: { readonly url: string; readonly body: string }[] = []
  const fetch: ZohoFetch = async (url, init) => {
    const isToken = url.endsWith('/oauth/v2/token')
    if (!isToken) asked.push({ url, body: String(init.body ?? '') })
    const { status, body } = isToken ? token : answer
    return new Response(body === undefined ? null : JSON.stringify(body), { status })
  }
  return { asked, admin: adminAtFake({}, { fetch }).admin }
}

const REFUSED = { code: 'INVALID_QUERY', details: {}, message: 'no', status: 'error' }

describe('The grant of a token', () => {
  // The scopes that Zoho lists with the token, and those of the gateway that are missing in them.
  const GRANTS: readonly (readonly [string, readonly string[]])[] = [
    ['ZohoCRM.modules.ALL ZohoCRM.coql.READ ZohoCRM.settings.ALL', []],
    ['zohocrm.MODULES.all,ZohoCRM.coql.READ,ZohoCRM.settings.fields.ALL', []],
    [
      'ZohoCRM.modules.ALL ZohoCRM.settings.fields.READ',
      ['ZohoCRM.coql.READ', 'ZohoCRM.settings.fields.CREATE'],
    ],
    [
      'ZohoCRM.modules.READ ZohoCRM.modules.deals.ALL ZohoCRM.modules.quotes.WRITE ' +
        'ZohoCRM.modules.salesorders.CREATE ZohoCRM.coql.READ ZohoCRM.settings.ALL',
      ['ZohoCRM.modules.salesorders.DELETE'],
    ],
    [
      'ZohoCRM.modules.deal.ALL ZohoCRM.modules.quotes.UPDATE ZohoCRM.settings.ALL.x',
      [
        ...['contacts', 'accounts', 'products'].map((name) => `ZohoCRM.modules.${name}.READ`),
        ...['deals', 'quotes', 'salesorders'].flatMap((name) =>
          ['CREATE', 'READ', 'DELETE'].map((right) => `ZohoCRM.modules.${name}.${right}`),
        ),
        'ZohoCRM.coql.READ',
        'ZohoCRM.settings.fields.READ',
        'ZohoCRM.settings.fields.CREATE',
      ],
    ],
  ]
  for (const [scope, missing] of GRANTS) {
    it(`"${scope}" lacks ${missing.length} of what is needed`, async () => {
      const { admin } = adminThatHears({ status: 204 }, { status: 200, body: { ...TOKEN, scope } })
      const grant = await admin.readGrant(WITHIN_MS)
      assert.ok(grant.type === 'done' && grant.value !== null)
      assert.deepEqual(
        grant.value.flatMap((one) => (one.granted ? [] : [one.scope])),
        missing,
      )
    })
  }

  it('is unknown where Zoho does not list it with the token', async () => {
    const { admin } = adminThatHears({ status: 204 })
    assert.deepEqual(await admin.readGrant(WITHIN_MS), { type: 'done', value: null })
  })

  // The answer of Zoho accounts, and how the call ends.
  const FAILURES: readonly (readonly [Said, string, RegExp])[] = [
    [{ status: 200, body: { error: 'invalid_code' } }, 'refused', /\(invalid_code\)$/],
    [
      { status: 400, body: { error: 'Access Denied' } },
      'notSent',
      /^no token: Zoho accounts gives no token since \S+Z \(Access Denied\)$/,
    ],
    [{ status: 503, body: { error: 'busy' } }, 'notSent', /^no token: .* since \S+Z \(busy\)$/],
    [{ status: 502 }, 'notSent', /^no token: .* \(HTTP 502\)$/],
    [{ status: 200, body: 'no token' }, 'notSent', /^no token: .* \(HTTP 200 without a token\)$/],
  ]
  for (const [token, outcome, reason] of FAILURES) {
    it(`is ${outcome} for ${JSON.stringify(token)}`, async () => {
      const { admin } = adminThatHears({ status: 204 }, token)
      const grant = await admin.readGrant(WITHIN_MS)
      assert.equal(grant.type, outcome)
      assert.match(grant.type === 'done' ? '' : grant.reason, reason)
    })
  }

  it('is refused, with the cause, where Zoho lets in no call with the token', async () => {
    const dead = { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token' }
    const body = { ...TOKEN, api_domain: 'https://www.zohoapis.eu' }
    const { admin } = adminThatHears({ status: 401, body: dead }, { status: 200, body })
    assert.deepEqual(await admin.readGrant(WITHIN_MS), {
      type: 'refused',
      reason:
        'Zoho refuses a token that it has just given; it belongs to another data centre (zohoapis.eu)',
    })
  })

  it('ends within its time', async () => {
    const fetch: ZohoFetch = (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const { admin } = adminAtFake({}, { fetch })
    const grant = await admin.readGrant(20)
    assert.deepEqual(grant, {
      type: 'notSent',
      reason: 'no time left to wait for a token',
      fault: 'timeout',
    })
  })
})

describe('The fields of a module', () => {
  const NAMED = { api_name: 'F', data_type: 'text' }
  const PLAIN: CrmField = {
    name: 'F',
    type: 'text',
    lengthMax: null,
    unique: false,
    restricted: false,
    mandatory: false,
    writable: true,
    values: null,
  }
  const option = (text: string, more = {}) => ({ display_value: text, actual_value: text, ...more })

  // How Zoho describes the field, beside its name, and what we read in it.
  const FIELDS: readonly (readonly [object, Partial<CrmField>])[] = [
    [{}, {}],
    [{ length: 255, unique: {} }, { lengthMax: 255 }],
    [{ unique: { casesensitive: false } }, { unique: true }],
    [{ unique: { case_sensitive: true } }, { unique: true }],
    [{ unique: true }, { unique: true }],
    [{ private: { restricted: true, type: 'High', export: false } }, { restricted: true }],
    [{ private: { restricted: false } }, {}],
    [{ private: null }, {}],
    [{ system_mandatory: true }, { mandatory: true }],
    [{ read_only: true }, { writable: false }],
    [{ field_read_only: true }, { writable: false }],
    [{ operation_type: { api_create: false } }, { writable: false }],
    [{ read_only: false, field_read_only: false, operation_type: { api_create: true } }, {}],
    [{ unique: null, length: null, pick_list_values: null }, {}],
    [{ unique: false, pick_list_values: [] }, {}],
    [
      { data_type: 'picklist', pick_list_values: [option('A'), option('B')] },
      { values: ['A', 'B'] },
    ],
    [
      { pick_list_values: [{ display_value: 'Shown', actual_value: 'Sent' }] },
      { values: ['Sent', 'Shown'] },
    ],
    [{ pick_list_values: [option('A'), option('Old', { type: 'unused' })] }, { values: ['A'] }],
  ]
  for (const [says, is] of FIELDS) {
    it(`are read from ${JSON.stringify(says)}`, async () => {
      const fields = [{ ...NAMED, ...says }]
      const { admin, asked } = adminThatHears({ status: 200, body: { fields } })
      const type = 'data_type' in says ? { type: 'picklist' } : {}
      const value = [{ ...PLAIN, ...type, ...is }]
      assert.deepEqual(await admin.readFields('Deals', WITHIN_MS), { type: 'done', value })
      assert.match(asked[0]?.url ?? '', /\/crm\/v8\/settings\/fields\?module=Deals$/)
    })
  }

  for (const type of ['autonumber', 'formula', 'rollup_summary']) {
    it(`of type ${type} cannot be written, whatever Zoho reports`, async () => {
      const fields = [{ ...NAMED, data_type: type, read_only: false }]
      const { admin } = adminThatHears({ status: 200, body: { fields } })
      const value = [{ ...PLAIN, type, writable: false }]
      assert.deepEqual(await admin.readFields('Deals', WITHIN_MS), { type: 'done', value })
    })
  }

  it('are none where Zoho sends nothing, and unknown where its answer makes no sense', async () => {
    const nothing = adminThatHears({ status: 204 })
    assert.deepEqual(await nothing.admin.readFields('Deals', WITHIN_MS), done([]))
    const nonsense = adminThatHears({ status: 200, body: { fields: [{ api_name: 7 }] } })
    assert.equal((await nonsense.admin.readFields('Deals', WITHIN_MS)).type, 'unknown')
  })

  it('get a text field of 255 characters that is unique, letter case aside', async () => {
    const item = {
      code: 'SUCCESS',
      details: { id: '7' },
      message: 'field created',
      status: 'success',
    }
    const { admin, asked } = adminThatHears({ status: 201, body: { fields: [item] } })
    assert.equal((await admin.createReferenceField('salesOrder', WITHIN_MS)).type, 'done')
    assert.match(asked[0]?.url ?? '', /\?module=Sales_Orders$/)
    const unique = { case_sensitive: false }
    assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), {
      fields: [{ field_label: 'Gateway Reference', data_type: 'text', length: 255, unique }],
    })
  })

  it('are refused a new one in both shapes of a refusal', async () => {
    for (const body of [{ fields: [REFUSED] }, REFUSED]) {
      const { admin } = adminThatHears({ status: 400, body })
      const result = await admin.createReferenceField('deal', WITHIN_MS)
      assert.deepEqual(result, { type: 'refused', reason: 'INVALID_QUERY: no' })
    }
  })
})

function done<Value>(value: Value) {
  return { type: 'done', value }
}

/** Deals with these ids, each with its id as its reference. */
function addDeals({ fake }: AdminAtFake, ...ids: readonly string[]): void {
  for (const id of ids) fake.records.add('Deals', { id, Gateway_Reference: `reference ${id}` })
}

describe('The records with a reference', () => {
  const marked = (id: string) => ({ id: id as CrmId, reference: `reference ${id}` })

  it('come by rising number, above the last one', async () => {
    const place = adminAtFake()
    addDeals(place, '900', '20', '3')
    place.fake.records.add('Deals', { id: '7' })
    const list = (after?: string) =>
      place.admin.listReferences('deal', after as CrmId | undefined, WITHIN_MS)
    assert.deepEqual(await list(), done(['3', '20', '900'].map(marked)))
    assert.deepEqual(await list('3'), done(['20', '900'].map(marked)))
    assert.deepEqual(await list('900'), done([]))
  })

  it('are read by their ids, as far as they exist', async () => {
    const place = adminAtFake()
    addDeals(place, '900')
    place.fake.records.add('Deals', { id: '7' })
    const ids = ['7', '8', '900'] as CrmId[]
    const read = await place.admin.readReferences('deal', ids, WITHIN_MS)
    assert.deepEqual(read, done([{ id: '7', reference: '' }, marked('900')]))
  })

  it('are unknown when a page does not rise above the last one', async () => {
    const data = [{ id: '5', Gateway_Reference: 'r' }]
    const { admin } = adminThatHears({ status: 200, body: { data } })
    assert.equal((await admin.listReferences('deal', '4' as CrmId, WITHIN_MS)).type, 'done')
    assert.equal((await admin.listReferences('deal', '5' as CrmId, WITHIN_MS)).type, 'unknown')
  })
})

describe('A reference that cannot be seen', () => {
  const after = '4' as CrmId

  it('is unknown where the field is missing, and where a list shows it empty', async () => {
    for (const row of [{ id: '5' }, { id: '5', Gateway_Reference: null }]) {
      const data = [{ id: '6', Gateway_Reference: 'r' }, row].toSorted((a, b) => +a.id - +b.id)
      const { admin } = adminThatHears({ status: 200, body: { data } })
      const isMissing = !('Gateway_Reference' in row)
      assert.equal((await admin.listReferences('deal', after, WITHIN_MS)).type, 'unknown')
      const read = await admin.readReferences('deal', [after], WITHIN_MS)
      assert.equal(read.type, isMissing ? 'unknown' : 'done')
    }
  })
})

describe('A look at a module, and at the query language', () => {
  it('finds one record, or none', async () => {
    const place = adminAtFake()
    const first = await place.admin.readFirst('Contacts', WITHIN_MS)
    assert.ok(first.type === 'done' && first.value !== null)
    assert.deepEqual(await place.admin.readFirst('Quotes', WITHIN_MS), done(null))
  })

  it('is refused with the reason that Zoho gives', async () => {
    const refused = { type: 'refused', reason: 'INVALID_QUERY: no' }
    const { admin } = adminThatHears({ status: 400, body: REFUSED })
    assert.deepEqual(await admin.readFirst('Contacts', WITHIN_MS), refused)
    assert.deepEqual(await admin.tryQuery(WITHIN_MS), refused)
  })

  it('is done when the query is allowed', async () => {
    assert.equal((await adminAtFake().admin.tryQuery(WITHIN_MS)).type, 'done')
  })
})

describe('The layouts of a module', () => {
  const layout = (more: object, ...fields: readonly object[]) => ({
    id: '7',
    name: 'Shop',
    sections: [{ fields }],
    ...more,
  })
  const read = async (...layouts: readonly object[]) => {
    const { admin, asked } = adminThatHears({ status: 200, body: { layouts } })
    const found = await admin.readLayouts('Quotes', WITHIN_MS)
    assert.match(asked[0]?.url ?? '', /\/crm\/v8\/settings\/layouts\?module=Quotes$/)
    return found
  }

  it('are read with the fields that they require', async () => {
    const fields = [
      { api_name: 'Region', required: true },
      { api_name: 'Note', required: false },
      { api_name: 'Other' },
    ]
    const required = { id: '7', name: 'Shop', required: ['Region'] }
    assert.deepEqual(
      await read(layout({ status: 'active', visible: true }, ...fields)),
      done([required]),
    )
  })

  it('are those in use, without what they require of lines', async () => {
    const lines = { isSubformSection: true, fields: [{ api_name: 'Product_Name', required: true }] }
    const own = { fields: [{ api_name: 'Region', required: true }] }
    assert.deepEqual(
      await read(
        layout({ status: 'inactive' }),
        layout({ visible: false }),
        layout({ sections: [own, lines] }),
      ),
      done([{ id: '7', name: 'Shop', required: ['Region'] }]),
    )
  })

  it('are unknown where the answer makes no sense', async () => {
    for (const wrong of [{ id: 'x' }, { sections: null }, { sections: [{}] }, { name: null }]) {
      assert.equal((await read(layout(wrong))).type, 'unknown')
    }
  })
})
