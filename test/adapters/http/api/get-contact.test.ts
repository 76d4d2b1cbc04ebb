import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_ACCOUNT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { calls, errorMessage, get } from '../../../support/gateway/http-requests.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

const EMAIL = 'info@poligonmuhendislik.com'

/** The published sample, as compact JSON. */
const PUBLISHED =
  '{"status":"success","data":{"id":"550428000008877665","First_Name":"Poligon",' +
  '"Last_Name":"Mühendislik","Email":"info@poligonmuhendislik.com","Account_Info":{' +
  '"id":"550428000002233445","Name":"Poligon Mühendislik San. ve Tic. Ltd. Şti.",' +
  '"Shipping_Address":{"street":"Tahtalı Mah. Kiteyol Sok. No: 24","city":"Bursa",' +
  '"state":"Nilüfer","code":"16110","country":"Türkiye"},"Billing_Address":{' +
  '"street":"Tahtalı Mah. Kiteyol Sok. No: 24","city":"Bursa","state":"Nilüfer",' +
  '"code":"16110","country":"Türkiye"}}}}'

const NOT_FOUND = '{"status":"not_found","message":"No record found."}'
const BAD_EMAIL = '{"status":"error","message":"Invalid or missing email format."}'

const EMPTY = {
  First_Name: null,
  Last_Name: null,
  Account_Name: null,
  Modified_Time: '2025-01-15T09:00:00+00:00',
}

/** Asks with the query as it stands. */
async function ask(t: TestService, query: string) {
  return get(t, await t.key('shop', 'contacts:read'), `/getContact${query}`)
}

function addContact({ fake }: TestService, id: string, Email: string, more: object = {}): void {
  fake.records.add('Contacts', { ...EMPTY, id, Email, ...more })
}

