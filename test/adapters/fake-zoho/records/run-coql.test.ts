import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Json } from '../../../../src/adapters/fake-zoho/schema/json.ts'
import {
  OWNER,
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
} from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import { at, create, DEAL, openSession, REFERENCE_FIELD } from '../support.ts'

const session = await openSession()
const { query } = session
const ACCOUNT_NAME = 'Poligon Mühendislik San. ve Tic. Ltd. Şti.'

describe('A COQL query', () => {
  it('joins the account of a contact, under dotted names', async () => {
    const answer = await query(
      'select id, Email, Account_Name, Account_Name.Account_Name, Account_Name.Billing_City,' +
        " Account_Name.Phone from Contacts where Email = 'info@poligonmuhendislik.com' limit 5",
    )
    assert.deepEqual(answer, {
      status: 200,
      body: {
        data: [
          {
            id: SAMPLE_CONTACT_ID,
            Email: 'info@poligonmuhendislik.com',
            Account_Name: { name: ACCOUNT_NAME, id: SAMPLE_ACCOUNT_ID },
            'Account_Name.Account_Name': ACCOUNT_NAME,
            'Account_Name.Billing_City': 'Bursa',
            'Account_Name.Phone': null,
          },
        ],
        info: { count: 1, more_records: false },
      },
    })
  })

  it('answers null for everything joined over an empty lookup', async () => {
    const { body } = await query(
      "select Account_Name, Account_Name.Billing_City from Contacts where Email = 'solo@example.com'",
    )
    assert.deepEqual(at(body, 'data'), [
      { Account_Name: null, 'Account_Name.Billing_City': null, id: '550428000008877777' },
    ])
  })

  it('answers the id whether it was asked for or not', async () => {
    const { body } = await query("select Email from Contacts where Last_Name = 'Kaya'")
    assert.equal(at(body, 'data', 0, 'id'), '550428000008877777')
  })

  it('answers who a record belongs to', async () => {
    const { body } = await query("select Owner from Contacts where Last_Name = 'Kaya'")
    assert.equal(at(body, 'data', 0, 'Owner', 'id'), OWNER.id)
  })

  const counts: readonly (readonly [string, string, number])[] = [
    ['text without its letter case', "Email = 'INFO@PoligonMuhendislik.com'", 1],
    ['an id', `id = '${SAMPLE_CONTACT_ID}'`, 1],
    ['a field behind a lookup', "Account_Name.Billing_City = 'bursa'", 1],
    ['any of several values', "Last_Name in ('Kaya', 'Mühendislik', 'Nobody')", 2],
    ['nothing where the field is empty', "Phone = 'null'", 0],
    ['the whole text and no part of it', "Email = 'solo'", 0],
    ['both sides of and', "Last_Name = 'Kaya' and First_Name = 'Poligon'", 0],
  ]
  for (const [name, where, count] of counts) {
    it(`matches ${name}`, async () => {
      const { status, body } = await query(`select id from Contacts where ${where}`)
      assert.equal(status, count === 0 ? 204 : 200)
      assert.equal(at(body, 'info', 'count'), count === 0 ? null : count)
    })
  }

  it('answers 204 without a body when no record matches', async () => {
    assert.deepEqual(await query("select id from Contacts where Email = 'no@example.com'"), {
      status: 204,
      body: undefined,
    })
  })

  it('sees a record as soon as it was created, and no more once it was deleted', async () => {
    const reference = 'fresh:deal'
    const find = `select id from Deals where ${REFERENCE_FIELD} = '${reference}'`
    const id = await create(session, 'Deals', { ...DEAL, [REFERENCE_FIELD]: reference })
    assert.equal(at((await query(find)).body, 'data', 0, 'id'), id)
    await session.call('DELETE', `/crm/v8/Deals/${id}`)
    assert.equal((await query(find)).status, 204)
  })
})

