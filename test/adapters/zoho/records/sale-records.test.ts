import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RecordSettings } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import { NO_HOUSE_FIELDS } from '../../../../src/adapters/zoho/house/house-fields.ts'
import { recordBody as bodyOf } from '../../../../src/adapters/zoho/records/sale-records.ts'
import type { NewRecord } from '../../../../src/application/crm/crm.port.ts'
import type { CrmId, SaleId } from '../../../../src/domain/ids.ts'
import type { DecimalText } from '../../../../src/domain/money.ts'
import type { IsoDate } from '../../../../src/domain/time.ts'

const saleId = '01932b2e-7d00-7000-8000-000000000001' as SaleId
const id = (text: string) => text as CrmId
const address = { street: 'S', city: 'C', state: null, code: '16110', country: 'T' }
const lines = [
  {
    productId: id('11'),
    productName: 'Gear motor',
    quantity: 2.5,
    unitPrice: '1250.10' as DecimalText,
  },
]
const settings = {
  dealStage: 'Qualification',
  dealPipeline: undefined,
  quoteStage: 'Draft',
  salesOrderStatus: 'Created',
  trigger: undefined,
  houseFields: NO_HOUSE_FIELDS,
}
const common = {
  saleId,
  contactId: id('1'),
  accountId: id('2'),
  requestedOn: '2026-11-24' as IsoDate,
  names: { accountName: 'Zylker', contactName: 'Ada Lovelace' },
  client: 'web-shop',
}
const deal: NewRecord = {
  ...common,
  step: 'deal',
  reference: `${saleId}:deal`,
  amount: '3125.25' as DecimalText,
  closingDate: '2026-12-24' as IsoDate,
}
const quote: NewRecord = {
  ...common,
  step: 'quote',
  reference: `${saleId}:quote`,
  dealId: id('3'),
  lines,
  addresses: { billing: address, shipping: { ...address, city: 'D' } },
}

const recordBody = (record: NewRecord, field: string, settings: RecordSettings) =>
  bodyOf(record, field, settings, () => 120)

describe('A record as it is sent to Zoho', () => {
  it('is a Deal with amount and date', () => {
    assert.equal(
      recordBody(deal, 'Our_Field', settings),
      `{"data":[{"Deal_Name":"Zylker 2026-11-24 00000001","Stage":"Qualification","Closing_Date":"2026-12-24",` +
        `"Amount":3125.25,"Contact_Name":{"id":"1"},"Account_Name":{"id":"2"},` +
        `"Our_Field":"${saleId}:deal"}]}`,
    )
  })

  it('is a Quote with lines and both addresses', () => {
    assert.equal(
      recordBody(quote, 'Our_Field', settings),
      `{"data":[{"Subject":"Zylker 2026-11-24 00000001","Quote_Stage":"Draft","Deal_Name":{"id":"3"},` +
        `"Contact_Name":{"id":"1"},"Account_Name":{"id":"2"},"Billing_Street":"S",` +
        `"Billing_City":"C","Billing_State":null,"Billing_Code":"16110","Billing_Country":"T",` +
        `"Shipping_Street":"S","Shipping_City":"D","Shipping_State":null,"Shipping_Code":"16110",` +
        `"Shipping_Country":"T","Quoted_Items":[{"Product_Name":{"id":"11"},"Quantity":2.5,` +
        `"List_Price":1250.10}],"Our_Field":"${saleId}:quote"}]}`,
    )
  })

  it('is a Sales Order that points at both', () => {
    const order: NewRecord = { ...quote, step: 'salesOrder', quoteId: id('4'), addresses: null }
    const sent = JSON.parse(recordBody(order, 'Our_Field', settings)).data[0]
    assert.deepEqual(sent['Quote_Name'], { id: '4' })
    assert.deepEqual(sent['Deal_Name'], { id: '3' })
    assert.equal(sent['Status'], 'Created')
    assert.equal('Billing_City' in sent, false)
  })

  it('keeps every digit of an amount that is beyond the numbers of JavaScript', () => {
    const amount = '12345678901234567890.12' as DecimalText
    assert.match(
      recordBody({ ...deal, amount }, 'F', settings),
      /"Amount":12345678901234567890\.12,/,
    )
  })

  it('is in the currency of the sale, without a rate, and in none where the sale has none', () => {
    const order: NewRecord = { ...quote, step: 'salesOrder', quoteId: id('4') }
    for (const record of [deal, quote, order]) {
      const sent = JSON.parse(recordBody({ ...record, currency: 'KWD' }, 'F', settings)).data[0]
      assert.equal(sent['Currency'], 'KWD')
      const plain = JSON.parse(recordBody(record, 'F', settings)).data[0]
      assert.deepEqual(Object.keys(sent).toSorted(), [...Object.keys(plain), 'Currency'].toSorted())
    }
  })

  it('leaves out the account of a contact without one, and a pipeline that is not set', () => {
    const sent = JSON.parse(recordBody({ ...deal, accountId: null }, 'F', settings)).data[0]
    assert.equal('Account_Name' in sent || 'Pipeline' in sent, false)
  })

  it('reports what it may set off where the settings say so', () => {
    const none = JSON.parse(recordBody(deal, 'F', { ...settings, trigger: [] }))
    assert.deepEqual(none.trigger, [])
    assert.equal('trigger' in JSON.parse(recordBody(deal, 'F', settings)), false)
  })
})
