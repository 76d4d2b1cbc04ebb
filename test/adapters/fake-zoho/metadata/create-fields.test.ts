import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD, type Session } from '../support.ts'

const REFERENCE = { field_label: 'Gateway Reference', data_type: 'text', length: 255, unique: true }

const make = ({ call }: Session, fields: Json, module = 'Deals') =>
  call('POST', `/crm/v8/settings/fields?module=${module}`, { fields })

const without = () => openSession({ settings: { referenceFields: { Deals: 'absent' } } })

describe('A field that is created', () => {
  const shapes: readonly (readonly [Json, boolean])[] = [
    [true, true],
    [{ case_sensitive: false }, true],
    [{ casesensitive: 'false' }, true],
    [{}, false],
    [false, false],
    [null, false],
  ]
  for (const [unique, isUnique] of shapes) {
    it(`is ${isUnique ? 'unique' : 'plain'} with ${JSON.stringify(unique)}`, async () => {
      const session = await without()
      const { status, body } = await make(session, [{ ...REFERENCE, unique }])
      assert.equal(status, 201)
      assert.match(String(at(body, 'fields', 0, 'details', 'id')), /^\d{19}$/)
      assert.equal(at(body, 'fields', 0, 'status'), 'success')
      const record = { ...DEAL, [REFERENCE_FIELD]: 'a:deal' }
      await create(session, 'Deals', record)
      const again = await session.call('POST', '/crm/v8/Deals', { data: [record] })
      assert.equal(again.status, isUnique ? 400 : 201)
    })
  }

  it('may be another than the reference, and its duplicate is named', async () => {
    const session = await openSession()
    await make(session, [{ ...REFERENCE, field_label: 'Order No.' }])
    const record = { ...DEAL, Order_No_: '7' }
    const id = await create(session, 'Deals', record)
    const { body } = await session.call('POST', '/crm/v8/Deals', { data: [record] })
    assert.equal(at(body, 'data', 0, 'code'), 'DUPLICATE_DATA')
    assert.equal(at(body, 'data', 0, 'details', 'api_name'), 'Order_No_')
    assert.equal(at(body, 'data', 0, 'details', 'duplicate_record', 'id'), id)
  })

  it('is in its module only', async () => {
    const session = await openSession()
    await make(session, [{ ...REFERENCE, field_label: 'Extra' }], 'Contacts')
    const { status } = await session.query("select Extra from Contacts where id = '1'")
    assert.equal(status, 204)
    assert.equal((await session.query("select Extra from Deals where id = '1'")).status, 400)
  })
})

describe('A field that cannot be created', () => {
  const wrong: readonly (readonly [string, Json, string, string])[] = [
    ['without a label', { ...REFERENCE, field_label: '' }, 'MANDATORY_NOT_FOUND', 'field_label'],
    [
      'with a long label',
      { ...REFERENCE, field_label: 'x'.repeat(26) },
      'INVALID_DATA',
      'field_label',
    ],
    ['of another type', { ...REFERENCE, data_type: 'date' }, 'INVALID_DATA', 'data_type'],
    ['that is too long', { ...REFERENCE, length: 256 }, 'INVALID_DATA', 'length'],
    ['that is there already', REFERENCE, 'DUPLICATE_DATA', 'field_label'],
    ['that is no object', 7, 'MANDATORY_NOT_FOUND', 'field_label'],
  ]
  for (const [name, given, code, member] of wrong) {
    it(`such as one ${name} is refused with ${code}`, async () => {
      const { status, body } = await make(await openSession(), [given])
      assert.equal(status, 400)
      assert.equal(at(body, 'fields', 0, 'code'), code)
      assert.equal(at(body, 'fields', 0, 'details', 'json_path'), `$.fields[0].${member}`)
    })
  }

  it('does not stop the other field of its call from being created', async () => {
    const { status, body } = await make(await without(), [REFERENCE, { ...REFERENCE, length: 0 }])
    assert.equal(status, 207)
    assert.equal(at(body, 'fields', 0, 'status'), 'success')
    assert.equal(at(body, 'fields', 1, 'status'), 'error')
  })

  it('is refused as a whole with no field, with six, and for no module', async () => {
    const session = await openSession()
    for (const fields of [null, [], Array.from({ length: 6 }, () => REFERENCE)]) {
      const { status, body } = await make(session, fields)
      assert.deepEqual([status, at(body, 'code')], [400, 'INVALID_DATA'])
    }
    const { status, body } = await make(session, [REFERENCE], 'Shoes')
    assert.deepEqual([status, at(body, 'code')], [400, 'INVALID_MODULE'])
  })
})