describe('The rows of a COQL query', () => {
  const all = 'select id, Product_Name from Products where id is not null'
  const ids = async (tail: string) => {
    const { body } = await query(`${all} ${tail}`)
    const rows = at(body, 'data')
    return Array.isArray(rows) ? rows.map((row) => String(at(row, 'id')).slice(-6)) : []
  }

  it('come in the order of their ids by default', async () => {
    assert.deepEqual(await ids(''), ['111222', '333444', '555666', '777888'])
    assert.deepEqual(await ids('order by id desc limit 2'), ['777888', '555666'])
  })

  it('come in the order of their times when that is asked for', async () => {
    const times = { '91': '2026-01-02', '92': '2026-01-03', '93': '2026-01-01' }
    for (const [id, day] of Object.entries(times)) {
      session.fake.records.add('Accounts', { id, Modified_Time: `${day}T09:00:00+00:00` })
    }
    const ordered = async (order: string) => {
      const where = "where id in ('91', '92', '93')"
      const { body } = await query(`select id from Accounts ${where} order by ${order}`)
      const rows = at(body, 'data')
      return Array.isArray(rows) ? rows.map((row) => at(row, 'id')) : []
    }
    assert.deepEqual(await ordered('Modified_Time'), ['93', '91', '92'])
    assert.deepEqual(await ordered('Modified_Time desc'), ['92', '91', '93'])
  })

  it('end at the limit, with the note that there are more', async () => {
    assert.deepEqual(await ids('limit 3'), ['111222', '333444', '555666'])
    const some = await query(`${all} limit 3`)
    assert.deepEqual(at(some.body, 'info'), { count: 3, more_records: true })
    const rest = await query(`${all} limit 4`)
    assert.deepEqual(at(rest.body, 'info'), { count: 4, more_records: false })
  })
})

describe('A value in a COQL query', () => {
  const names: readonly (readonly [string, string, string])[] = [
    ['a doubled quote', "O'Neill", "'O''Neill'"],
    ['a quote after a backslash', "O'Hara", "'O\\'Hara'"],
    ['a doubled backslash', 'C:\\x', "'C:\\\\x'"],
    ['a backslash before anything else', 'a\\b', "'a\\b'"],
    ['words of the language and parentheses', "') or (id = '1", "''') or (id = ''1'"],
    ['a comma, a line break and a dot', 'a,\nb.c', "'a,\nb.c'"],
  ]
  for (const [name, stored, written] of names) {
    it(`may hold ${name}`, async () => {
      const id = await create(session, 'Deals', { ...DEAL, Deal_Name: stored })
      const { status, body } = await query(`select id from Deals where Deal_Name = ${written}`)
      assert.equal(status, 200)
      assert.deepEqual(at(body, 'data'), [{ id }])
    })
  }

  it('does not end at a backslash that escapes the quote', async () => {
    const { status, body } = await query("select id from Contacts where Email = 'a\\' or id = '1'")
    assert.equal(status, 400)
    assert.equal(at(body, 'code'), 'SYNTAX_ERROR')
  })
})

