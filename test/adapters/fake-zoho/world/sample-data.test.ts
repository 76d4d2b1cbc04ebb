import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MODULE_NAMES } from '../../../../src/adapters/fake-zoho/schema/module-names.ts'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
  SAMPLE_PRODUCT_IDS,
  SAMPLE_PRODUCT_INACTIVE_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, openSession } from '../support.ts'

const { records } = (await openSession()).fake

describe('The sample data', () => {
  it('has the contact of the published document, at its account', () => {
    const contact = records.find('Contacts', SAMPLE_CONTACT_ID)
    assert.equal(at(contact, 'First_Name'), 'Poligon')
    assert.equal(at(contact, 'Last_Name'), 'Mühendislik')
    assert.equal(at(contact, 'Email'), 'info@poligonmuhendislik.com')
    assert.equal(at(contact, 'Account_Name', 'id'), SAMPLE_ACCOUNT_ID)
  })

  it('has both addresses of that account', () => {
    const account = records.find('Accounts', SAMPLE_ACCOUNT_ID)
    for (const kind of ['Billing', 'Shipping']) {
      const parts = ['Street', 'City', 'State', 'Code', 'Country']
      assert.deepEqual(
        parts.map((part) => at(account, `${kind}_${part}`)),
        ['Tahtalı Mah. Kiteyol Sok. No: 24', 'Bursa', 'Nilüfer', '16110', 'Türkiye'],
      )
    }
  })

  it('has a contact without an account', () => {
    const contact = records.find('Contacts', SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID)
    assert.equal(at(contact, 'Email'), 'solo@example.com')
    assert.equal(at(contact, 'Account_Name'), null)
  })

  it('has two products for sale, one without a price and one that is inactive', () => {
    const ids = [...SAMPLE_PRODUCT_IDS, SAMPLE_PRODUCT_WITHOUT_PRICE_ID, SAMPLE_PRODUCT_INACTIVE_ID]
    const terms = ids.map((id) => {
      const product = records.find('Products', id)
      return [at(product, 'Unit_Price'), at(product, 'Product_Active')]
    })
    assert.deepEqual(terms, [
      [1250, true],
      [89.9, true],
      [null, true],
      [14.5, false],
    ])
  })

  it('has ids of 18 digits, which no created record has', () => {
    const ids = MODULE_NAMES.flatMap((name) => records.live(name)).map(({ id }) => id)
    assert.ok(ids.length >= 7)
    assert.ok(ids.every((id) => /^550428\d{12}$/.test(id)))
  })
})
