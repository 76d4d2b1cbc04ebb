import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { zohoNeeds } from '../../../src/adapters/zoho/admin/zoho-admin-needs.ts'
import { parseHouseFields } from '../../../src/adapters/zoho/house/house-fields.ts'
import {
  layoutFindings,
  recordFindings,
} from '../../../src/application/crm-setup/check-record-fields.ts'
import type {
  CrmField,
  CrmLayout,
  NeededRecord,
} from '../../../src/application/crm-setup/crm-admin.port.ts'
import type { CrmFinding } from '../../../src/application/crm-setup/crm-finding.ts'
import { done, refused, unknown } from '../../support/examples/sale-examples.ts'
import { quickConfig } from '../../support/gateway/test-service.ts'

/** What a record of this module is sent with, with these fields of the house. */
function recordWith(further: object, module = 'Deals'): NeededRecord {
  const { referenceField, recordSettings } = quickConfig().zoho
  const read = parseHouseFields(JSON.stringify({ [module]: further }), referenceField)
  assert.ok(read.ok)
  const needs = zohoNeeds({
    referenceField,
    recordSettings: { ...recordSettings, houseFields: read.fields },
  })
  const record = needs.records.find((one) => one.module === module)
  assert.ok(record !== undefined)
  return record
}

function field(name: string, more: Partial<CrmField> = {}): CrmField {
  return {
    name,
    type: 'text',
    lengthMax: 50,
    unique: false,
    restricted: false,
    mandatory: false,
    writable: true,
    values: null,
    ...more,
  }
}

/** A finding as the terminal shows it. */
function lineOf({ check, ok, remedy }: CrmFinding): string {
  return remedy === null ? `ok ${check}` : `${ok ? 'warning' : 'wrong'} ${check}: ${remedy}`
}

function findingAbout(value: unknown, more: Partial<CrmField>): string {
  const [finding] = recordFindings(recordWith({ F: value }), [field('F', more)])
  assert.ok(finding !== undefined)
  return lineOf(finding)
}

const PICKLIST = { type: 'picklist', values: ['Web', 'Phone'] }
const FINE = 'ok field Deals.F (ZOHO_FIELDS_FILE)'

