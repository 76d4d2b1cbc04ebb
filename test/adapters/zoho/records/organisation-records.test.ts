import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fetchOf } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import { SAMPLE_PRODUCT_IDS } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import type { ZohoFetch } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import type { CrmId } from '../../../../src/domain/ids.ts'
import type { Organisation } from '../../../../src/domain/sale/outcome.ts'
import { makeFake } from '../../../support/examples/left-sale.ts'
import { adminAtFake } from '../../../support/gateway/zoho-admin.ts'

const WITHIN_MS = 1_000
const SEVERAL = { homeCurrency: 'TRY', hasSeveralCurrencies: true }
const ONE = { homeCurrency: 'TRY', hasSeveralCurrencies: false }
const TWO_CURRENCIES = {
  homeCurrency: 'TRY',
  otherCurrencies: [{ isoCode: 'USD', exchangeRate: 41.2, decimals: 2 }],
}

function crmAtFake(patch: SettingsPatch = {}) {
  const place = adminAtFake()
  place.fake.settings.change(patch)
  return place
}

/** A CRM whose Zoho gives this answer to every call. */
function crmThatHears(status: number, body?: object) {
  return adminAtFake(
    {},
    {
      fetch: async (url) =>
        url.includes('/oauth/')
          ? Response.json({ access_token: 't', expires_in: 3600 })
          : new Response(body === undefined ? null : JSON.stringify(body), { status }),
    },
  ).crm
}

describe('The organisation', () => {
  it('has one currency, or several', async () => {
    const one = await crmAtFake({ homeCurrency: 'TRY' }).crm.readOrganisation(WITHIN_MS)
    assert.deepEqual(one, { type: 'done', value: ONE })
    const several = await crmAtFake(TWO_CURRENCIES).crm.readOrganisation(WITHIN_MS)
    assert.deepEqual(several, { type: 'done', value: SEVERAL })
  })

  it('is refused to a token without the scope for it', async () => {
    const { fake, crm } = crmAtFake()
    const scopes = fake.settings.current.scopes.filter((scope) => scope !== 'ZohoCRM.org.READ')
    fake.settings.change({ scopes })
    const read = await crm.readOrganisation(WITHIN_MS)
    assert.ok(read.type === 'refused')
    assert.match(read.reason, /^OAUTH_SCOPE_MISMATCH/)
  })

  const UNREADABLE: readonly (readonly [number, object?])[] = [
    [200, { org: [] }],
    [200, { org: [{ iso_code: 'TRY' }] }],
    [200, { org: [{ iso_code: 'Lira', mc_status: true }] }],
    [200, { org: [{ iso_code: 'TRY', mc_status: 'true' }] }],
    [200, {}],
    [204],
    [404],
    [502],
  ]
  for (const [status, body] of UNREADABLE) {
    it(`is not known by HTTP ${status} ${JSON.stringify(body) ?? ''}`, async () => {
      const read = await crmThatHears(status, body).readOrganisation(WITHIN_MS)
      assert.equal(read.type, 'unknown')
    })
  }
})

describe('The currency of a product', () => {
  const id = SAMPLE_PRODUCT_IDS[0] as string as CrmId
  const ids = [id]

  /** The currency that is read, and the columns that were asked for. */
  async function read(patch: SettingsPatch, organisation: Organisation | undefined) {
    const fake = makeFake()
    fake.settings.change(patch)
    const asked: string[] = []
    const fetch: ZohoFetch = (url, init) => {
      asked.push(url)
      return fetchOf(fake)(url, init)
    }
    const { crm } = adminAtFake({}, { fetch })
    const products = await crm.readProducts(ids, organisation, WITHIN_MS)
    assert.ok(products.type === 'done')
    const url = asked.at(-1) ?? ''
    return [products.value[0]?.currency, url.slice(url.indexOf('Product_Active'))]
  }

  it('is neither asked for nor there in an organisation with one currency', async () => {
    assert.deepEqual(await read({}, ONE), [null, 'Product_Active'])
  })

  it('is asked for where the organisation has several', async () => {
    assert.deepEqual(await read(TWO_CURRENCIES, SEVERAL), ['TRY', 'Product_Active,Currency'])
  })

  it('is asked for with its rate where nobody knows: the rate of the own one is 1', async () => {
    const columns = 'Product_Active,Currency,Exchange_Rate'
    assert.deepEqual(await read({}, undefined), [null, columns])
    assert.deepEqual(await read(TWO_CURRENCIES, undefined), [null, columns])
  })

  const ROW = { id, Product_Name: 'Motor', Unit_Price: 19.99, Product_Active: true }
  const readRow = (more: object, organisation: Organisation | undefined) =>
    crmThatHears(200, { data: [{ ...ROW, ...more }] }).readProducts(ids, organisation, WITHIN_MS)

  it('is read from a row that carries it, whatever is known of the organisation', async () => {
    for (const organisation of [ONE, SEVERAL, undefined]) {
      const result = await readRow({ Currency: 'USD', Exchange_Rate: 41.2 }, organisation)
      assert.equal(result.type === 'done' && result.value[0]?.currency, 'USD')
    }
  })

  it('is not the own one of an organisation that is not known unless the rate shows it', async () => {
    for (const more of [{}, { Exchange_Rate: null }, { Exchange_Rate: 41.2 }]) {
      const result = await readRow({ Currency: 'USD', ...more }, undefined)
      assert.equal(result.type === 'done' && result.value[0]?.currency, 'USD')
    }
  })

  it('is refused by the name of the field where Zoho hides it', async () => {
    const result = await readRow({}, SEVERAL)
    assert.ok(result.type === 'refused')
    assert.match(result.reason, new RegExp(`the field Currency of product ${id}: `))
  })
})