describe('A COQL query that is wrong', () => {
  const where = "where id = '1'"
  const many = (count: number) => Array.from({ length: count }, () => "'1'").join(',')
  const wrong: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'SYNTAX_ERROR'],
    ['another verb', `delete id from Contacts ${where}`, 'SYNTAX_ERROR'],
    ['no column', `select from Contacts ${where}`, 'SYNTAX_ERROR'],
    ['a comma too many', `select id, from Contacts ${where}`, 'SYNTAX_ERROR'],
    ['no module', `select id ${where}`, 'SYNTAX_ERROR'],
    ['no criteria', 'select id from Contacts', 'SYNTAX_ERROR'],
    ['an operator it does not have', "select id from Contacts where id ~ '1'", 'SYNTAX_ERROR'],
    ['no value', 'select id from Contacts where id =', 'SYNTAX_ERROR'],
    ['a value without quotes', 'select id from Contacts where Email = solo', 'SYNTAX_ERROR'],
    ['a string without an end', "select id from Contacts where id = '1", 'SYNTAX_ERROR'],
    ['an empty list', 'select id from Contacts where id in ()', 'SYNTAX_ERROR'],
    ['parentheses', "select id from Contacts where (id = '1')", 'SYNTAX_ERROR'],
    ['an or', `select id from Contacts ${where} or id = '2'`, 'SYNTAX_ERROR'],
    ['keywords in capitals', "SELECT id FROM Contacts WHERE id = '1'", 'SYNTAX_ERROR'],
    ['an offset', `select id from Contacts ${where} limit 1, 2`, 'SYNTAX_ERROR'],
    ['an and with nothing after it', `select id from Contacts ${where} and`, 'SYNTAX_ERROR'],
    ['something after its end', `select id from Contacts ${where} limit 1 2`, 'SYNTAX_ERROR'],
    ['a limit that is no count', `select id from Contacts ${where} limit 1.5`, 'SYNTAX_ERROR'],
    ['a quoted limit', `select id from Contacts ${where} limit '1'`, 'SYNTAX_ERROR'],
    ['a negative limit', `select id from Contacts ${where} limit -1`, 'SYNTAX_ERROR'],
    ['a module that is none', `select id from Nothing ${where}`, 'INVALID_QUERY'],
    ['a column that is none', `select Shoe_Size from Contacts ${where}`, 'INVALID_QUERY'],
    ['a lookup compared', "select id from Contacts where Account_Name = '1'", 'INVALID_QUERY'],
    ['a number compared', "select id from Products where Unit_Price = '1'", 'INVALID_QUERY'],
    [
      'an order by a number',
      `select id from Products ${where} order by Unit_Price`,
      'INVALID_QUERY',
    ],
    ['a criterion on no column', "select id from Contacts where Shoe_Size = '1'", 'INVALID_QUERY'],
    ['an order by no column', `select id from Contacts ${where} order by Shoe`, 'INVALID_QUERY'],
    ['a join over no lookup', `select Email.id from Contacts ${where}`, 'INVALID_QUERY'],
    [
      'a joined column that is none',
      `select Account_Name.Shoe from Contacts ${where}`,
      'INVALID_QUERY',
    ],
    ['lines', `select Quoted_Items from Quotes ${where}`, 'INVALID_QUERY'],
    ['too many columns', `select id${',id'.repeat(50)} from Contacts ${where}`, 'LIMIT_EXCEEDED'],
    ['too many values', `select id from Contacts where id in (${many(51)})`, 'LIMIT_EXCEEDED'],
    ['too many rows', `select id from Contacts ${where} limit 2001`, 'LIMIT_EXCEEDED'],
    ['too long', `select id from Contacts where id = '${'1'.repeat(20_000)}'`, 'LIMIT_EXCEEDED'],
  ]
  for (const [name, text, code] of wrong) {
    it(`is answered ${code} for ${name}`, async () => {
      const { status, body } = await query(text)
      assert.equal(status, 400)
      assert.equal(at(body, 'code'), code)
      assert.equal(at(body, 'status'), 'error')
      assert.notEqual(at(body, 'details'), null)
    })
  }

  it('is answered with the line and column where reading stopped', async () => {
    const { body } = await query("select id\nfrom Contacts where id ? '1'")
    assert.deepEqual(at(body, 'details'), { near: "? '1'", line: 2, column: 24 })
  })

  it('is answered with the clause that is missing', async () => {
    const { body } = await query('select id from Contacts')
    assert.deepEqual(at(body, 'details'), { clause: 'where' })
  })

  const bodies: readonly Json[] = [{}, { select_query: 7 }, []]
  for (const body of bodies) {
    it(`is missing from ${JSON.stringify(body)}`, async () => {
      const answer = await session.call('POST', '/crm/v8/coql', body)
      assert.equal(answer.status, 400)
      assert.equal(at(answer.body, 'code'), 'MANDATORY_NOT_FOUND')
    })
  }
})
