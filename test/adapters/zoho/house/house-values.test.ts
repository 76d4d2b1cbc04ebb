import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeFieldLengths } from '../../../../src/adapters/zoho/house/field-lengths.ts'
import { parseHouseFields } from '../../../../src/adapters/zoho/house/house-fields.ts'
import { houseValues } from '../../../../src/adapters/zoho/house/house-values.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import type { IsoDate } from '../../../../src/domain/time.ts'

const saleId = '01932b2e-7d00-7000-8000-00001a2b3c4d' as SaleId
const sale = {
  saleId,
  requestedOn: '2026-11-29' as IsoDate,
  names: { accountName: 'Zylker', contactName: 'Ada King' },
  client: 'web-shop',
}

function valuesOf(deals: object, given: Partial<typeof sale> | object = {}, lengthMax = 120) {
  const read = parseHouseFields(JSON.stringify({ Deals: deals }), 'Gateway_Reference')
  assert.ok(read.ok)
  return houseValues('Deals', { ...sale, ...given }, read.fields, () => lengthMax)
}

function nameOf(accountName: string | null, lengthMax = 120, contactName: string | null = 'Ada') {
  return valuesOf({}, { names: { accountName, contactName } }, lengthMax)['Deal_Name']
}

describe('The name of a record', () => {
  it('is account, day and the end of the sale id', () => {
    assert.equal(nameOf('Zylker'), 'Zylker 2026-11-29 1a2b3c4d')
  })

  it('has the contact in the place of an account, and nothing in the place of both', () => {
    assert.equal(nameOf(null), 'Ada 2026-11-29 1a2b3c4d')
    assert.equal(nameOf(null, 120, null), '2026-11-29 1a2b3c4d')
  })

  it('is one line', () => {
    assert.equal(nameOf(' Zylker\r\n\u0000 Corp\t'), 'Zylker Corp 2026-11-29 1a2b3c4d')
  })

  it('is what the file holds, and the usual one where that comes out empty', () => {
    assert.equal(
      valuesOf({ Deal_Name: '{client}: {contactName}' })['Deal_Name'],
      'web-shop: Ada King',
    )
    const nobody = { names: { accountName: null, contactName: null } }
    const name = valuesOf({ Deal_Name: '{contactName}' }, nobody)['Deal_Name']
    assert.equal(name, '2026-11-29 1a2b3c4d')
  })

  // The name of the account, the length of the field, the name of the record.
  const CUT: readonly (readonly [string, number, string])[] = [
    ['Zylker', 26, 'Zylker 2026-11-29 1a2b3c4d'],
    ['Zylker', 25, 'Zylke 2026-11-29 1a2b3c4d'],
    ['Zy ker', 23, 'Zy 2026-11-29 1a2b3c4d'],
    ['Zylker', 19, '2026-11-29 1a2b3c4d'],
    ['Zylker', 10, '2026-11-29'],
    ['😀😀', 24, '😀😀 2026-11-29 1a2b3c4d'],
    ['😀😀', 23, '😀 2026-11-29 1a2b3c4d'],
    ['😀😀', 22, '😀 2026-11-29 1a2b3c4d'],
    ['😀😀', 21, '2026-11-29 1a2b3c4d'],
  ]
  for (const [accountName, length, name] of CUT) {
    it(`of ${accountName} in a field of ${length} characters is ${name}`, () => {
      assert.equal(nameOf(accountName, length), name)
    })
  }

  it('is never longer than its field, and never ends in half of a character', () => {
    for (let length = 1; length <= 80; length += 1) {
      const accountName = '😀a'.repeat(20)
      for (const template of ['{accountName}', '{client}{accountName} {date} {contactName}😀']) {
        const given = { names: { accountName, contactName: '😀😀' } }
        const name = String(valuesOf({ Deal_Name: template }, given, length)['Deal_Name'])
        assert.ok(name.length <= length, `${name.length} of ${length}`)
        assert.equal(name, Buffer.from(name).toString(), 'a broken surrogate')
      }
    }
  })
})

describe('The fields of the house in a record', () => {
  it('are constants as they are written, and texts filled in', () => {
    const deals = {
      Owner: { id: '7' },
      Priority: 2.5,
      Is_Web: true,
      Note: '{{saleId} is {saleId}, {shortId} of {accountName}/{contactName}, {date} }',
    }
    assert.deepEqual(valuesOf(deals), {
      Deal_Name: 'Zylker 2026-11-29 1a2b3c4d',
      Owner: { id: '7' },
      Priority: 2.5,
      Is_Web: true,
      Note: `{saleId} is ${saleId}, 1a2b3c4d of Zylker/Ada King, 2026-11-29 }`,
    })
  })

  it('leave out a text that comes out empty', () => {
    const values = valuesOf(
      { Note: '{contactName}' },
      { names: { accountName: 'Z', contactName: null } },
    )
    assert.equal('Note' in values, false)
  })

  it('are those of the module alone', () => {
    const read = parseHouseFields('{"Deals":{"A":1},"Quotes":{"B":2}}', 'Gateway_Reference')
    assert.ok(read.ok)
    const values = houseValues('Quotes', sale, read.fields, () => 120)
    assert.deepEqual(values, { Subject: 'Zylker 2026-11-29 1a2b3c4d', B: 2 })
  })

  it('do not read a placeholder that a name brings with it', () => {
    const names = { accountName: '{contactName} {{', contactName: 'Ada' }
    assert.equal(valuesOf({ Note: '{accountName}' }, { names })['Note'], '{contactName} {{')
  })
})

describe('The lengths of fields', () => {
  const field = (name: string, lengthMax: number | null, type = 'text') => ({
    name,
    type,
    lengthMax,
  })

  it('are those that Zoho described last', () => {
    const lengths = makeFieldLengths()
    lengths.learn('Deals', [field('Note', 50), field('Deal_Name', 100)])
    lengths.learn('Quotes', [field('Note', 60)])
    lengths.learn('Deals', [field('Note', 40)])
    const lengthOf = lengths.of({})
    assert.equal(lengthOf('Deals', 'Note'), 40)
    assert.equal(lengthOf('Deals', 'Deal_Name'), 100)
    assert.equal(lengthOf('Quotes', 'Note'), 60)
  })

  it('are the shortest for a name, and none for another field, as long as Zoho was not asked', () => {
    const lengthOf = makeFieldLengths().of({})
    assert.equal(lengthOf('Deals', 'Deal_Name'), 120)
    assert.equal(lengthOf('Sales_Orders', 'Subject'), 120)
    assert.equal(lengthOf('Deals', 'Note'), Number.POSITIVE_INFINITY)
  })

  it('cut texts only: the length of a pick list reports nothing about its values', () => {
    const lengths = makeFieldLengths()
    lengths.learn('Deals', [field('Source', 5, 'picklist'), field('A', null), field('B', 0)])
    const lengthOf = lengths.of({})
    for (const name of ['Source', 'A', 'B']) {
      assert.equal(lengthOf('Deals', name), Number.POSITIVE_INFINITY)
    }
  })

  it('stay the same for a sale that has asked for them: a repeat sends what was sent', () => {
    const lengths = makeFieldLengths()
    const [begun, later] = [{}, {}]
    assert.equal(lengths.of(begun)('Deals', 'Deal_Name'), 120)
    lengths.learn('Deals', [field('Deal_Name', 30)])
    assert.equal(lengths.of(begun)('Deals', 'Deal_Name'), 120)
    assert.equal(lengths.of(later)('Deals', 'Deal_Name'), 30)
  })
})