describe('getContact', () => {
  it('answers with the published bytes', async () => {
    await using t = await makeTestService()
    const answer = await ask(t, `?email=${EMAIL}`)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, PUBLISHED)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.rawPayload.byteLength, Buffer.byteLength(PUBLISHED))
  })

  it('needs one call to the CRM', async () => {
    await using t = await makeTestService()
    await ask(t, `?email=${EMAIL}`)
    assert.deepEqual(calls(t, ''), ['token', 'coql:Contacts'])
  })

  for (const written of ['INFO@POLIGONMUHENDISLIK.COM', 'Info@PoligonMuhendislik.com']) {
    it(`finds the contact by ${written} and answers with its own spelling`, async () => {
      await using t = await makeTestService()
      assert.equal((await ask(t, `?email=${written}`)).body, PUBLISHED)
    })
  }

  it('finds a contact whose own spelling has capitals', async () => {
    await using t = await makeTestService()
    addContact(t, '77', 'Ada.Lovelace@Example.com')
    const answer = await ask(t, '?email=ada.lovelace@example.com')
    assert.equal(answer.json().data.Email, 'Ada.Lovelace@Example.com')
  })

  for (const query of ['?email=a+b@example.com', '?email=a%2Bb%40example.com']) {
    it(`reads a plus as a plus: ${query}`, async () => {
      await using t = await makeTestService()
      addContact(t, '77', 'a+b@example.com')
      addContact(t, '78', 'ab@example.com')
      assert.equal((await ask(t, query)).json().data.id, '77')
    })
  }

  it('names a parameter that it does not know, after a wrong address', async () => {
    await using t = await makeTestService()
    const answer = await ask(t, `?lang=tr&email=${EMAIL}&email2=x`)
    assert.equal(answer.statusCode, 400)
    assert.equal(errorMessage(answer), 'lang: is not known here. Known: email')
    const published = '{"status":"error","message":"Invalid or missing email format."}'
    assert.equal((await ask(t, '?lang=tr&email=nobody')).body, published)
  })

  it('takes quotes and backslashes for themselves', async () => {
    await using t = await makeTestService()
    addContact(t, '77', "o'neil@example.com")
    assert.equal((await ask(t, "?email=o'neil@example.com")).json().data.id, '77')
    for (const email of ["'or'1'='1@example.com", "x\\'@example.com", '%25@example.com']) {
      assert.equal((await ask(t, `?email=${email}`)).statusCode, 404, email)
    }
  })

  it('answers with the most recently modified of several', async () => {
    await using t = await makeTestService()
    addContact(t, '71', 'twin@example.com', { Modified_Time: '2026-01-01T10:00:00+03:00' })
    addContact(t, '72', 'Twin@example.com', { Modified_Time: '2026-01-01T09:00:00+01:00' })
    addContact(t, '73', 'twin@example.com', { Modified_Time: '2026-01-01T07:30:00+00:00' })
    assert.equal((await ask(t, '?email=twin@example.com')).json().data.id, '72')
  })

  it('has null for the account of a contact without one', async () => {
    await using t = await makeTestService()
    assert.equal(
      (await ask(t, '?email=solo@example.com')).body,
      '{"status":"success","data":{"id":"550428000008877777","First_Name":"Selin",' +
        '"Last_Name":"Kaya","Email":"solo@example.com","Account_Info":null}}',
    )
  })

  it('has null for what is empty in the CRM', async () => {
    await using t = await makeTestService()
    t.fake.records.add('Accounts', { id: '88', Account_Name: 'Bare', Billing_City: '' })
    addContact(t, '77', 'bare@example.com', { Account_Name: { name: 'Bare', id: '88' } })
    const nothing = '{"street":null,"city":null,"state":null,"code":null,"country":null}'
    assert.equal(
      (await ask(t, '?email=bare@example.com')).body,
      '{"status":"success","data":{"id":"77","First_Name":null,"Last_Name":null,' +
        '"Email":"bare@example.com","Account_Info":{"id":"88","Name":"Bare",' +
        `"Shipping_Address":${nothing},"Billing_Address":${nothing}}}}`,
    )
  })

  it('has the two addresses of the account apart', async () => {
    await using t = await makeTestService()
    const parts = { Billing_City: 'Bursa', Shipping_City: 'İzmir', Shipping_Code: '35000' }
    t.fake.records.add('Accounts', { id: '88', Account_Name: 'Two', ...parts })
    addContact(t, '77', 'two@example.com', { Account_Name: { name: 'Two', id: '88' } })
    const { Account_Info: account } = (await ask(t, '?email=two@example.com')).json().data
    assert.equal(account.Shipping_Address.city, 'İzmir')
    assert.equal(account.Shipping_Address.code, '35000')
    assert.equal(account.Billing_Address.city, 'Bursa')
    assert.equal(account.Billing_Address.code, null)
  })

  it('answers with the published bytes where there is no record', async () => {
    await using t = await makeTestService()
    const answer = await ask(t, '?email=nobody@example.com')
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.body, NOT_FOUND)
  })

  it('does not find a contact by a part of its address', async () => {
    await using t = await makeTestService()
    for (const email of ['nfo@poligonmuhendislik.com', `x${EMAIL}`, `${EMAIL}.tr`]) {
      assert.equal((await ask(t, `?email=${email}`)).body, NOT_FOUND)
    }
  })

  it('keeps no contact from one request to the next', async () => {
    await using t = await makeTestService()
    await ask(t, `?email=${EMAIL}`)
    t.fake.records.remove('Contacts', '550428000008877665')
    assert.equal((await ask(t, `?email=${EMAIL}`)).statusCode, 404)
    assert.notEqual(t.fake.records.find('Accounts', SAMPLE_ACCOUNT_ID), undefined)
  })
})

const BAD_QUERIES = [
  '',
  '?',
  '?email',
  '?email=',
  '?mail=a@example.com',
  '?EMAIL=a@example.com',
  '?email=a',
  '?email=@',
  '?email=@example.com',
  '?email=a@',
  '?email=a@example',
  '?email=a@@example.com',
  '?email=a@b@example.com',
  '?email=a@.com',
  '?email=a@example..com',
  '?email=a@-example.com',
  '?email=a@example.c',
  '?email=a b@example.com',
  '?email=a%20b@example.com',
  '?email=%20a@example.com',
  '?email=a@example.com%20',
  '?email=a@example.com%0a',
  '?email=a@example.com%0d%0aBcc:x',
  '?email=a%00@example.com',
  '?email=a%zz@',
  '?email=a@example.com,b@example.com',
  '?email=Ada <a@example.com>',
  '?email=a@example.com&email=a@example.com',
  '?email=a@example.com&email=',
  '?email=&email=a@example.com',
  '?email[]=a@example.com',
  '?email[x]=a@example.com',
  `?email=${'a'.repeat(65)}@example.com`,
  `?email=a@${'b'.repeat(250)}.com`,
]

describe('The email of getContact', () => {
  for (const query of BAD_QUERIES) {
    it(`is refused with the published bytes: ${JSON.stringify(query).slice(0, 60)}`, async () => {
      await using t = await makeTestService()
      const answer = await ask(t, query)
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.body, BAD_EMAIL)
      errorMessage(answer)
      assert.deepEqual(t.fake.journal, [])
    })
  }
})
