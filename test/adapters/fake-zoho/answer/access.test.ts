import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import type { Settings } from '../../../../src/adapters/fake-zoho/world/settings.ts'
import { at, DEAL, GRANT, openSession, type Session } from '../support.ts'

const JOINED = "select Account_Name.Billing_City from Contacts where Email = 'a@example.com'"
const ONE = `/crm/v8/Contacts/${SAMPLE_CONTACT_ID}`

type Ask = (session: Session) => ReturnType<Session['call']>

const deal: Ask = ({ call }) => call('POST', '/crm/v8/Deals', { data: [DEAL] })
const query: Ask = (session) => session.query(JOINED)
const get =
  (path: string): Ask =>
  (session) =>
    session.call('GET', path)
const remove: Ask = ({ call }) => call('DELETE', '/crm/v8/Sales_Orders/1')
const makeField: Ask = ({ call }) =>
  call('POST', '/crm/v8/settings/fields?module=Deals', { fields: [] })

describe('A call without its scope', () => {
  const needs: readonly (readonly [string, Ask, readonly string[]])[] = [
    ['reads a record', get(ONE), ['ZohoCRM.modules.contacts.READ']],
    ['creates a Deal', deal, ['ZohoCRM.modules.deals.CREATE']],
    ['deletes a Sales Order', remove, ['ZohoCRM.modules.salesorders.DELETE']],
    [
      'queries a join',
      query,
      ['ZohoCRM.coql.READ', 'ZohoCRM.modules.contacts.READ', 'ZohoCRM.modules.accounts.READ'],
    ],
    [
      'searches',
      get('/crm/v8/Contacts/search?email=a@example.com'),
      ['ZohoSearch.securesearch.READ', 'ZohoCRM.modules.contacts.READ'],
    ],
    ['lists fields', get('/crm/v8/settings/fields?module=Deals'), ['ZohoCRM.settings.fields.READ']],
    ['creates a field', makeField, ['ZohoCRM.settings.fields.CREATE']],
    ['lists modules', get('/crm/v8/settings/modules'), ['ZohoCRM.settings.modules.READ']],
    ['reads the organisation', get('/crm/v8/org'), ['ZohoCRM.org.READ']],
    ['reads the user', get('/crm/v8/users?type=CurrentUser'), ['ZohoCRM.users.READ']],
  ]
  for (const [name, ask, scopes] of needs) {
    for (const missing of scopes) {
      it(`that ${name} is refused without ${missing}`, async () => {
        const left = scopes.filter((scope) => scope !== missing)
        const refused = await ask(await openSession({ settings: { scopes: left } }))
        const item = at(refused.body, 'data', 0) ?? refused.body
        assert.equal(refused.status, 401)
        assert.deepEqual(item, {
          code: 'OAUTH_SCOPE_MISMATCH',
          details: {},
          message: 'Unauthorized',
          status: 'error',
        })
      })
    }

    it(`${name} with ${scopes.join(' and ')} and nothing else`, async () => {
      const { status, body } = await ask(await openSession({ settings: { scopes } }))
      assert.notEqual(status, 401, JSON.stringify(body))
    })
  }
})

describe('A wider scope', () => {
  const wider: readonly (readonly [Ask, string])[] = [
    [deal, 'ZohoCRM.modules.deals.ALL'],
    [deal, 'ZohoCRM.modules.CREATE'],
    [deal, 'ZohoCRM.modules.ALL'],
    [deal, 'zohocrm.modules.Deals.create'],
    [makeField, 'ZohoCRM.settings.fields.ALL'],
    [makeField, 'ZohoCRM.settings.ALL'],
  ]
  for (const [ask, scope] of wider) {
    it(`such as ${scope} is accepted`, async () => {
      const { status } = await ask(await openSession({ settings: { scopes: [scope] } }))
      assert.notEqual(status, 401)
    })
  }

  it('is accepted for its own module and right only', async () => {
    for (const scope of ['ZohoCRM.modules.quotes.ALL', 'ZohoCRM.modules.READ', 'ZohoCRM.ALL']) {
      assert.equal((await deal(await openSession({ settings: { scopes: [scope] } }))).status, 401)
    }
  })
})

describe('A call that the user may not make', () => {
  const cases: readonly (readonly [string, Ask, Settings['denied'][number], boolean])[] = [
    ['Crm_Implied_Create_Deals', deal, 'create:Deals', true],
    ['Crm_Implied_View_Contacts', get(ONE), 'read:Contacts', true],
    ['Crm_Implied_View_Accounts', query, 'read:Accounts', false],
    ['Crm_Implied_Delete_Sales_Orders', remove, 'delete:Sales_Orders', false],
  ]
  for (const [permission, ask, denied, isWrapped] of cases) {
    it(`is refused for the lack of ${permission}`, async () => {
      const { status, body } = await ask(await openSession({ settings: { denied: [denied] } }))
      assert.equal(status, 403)
      const item = isWrapped ? at(body, 'data', 0) : (body ?? null)
      assert.equal(at(item, 'code'), 'NO_PERMISSION')
      assert.deepEqual(at(item, 'details', 'permissions'), [permission])
    })
  }

  it('leaves nothing behind', async () => {
    const session = await openSession({ settings: { denied: ['create:Deals'] } })
    await deal(session)
    assert.deepEqual(session.fake.records.live('Deals'), [])
  })
})

describe('A scope', () => {
  it('is named in the token answer', async () => {
    const { call } = await openSession({ settings: { scopes: ['ZohoCRM.org.READ', 'X.y.READ'] } })
    const { body } = await call('POST', `/oauth/v2/token?${new URLSearchParams(GRANT)}`)
    assert.equal(at(body, 'scope'), 'ZohoCRM.org.READ X.y.READ')
  })
})