describe('A field of the house', () => {
  // The value in the file, and what is different about the field.
  const GOOD: readonly (readonly [unknown, Partial<CrmField>])[] = [
    ['x'.repeat(50), {}],
    ['{accountName} {contactName}', { lengthMax: 5 }],
    ['{saleId}', { unique: true }],
    ['a\nb', { type: 'textarea' }],
    ['Web', PICKLIST],
    ['2026-11-29', { type: 'date' }],
    ['{date}', { type: 'date', lengthMax: 20 }],
    ['2026-11-29T10:00:00+03:00', { type: 'datetime' }],
    ['a@b.example', { type: 'email' }],
    ['{client}', { type: 'phone' }],
    [7, { type: 'integer', lengthMax: 9 }],
    [7, { type: 'double' }],
    [-7.25, { type: 'currency', lengthMax: 3 }],
    [7.5, { type: 'percent' }],
    [false, { type: 'boolean' }],
    [{ id: '7' }, { type: 'lookup', lengthMax: 1 }],
    [{ id: '7' }, { type: 'ownerlookup' }],
  ]
  for (const [value, more] of GOOD) {
    it(`is fine as ${JSON.stringify(value)} in ${JSON.stringify(more)}`, () => {
      assert.equal(findingAbout(value, more), FINE)
    })
  }

  // The value in the file, what is different about the field, and what is to be done.
  const WRONG: readonly (readonly [unknown, Partial<CrmField>, RegExp])[] = [
    ['x', { writable: false }, /: Remove it from the file: nobody can write this field\.$/],
    ['x'.repeat(51), {}, /: Make it shorter: it has 51 characters, the field holds 50\.$/],
    ['{saleId} {date}', { lengthMax: 40 }, /: Make it shorter: it has 47 characters, .* 40\.$/],
    ['web', PICKLIST, /: Use one of "Web", "Phone", or add the value in Zoho\.$/],
    [7, PICKLIST, /: Write a text, one of its values: the field is of type picklist\.$/],
    [7, {}, /: Write a text: the field is of type text\.$/],
    [true, { type: 'textarea' }, /: Write a text: /],
    ['7', { type: 'integer' }, /: Write a whole number: the field is of type integer\.$/],
    [7.5, { type: 'integer' }, /: Write a whole number: /],
    [7.5, { type: 'bigint' }, /: Write a whole number: /],
    ['7', { type: 'currency' }, /: Write a number: /],
    [
      1234,
      { type: 'integer', lengthMax: 3 },
      /: Use a shorter number: the field holds 3 digits\.$/,
    ],
    ['true', { type: 'boolean' }, /: Write true or false: /],
    [1, { type: 'boolean' }, /: Write true or false: /],
    ['7', { type: 'lookup' }, /: Write \{"id": "…"\}: /],
    [{ id: '7' }, {}, /: Write a text: /],
    ['29.11.2026', { type: 'date' }, /: Write a day as a text, 2026-11-29, or \{date\}: /],
    ['2026-02-30', { type: 'date' }, /: Write a day as a text/],
    ['{date} {shortId}', { type: 'date' }, /: Write a day as a text/],
    ['{date}', { type: 'datetime' }, /: Write a time as a text/],
    ['nobody', { type: 'email' }, /: Write a text, an e-mail address: /],
    [
      'x',
      { type: 'multiselectpicklist' },
      /: Remove it: the file cannot fill a field of type mult/,
    ],
    ['x', { type: 'fileupload' }, /: Remove it: the file cannot fill a field of type fileupload/],
    ['Web', { unique: true }, /: Put \{saleId\} into it: it is unique, so only one sale/],
    ['{date}', { unique: true }, /: Put \{saleId\} into it: /],
    [7, { type: 'integer', unique: true }, /: Put \{saleId\} into it: /],
  ]
  for (const [value, more, remedy] of WRONG) {
    it(`is wrong as ${JSON.stringify(value)} in ${JSON.stringify(more)}`, () => {
      const line = findingAbout(value, more)
      assert.match(line, /^wrong field Deals\.F \(ZOHO_FIELDS_FILE\): /)
      assert.match(line, remedy)
    })
  }

  it('is a warning where nobody can know every value that it will have', () => {
    assert.match(
      findingAbout('{client}', PICKLIST),
      /^warning .*: See that it is .* "Web", "Phone"\.$/,
    )
    assert.match(findingAbout('{shortId}', { unique: true }), /^warning .*: Put \{saleId\} into it/)
  })

  it('is wrong where the module has no such field', () => {
    const [finding] = recordFindings(recordWith({ Lead_Sorce: 'x' }), [field('Lead_Source')])
    assert.ok(finding !== undefined)
    assert.match(
      lineOf(finding),
      /^wrong field Deals\.Lead_Sorce .*: There is no such field: correct/,
    )
  })
})

