import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { SettingsPatch } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD } from '../support.ts'

const REFERRED = { ...DEAL, [REFERENCE_FIELD]: 'a:deal' }
const open = (settings: SettingsPatch) => openSession({ settings })

describe('A field that is hidden from the reads', () => {
  const query =
    "select Email, Account_Name.Billing_City from Contacts where Email = 'solo@example.com'"
  const other = `select Email, Account_Name.Billing_City from Contacts where id = '${SAMPLE_CONTACT_ID}'`

  for (const [shows, value] of [
    ['null', null],
    ['masked', '*********'],
  ] as const) {
    it(`is ${shows} in a row that matched on it`, async () => {
      const { query: ask } = await open({
        hiddenFields: [{ module: 'Contacts', field: 'Email', shows }],
      })
      const { status, body } = await ask(query)
      assert.equal(status, 200)
      assert.equal(Object.hasOwn(Object(at(body, 'data', 0)), 'Email'), true)
      assert.equal(at(body, 'data', 0, 'Email'), value)
    })
  }

  it('is absent from the row, also behind a lookup and by id', async () => {
    const hiddenFields = [
      { module: 'Contacts', field: 'Email', shows: 'absent' },
      { module: 'Accounts', field: 'Billing_City', shows: 'absent' },
    ] as const
    const { query: ask, call } = await open({ hiddenFields })
    assert.deepEqual(Object.keys(Object(at((await ask(other)).body, 'data', 0))), ['id'])
    const read = await call('GET', `/crm/v8/Contacts/${SAMPLE_CONTACT_ID}?fields=Email,Last_Name`)
    assert.deepEqual(Object.keys(Object(at(read.body, 'data', 0))), ['Last_Name', 'id'])
  })

  it('is reported by the field itself where it is restricted', async () => {
    const hiddenFields = [
      { module: 'Contacts', field: 'Email', shows: 'null', isRestricted: true },
    ] as const
    const { call } = await open({ hiddenFields })
    const { body } = await call('GET', '/crm/v8/settings/fields?module=Contacts')
    const fields = at(body, 'fields')
    assert.ok(Array.isArray(fields))
    const restricted = fields.filter((field) => at(field, 'private', 'restricted') === true)
    assert.deepEqual(
      restricted.map((field) => at(field, 'api_name')),
      ['Email'],
    )
  })
})

describe('What Zoho leaves open', () => {
  for (const [isBinUnique, status] of [
    [false, 201],
    [true, 400],
  ] as const) {
    it(`answers ${status} to the value of a deleted record with isBinUnique ${isBinUnique}`, async () => {
      const session = await open({ isBinUnique })
      const id = await create(session, 'Deals', REFERRED)
      await session.call('DELETE', `/crm/v8/Deals/${id}`)
      const again = await session.call('POST', '/crm/v8/Deals', { data: [REFERRED] })
      assert.equal(again.status, status)
    })
  }

  it('lets two inserts at once pass by uniqueLagMs, and no later one', async () => {
    const session = await open({ uniqueLagMs: 100 })
    const make = () => session.call('POST', '/crm/v8/Deals', { data: [REFERRED] })
    assert.deepEqual([(await make()).status, (await make()).status], [201, 201])
    await session.clock.advance(100)
    assert.equal((await make()).status, 400)
  })

  for (const [coqlQuoting, statuses] of [
    ['both', [204, 204]],
    ['doubled', [204, 400]],
    ['backslash', [400, 204]],
  ] as const) {
    it(`reads a quote in a query as coqlQuoting ${coqlQuoting} sets`, async () => {
      const { query } = await open({ coqlQuoting })
      const answers = [
        await query("select id from Contacts where Email = 'o''hara@example.com'"),
        await query("select id from Contacts where Email = 'o\\'hara@example.com'"),
      ]
      assert.deepEqual(
        answers.map(({ status }) => status),
        statuses,
      )
    })
  }

  it('answers an unknown id, a list of nothing and a second delete as the settings tell', async () => {
    const { call, query, fake } = await openSession()
    const all = async () => {
      const answers = [
        await call('GET', '/crm/v8/Deals/1'),
        await call('GET', '/crm/v8/Deals?fields=id'),
        await query("select id from Deals where id = '1'"),
        await call('DELETE', '/crm/v8/Deals/1'),
      ]
      return answers.map(({ status, body }) => [status, at(body, 'message')])
    }
    assert.deepEqual(await all(), [
      [204, null],
      [204, null],
      [204, null],
      [400, 'record not deleted'],
    ])
    fake.settings.change({
      unknownIdAnswer: 'invalidId',
      emptyListAnswer: 'emptyData',
      goneDeleteAnswer: 'invalidId',
    })
    assert.deepEqual(await all(), [
      [400, 'the id given seems to be invalid'],
      [200, null],
      [200, null],
      [400, 'the id given seems to be invalid'],
    ])
    for (const [goneDeleteAnswer, status] of [
      ['noContent', 204],
      ['notFound', 404],
    ] as const) {
      fake.settings.change({ goneDeleteAnswer })
      assert.deepEqual((await all()).at(-1), [status, null])
    }
  })

  it('shows a new record to each kind of read after its own lag', async () => {
    const session = await open({ getLagMs: 200, coqlLagMs: 100 })
    const id = await create(session, 'Deals', REFERRED)
    const reads = async () => [
      (await session.call('GET', `/crm/v8/Deals/${id}`)).status,
      (await session.query(`select id from Deals where id = '${id}'`)).status,
    ]
    assert.deepEqual(await reads(), [204, 204])
    await session.clock.advance(100)
    assert.deepEqual(await reads(), [204, 200])
    await session.clock.advance(100)
    assert.deepEqual(await reads(), [200, 200])
  })

  for (const [isAbandonedCallApplied, made] of [
    [true, 1],
    [false, 0],
  ] as const) {
    it(`makes ${made} records of a call that was hung up on with ${isAbandonedCallApplied}`, async () => {
      const settings = { isAbandonedCallApplied }
      const { fake, request, clock } = await openSession({ latencyMs: 300, settings })
      const caller = new AbortController()
      const sent = request('POST', '/crm/v8/Deals', { data: [DEAL] }, caller.signal)
      const rejected = assert.rejects(fake.fetch(sent), /gave up/)
      await clock.advance(100)
      caller.abort(new Error('gave up'))
      await rejected
      await clock.advance(200)
      assert.equal(fake.records.live('Deals').length, made)
    })
  }
})