describe('A mandatory field', () => {
  const REQUIRED = { mandatory: true }
  const linesOf = (record: NeededRecord, ...fields: readonly CrmField[]) =>
    recordFindings(record, fields).map(lineOf)

  it('that nothing fills is wrong, and named', () => {
    assert.deepEqual(linesOf(recordWith({}), field('Region', REQUIRED), field('Note')), [
      'wrong mandatory field Deals.Region: Nothing fills it, so Zoho would refuse every sale. ' +
        'Name it in ZOHO_FIELDS_FILE under "Deals", or make it optional in Zoho.',
    ])
  })

  it('is fine where the sale, the file or Zoho fills it', () => {
    const sale = ['Deal_Name', 'Stage', 'Closing_Date', 'Amount', 'Contact_Name', 'Currency']
    const fields = [...sale, 'Exchange_Rate', 'Gateway_Reference'].map((name) =>
      field(name, REQUIRED),
    )
    const auto = field('Deal_Number', { ...REQUIRED, writable: false })
    const lines = linesOf(recordWith({ Region: 'x' }), ...fields, auto, field('Region', REQUIRED))
    assert.deepEqual(lines, [
      'ok field Deals.Region (ZOHO_FIELDS_FILE)',
      'ok mandatory fields of Deals',
    ])
  })

  it('that only some sales fill is a warning', () => {
    const fields = ['Account_Name', 'Billing_City'].map((name) => field(name, REQUIRED))
    for (const line of linesOf(recordWith({}, 'Quotes'), ...fields)) {
      assert.match(
        line,
        /^warning mandatory field Quotes\.(Account_Name|Billing_City): Make it opt/,
      )
    }
  })

  it('of a line is wrong, and cannot be filled by the file', () => {
    const { referenceField, recordSettings } = quickConfig().zoho
    const lines = zohoNeeds({ referenceField, recordSettings }).records.find(
      ({ module }) => module === 'Ordered_Items',
    )
    assert.ok(lines !== undefined)
    assert.deepEqual(linesOf(lines, field('Product_Name', REQUIRED), field('Warranty', REQUIRED)), [
      'wrong mandatory field Ordered_Items.Warranty: Nothing fills it, so Zoho would refuse every ' +
        'sale. The gateway cannot fill it: make it optional in Zoho.',
    ])
  })
})

describe('What a layout requires', () => {
  const SHOP: CrmLayout = { id: '91', name: 'Shop', required: ['Region', 'Stage', 'Number'] }
  const PLAIN: CrmLayout = { id: '92', name: 'Standard', required: [] }
  const FIELDS = [field('Region'), field('Stage'), field('Number', { writable: false })]
  const linesOf = (further: object, layouts: Parameters<typeof layoutFindings>[2]) =>
    layoutFindings(recordWith(further), FIELDS, layouts).map(lineOf)
  const both = done([SHOP, PLAIN])

  it('is a warning where no layout is sent', () => {
    assert.deepEqual(linesOf({}, both), [
      'warning mandatory field Deals.Region (layout "Shop"): Nothing fills it. Zoho asks for it once ' +
        'a Layout is sent. Name it in ZOHO_FIELDS_FILE under "Deals", or make it optional in Zoho.',
    ])
  })

  it('is wrong where this layout is sent, and no other', () => {
    const [shown, missing, ...others] = linesOf({ Layout: { id: '91' } }, both)
    assert.equal(shown, 'ok field Deals.Layout (ZOHO_FIELDS_FILE)')
    assert.match(missing ?? '', /^wrong mandatory field Deals\.Region \(layout "Shop"\): Nothing/)
    assert.deepEqual(others, [])
    assert.deepEqual(linesOf({ Layout: { id: '92' } }, both), [shown])
  })

  it('is fine where the file fills it', () => {
    assert.deepEqual(linesOf({ Region: 'x' }, both), ['ok layouts of Deals'])
    const sent = linesOf({ Region: 'x', Layout: { id: '91' } }, both)
    assert.deepEqual(sent, ['ok field Deals.Layout (ZOHO_FIELDS_FILE)'])
  })

  it('is not known for a layout that is none: those that there are are named', () => {
    for (const Layout of [{ id: '93' }, 'Shop']) {
      const [line = ''] = linesOf({ Layout }, both)
      assert.match(
        line,
        /^wrong field Deals\.Layout \(ZOHO_FIELDS_FILE\): Deals has no such layout\. /,
      )
      assert.match(line, /Use one of \{"id": "91"\} \("Shop"\), \{"id": "92"\} \("Standard"\)\.$/)
    }
  })

  it('that cannot be read is wrong where a layout is sent, else a warning', () => {
    for (const failure of [refused, unknown]) {
      assert.match(linesOf({}, failure)[0] ?? '', /^warning layouts of Deals: /)
      assert.match(linesOf({ Layout: { id: '91' } }, failure)[0] ?? '', /^wrong layouts of Deals: /)
    }
    assert.match(linesOf({}, refused)[0] ?? '', /Grant ZohoCRM\.settings\.layouts\.READ/)
  })
})
