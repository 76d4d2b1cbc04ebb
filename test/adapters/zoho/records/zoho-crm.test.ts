import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fetchOf, makeFakeZoho } from '../../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { ZohoFetch } from '../../../../src/adapters/zoho/exchange/zoho-config.ts'
import { makeZoho } from '../../../../src/adapters/zoho/zoho.ts'
import type { NewRecord } from '../../../../src/application/crm/crm.port.ts'
import type { CrmId, SaleId } from '../../../../src/domain/ids.ts'
import type { DecimalText } from '../../../../src/domain/money.ts'
import type { IsoDate } from '../../../../src/domain/time.ts'
import { makeSystemClock } from '../../../../src/infrastructure/system/system-clock.ts'
import { MemoryTokenStore } from '../../../support/fakes/memory-token-store.ts'
import { quickConfig } from '../../../support/gateway/test-service.ts'

const WITHIN_MS = 1_000
const saleId = '01932b2e-7d00-7000-8000-000000000001' as SaleId
const reference = `${saleId}:deal`
const id = '42' as CrmId
const deal: NewRecord = {
  step: 'deal',
  saleId,
  reference,
  contactId: '1' as CrmId,
  accountId: null,
  requestedOn: '2026-11-24' as IsoDate,
  names: { accountName: null, contactName: 'Ada Lovelace' },
  client: 'web-shop',
  amount: '1.00' as DecimalText,
  closingDate: '2026-12-24' as IsoDate,
}

function crmOver(fetch: ZohoFetch, mayWrite = () => true) {
  const { zoho: config, policy, requestTimeoutMs } = quickConfig()
  const { deadlineMs } = policy
  const clock = makeSystemClock()
  const random = { fraction: () => 0 }
  const tokenStore = new MemoryTokenStore()
  const own = { config, fetch, clock, random, tokenStore, mayWrite }
  return makeZoho({ ...own, deadlineMs, requestTimeoutMs }).crm
}

/** A text is sent as it is, an object as JSON. */
type Answer = readonly [status: number, body?: object | string]

/** A `Crm` whose Zoho gives these answers, one after the other, and tokens in between. */
function crmThatHears(...answers: readonly Answer[]) {
  const left = [...answers]
  let tokens = 0
  return crmOver(async (url) => {
    if (url.includes('/oauth/')) {
      tokens += 1
      return Response.json({ access_token: `t${tokens}`, expires_in: 3600 })
    }
    const [status, body] = left.shift() ?? [500]
    const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? null)
    return new Response(text, { status })
  })
}

const DETAILS = { api_name: 'Gateway_Reference', id, duplicate_record: { id } }
const DUPLICATE = {
  code: 'DUPLICATE_DATA',
  status: 'error',
  message: 'duplicate',
  details: DETAILS,
}
const OURS: Answer = [400, { data: [DUPLICATE] }]
const AMONG: Answer = [
  400,
  {
    data: [
      {
        code: 'MULTIPLE_OR_MULTI_ERRORS',
        status: 'error',
        message: 'several',
        details: { errors: [DUPLICATE] },
      },
    ],
  },
]
const LIVE: Answer = [200, { data: [{ id, Gateway_Reference: reference }] }]
const NONE: Answer = [204]
const NO: Answer = [200, { data: [{ code: 'NO_PERMISSION', status: 'error' }] }]

const MASKED: Answer = [200, { data: [{ id, Gateway_Reference: '****' }] }]
const EMPTY: Answer = [200, { data: [{ id, Gateway_Reference: null }] }]
const HIDDEN: Answer = [200, { data: [{ id }] }]
const ANOTHER: Answer = [200, { data: [{ id, Gateway_Reference: 'x' }] }]
const PAGE: Answer = [404, '<html>']

/** DUPLICATE_DATA with these details beside those of our own. */
function duplicate(details: object): Answer {
  return [400, { data: [{ ...DUPLICATE, details: { ...DETAILS, ...details } }] }]
}
const inModule = (api_name: string) => duplicate({ duplicate_record: { id, module: { api_name } } })

describe('A create that meets our own record', () => {
  const NAMED = { type: 'unknown', fault: 'wrongAnswer', namedId: id }
  const FOUND = { type: 'done', value: id }
  // The answer to the create, the answer to the read of the record it names, how the create ended.
  const CASES = [
    ['is there', OURS, LIVE, FOUND],
    ['is there, told among other errors', AMONG, LIVE, FOUND],
    ['is there, told with a failure', [500, { data: [DUPLICATE] }], LIVE, FOUND],
    ['is there, told in another module', inModule('Potentials'), LIVE, FOUND],
    ['is in the bin', OURS, NONE, NAMED],
    ['is nowhere, told among other errors', AMONG, NONE, NAMED],
    ['is on a page', OURS, PAGE, NAMED],
    ['cannot be read', OURS, NO, NAMED],
    ['is read without its reference', OURS, HIDDEN, NAMED],
    ['is read with an empty reference', OURS, EMPTY, NAMED],
    ['is read with a masked reference', OURS, MASKED, NAMED],
    ['is read with an id of another type', OURS, [200, { data: [{ id: 42 }] }], NAMED],
    ['is not answered for', OURS, [500], NAMED],
  ] as const satisfies (readonly [string, Answer, Answer, object])[]
  for (const [what, created, read, expected] of CASES) {
    it(`is ${expected.type} when the record ${what}`, async () => {
      const result = await crmThatHears(created, read).createRecord(deal, WITHIN_MS)
      assert.partialDeepStrictEqual(result, expected)
    })
  }

  // A record that is not named for this sale, and how the create ended.
  const STRANGERS = [
    ['has another reference', OURS, ANOTHER, 'unknown'],
    ['is of another module, and not seen', inModule('Quotes'), NONE, 'unknown'],
    ['is named for another field', duplicate({ api_name: 'Deal_Name' }), LIVE, 'refused'],
    ['is named for no field', duplicate({ api_name: null }), LIVE, 'refused'],
  ] as const satisfies (readonly [string, Answer, Answer, string])[]
  for (const [what, created, read, outcome] of STRANGERS) {
    it(`is ${outcome}, and names nothing, when the record ${what}`, async () => {
      const result = await crmThatHears(created, read).createRecord(deal, WITHIN_MS)
      assert.equal(result.type, outcome)
      assert.equal('namedId' in result, false)
    })
  }
})

describe('An id that comes as a number', () => {
  const digits = '554280000090000021'
  const REFERENCE = `"Gateway_Reference":"${reference}"`

  it('is taken from its digits, as they were sent', async () => {
    const answer = `{"data":[{"status":"success","code":"SUCCESS","details":{"id":${digits}}}]}`
    const result = await crmThatHears([201, answer]).createRecord(deal, WITHIN_MS)
    assert.deepEqual(result, { type: 'done', value: digits })
    const options = { withinMs: WITHIN_MS, priority: 'rollback' } as const
    const rows = `{"data":[{"id":${digits},${REFERENCE}}]}`
    const found = await crmThatHears([200, rows]).findByReference('deal', reference, options)
    assert.deepEqual(found, { type: 'done', value: [digits] })
  })

  for (const odd of ['5.5428e17', '-1', '1.0', '123456789012345678901', 'true']) {
    it(`is no answer where it is no plain digits: ${odd}`, async () => {
      const answer = `{"data":[{"status":"success","code":"SUCCESS","details":{"id":${odd}}}]}`
      const result = await crmThatHears([201, answer]).createRecord(deal, WITHIN_MS)
      assert.equal(result.type, 'unknown')
    })
  }
})

const SEEN = { withinMs: WITHIN_MS, priority: 'rollback', isSeen: true } as const

describe('A delete that Zoho did not do', () => {
  const flat = (code: string, message: string): object => ({
    code,
    status: 'error',
    message,
    details: {},
  })
  const NOT_DELETED: Answer = [400, flat('INVALID_DATA', 'record not deleted')]
  const CASES = [
    ['shows nothing', NONE, 'done'],
    ['knows no such id', [400, flat('INVALID_DATA', 'the id given seems to be invalid')], 'done'],
    ['finds a page, and so does a query', PAGE, 'unknown'],
    ['shows the record', LIVE, 'refused'],
    ['shows the record without its reference', HIDDEN, 'refused'],
    ['shows the record with a number for its id', [200, { data: [{ id: 42 }] }], 'refused'],
    ['is refused', NO, 'refused'],
    ['has the wrong address', [404, flat('INVALID_URL_PATTERN', 'no')], 'unknown'],
    ['shows another record', [200, { data: [{ id: '43' }] }], 'unknown'],
    ['fails', [500], 'unknown'],
  ] as const satisfies (readonly [string, Answer, string])[]
  for (const [what, read, outcome] of CASES) {
    it(`is ${outcome} when a read ${what}`, async () => {
      const result = await crmThatHears(NOT_DELETED, read).deleteRecord('deal', id, SEEN)
      assert.equal(result.type, outcome)
    })

    it(`is never done when the record was only named, and a read ${what}`, async () => {
      const options = { ...SEEN, isSeen: false }
      const result = await crmThatHears(NOT_DELETED, read).deleteRecord('deal', id, options)
      assert.equal(result.type, outcome === 'done' ? 'refused' : outcome)
    })
  }

  const success = (written: string): object => ({
    data: [{ code: 'SUCCESS', status: 'success', details: { id: written } }],
  })

  // One read decides after each of them.
  const ODD = [
    [400, flat('INVALID_DATA', 'the id given seems to be invalid')],
    [400, flat('INVALID_DATA', 'invalid record id')],
    [400, flat('INVALID_DATA', 'kayıt silinemedi')],
    [400, flat('BRAND_NEW', 'in words')],
    [400, '<html>'],
    [200, { data: [flat('INVALID_DATA', 'record not deleted')] }],
    [207, { data: [flat('BRAND_NEW', 'in words')] }],
    [200, {}],
    [204],
    [404],
    [404, '<html>'],
    [410],
    [409, flat('BRAND_NEW', 'in words')],
    [200, success('43')],
  ] as const satisfies Answer[]
  for (const answer of ODD) {
    it(`is decided by one read after ${JSON.stringify(answer)}`, async () => {
      const crm = (read: Answer) => crmThatHears(answer, read)
      assert.equal((await crm(NONE).deleteRecord('deal', id, SEEN)).type, 'done')
      assert.equal((await crm(LIVE).deleteRecord('deal', id, SEEN)).type, 'refused')
      const named = { ...SEEN, isSeen: false }
      assert.equal((await crm(NONE).deleteRecord('deal', id, named)).type, 'refused')
    })
  }

  // A page of a proxy is no word of Zoho about the record.
  for (const page of [[404], PAGE, [404, flat('BRAND_NEW', 'no')], [410]] as const) {
    it(`is decided by a query after a read that is answered ${JSON.stringify(page)}`, async () => {
      const crm = (rows: Answer) => crmThatHears([404, '<html>'], page, rows)
      assert.equal((await crm(NONE).deleteRecord('deal', id, SEEN)).type, 'done')
      assert.equal((await crm(LIVE).deleteRecord('deal', id, SEEN)).type, 'refused')
      assert.equal((await crm(page).deleteRecord('deal', id, SEEN)).type, 'unknown')
      const named = { ...SEEN, isSeen: false }
      assert.equal((await crm(NONE).deleteRecord('deal', id, named)).type, 'refused')
    })
  }

  // Each of them means that the record is there, and a read that shows nothing may be blind.
  const HELD = [
    [400, { data: [flat('NOT_APPROVED', 'no')] }],
    [400, { data: [flat('RECORD_LOCKED', 'no')] }],
    [403, flat('NO_PERMISSION', 'no')],
    [403, flat('BRAND_NEW', 'no')],
    [423],
    [423, '<html>'],
  ] as const satisfies Answer[]
  for (const answer of HELD) {
    it(`is refused whatever a read shows after ${JSON.stringify(answer)}`, async () => {
      const result = await crmThatHears(answer, NONE).deleteRecord('deal', id, SEEN)
      assert.equal(result.type, 'refused')
    })
  }

  it('is unknown after a page of a guard, whatever a read shows', async () => {
    const result = await crmThatHears([403, '<html>'], NONE).deleteRecord('deal', id, SEEN)
    assert.equal(result.type, 'unknown')
  })

  it('is done by a success, also for a record that was only named', async () => {
    const options = { ...SEEN, isSeen: false }
    const result = await crmThatHears([200, success(id)]).deleteRecord('deal', id, options)
    assert.deepEqual(result, { type: 'done', value: undefined })
  })

  it('keeps the sentence of the organisation for the mail', async () => {
    const answer: Answer = [400, flat('CANNOT_PROCESS', 'Ada Lovelace onaylamadı')]
    const result = await crmThatHears(answer, LIVE).deleteRecord('deal', id, SEEN)
    const reason = 'CANNOT_PROCESS: …'
    assert.deepEqual(result, { type: 'refused', reason, ownWords: 'Ada Lovelace onaylamadı' })
  })
})

describe('A look-up by reference', () => {
  const CASES = [
    ['finds none', NONE, { type: 'done', value: [] }],
    ['finds the record', LIVE, { type: 'done', value: [id] }],
    ['finds a record with another reference', ANOTHER, { type: 'done', value: [] }],
    ['may not see the field', HIDDEN, { type: 'unknown' }],
    ['sees the field empty', EMPTY, { type: 'unknown' }],
    ['sees the field masked', MASKED, { type: 'unknown' }],
    ['finds a page', PAGE, { type: 'unknown' }],
    ['is refused in the place of a row', NO, { type: 'refused' }],
  ] as const satisfies (readonly [string, Answer, object])[]
  for (const [what, answer, expected] of CASES) {
    it(`is ${expected.type} when it ${what}`, async () => {
      const options = { withinMs: WITHIN_MS, priority: 'rollback' } as const
      const result = await crmThatHears(answer).findByReference('deal', reference, options)
      assert.partialDeepStrictEqual(result, expected)
    })
  }
})

describe('A contact by its address', () => {
  const ADDRESSES = [
    "o'brien@example.com",
    "o''brien@example.com",
    'a\\b@example.com',
    "a\\'b@example.com",
    'a+b@example.com',
    'müller@örnek.com.tr',
    'per%cent@example.com',
  ]
  function makeFake() {
    const options = { ...makeSystemClock(), referenceField: 'Gateway_Reference', latencyMs: 0 }
    const fake = makeFakeZoho(options)
    for (const [i, Email] of ADDRESSES.entries()) {
      fake.records.add('Contacts', { id: String(700 + i), Last_Name: 'X', Email })
    }
    return fake
  }

  for (const [i, address] of ADDRESSES.entries()) {
    it(`finds ${address}, and that one only`, async () => {
      const found = await crmOver(fetchOf(makeFake())).findContact(address, WITHIN_MS)
      assert.equal(found.type === 'done' ? found.value?.id : found.reason, String(700 + i))
    })
  }

  for (const attack of ["x' or Email != '", "x\\' or Email != \\'", "' or id is not null or '"]) {
    it(`finds nobody by ${attack}`, async () => {
      const found = await crmOver(fetchOf(makeFake())).findContact(attack, WITHIN_MS)
      assert.deepEqual(found, { type: 'done', value: null })
    })
  }

  it('takes the one that was modified last where several have it', async () => {
    const fake = makeFake()
    for (const [contactId, Modified_Time] of [
      ['801', '2026-11-01T10:00:00+03:00'],
      ['802', '2026-11-01T09:00:00+00:00'],
      ['803', '2026-10-31T23:00:00+00:00'],
    ] as const) {
      const Email = 'same@example.com'
      fake.records.add('Contacts', { id: contactId, Last_Name: 'X', Email, Modified_Time })
    }
    const found = await crmOver(fetchOf(fake)).findContact('Same@Example.com', WITHIN_MS)
    assert.equal(found.type === 'done' ? found.value?.id : '', '802')
  })
})

const ADDRESS_COLUMNS = ['Billing', 'Shipping'].flatMap((kind) =>
  ['Street', 'City', 'State', 'Code', 'Country'].map((part) => `Account_Name.${kind}_${part}`),
)

const JOINED_COLUMNS = ['Account_Name.Account_Name', ...ADDRESS_COLUMNS]

/** A row as Zoho sends it for a contact whose fields are all empty but those that it must have. */
const CONTACT: Readonly<Record<string, unknown>> = {
  id,
  First_Name: null,
  Last_Name: 'X',
  Email: 'ada@example.com',
  Modified_Time: '2026-11-01T10:00:00+03:00',
  Account_Name: { id: '7', name: 'Y' },
  'Account_Name.Account_Name': 'Y',
  ...Object.fromEntries(ADDRESS_COLUMNS.map((name) => [name, null])),
}

function without(row: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}

const rows = (...data: readonly object[]): Answer => [200, { data }]

describe('A contact that cannot be seen', () => {
  const find = (...data: readonly object[]) =>
    crmThatHears(rows(...data)).findContact('Ada@Example.com', WITHIN_MS)

  it('is found where each field is there, empty or not', async () => {
    const found = await find(CONTACT)
    assert.equal(found.type === 'done' && found.value?.id, id)
  })

  for (const name of Object.keys(CONTACT)) {
    it(`is no answer without ${name}, also beside one that shows it`, async () => {
      for (const data of [[without(CONTACT, name)], [CONTACT, without(CONTACT, name)]]) {
        assert.equal((await find(...data)).type, 'unknown')
      }
    })
  }

  for (const Email of [null, '', 'a**@example.com', '*****', 'hidden', 7]) {
    it(`is no answer where its address is ${Email}, also beside one that shows it`, async () => {
      for (const data of [[{ ...CONTACT, Email }], [CONTACT, { ...CONTACT, Email }]]) {
        assert.equal((await find(...data)).type, 'unknown')
      }
    })
  }

  it('is not meant where it plainly has another address', async () => {
    const other = { ...CONTACT, id: '43', Email: 'äda@example.com' }
    assert.deepEqual(await find(other), { type: 'done', value: null })
    const found = await find(other, CONTACT)
    assert.equal(found.type === 'done' && found.value?.id, id)
  })

  it('may have no account, and then no columns of it', async () => {
    const found = await find({ ...without(CONTACT, ...JOINED_COLUMNS), Account_Name: null })
    assert.equal(found.type === 'done' && found.value?.account, null)
  })
})

describe('The contact of a sale', () => {
  const options = { withinMs: WITHIN_MS, priority: 'new' } as const
  const read = (row: object) => crmThatHears(rows(row)).readContact(id, options)

  for (const name of ['Account_Name', ...ADDRESS_COLUMNS]) {
    it(`is refused without ${name}, by name`, async () => {
      const why = 'it is hidden from the API, or its right is missing'
      assert.deepEqual(await read(without(CONTACT, name)), {
        type: 'refused',
        reason: `the CRM does not show the field ${name} of the contact: ${why}`,
      })
    })
  }

  it('has no account where the field is empty', async () => {
    const none = await read({ id, Account_Name: null })
    const names = { accountName: null, contactName: null }
    assert.deepEqual(none, { type: 'done', value: { accountId: null, addresses: null, names } })
  })

  it('has the names that the row shows, and no name in the place of a hidden one', async () => {
    const shown = {
      ...CONTACT,
      First_Name: 'Ada',
      Last_Name: 'King',
      'Account_Name.Account_Name': 'Z',
    }
    const namesOf = async (row: object) => {
      const contact = await read(row)
      return contact.type === 'done' ? contact.value?.names : contact
    }
    assert.deepEqual(await namesOf(shown), { accountName: 'Z', contactName: 'Ada King' })
    const hidden = without(without(shown, 'First_Name'), 'Last_Name')
    assert.deepEqual(await namesOf(hidden), { accountName: 'Z', contactName: null })
  })

  it('is refused where its account is masked, or empty beside an address of it', async () => {
    for (const Account_Name of ['*****', null]) {
      const row = { ...CONTACT, 'Account_Name.Billing_City': 'Bursa', Account_Name }
      const result = await read(row)
      assert.equal(result.type, 'refused')
      assert.match(result.reason, /^the CRM does not show the field Account_Name of the contact: /)
    }
  })

  it('is refused where a part of an address is masked, which would be written as it is', async () => {
    const result = await read({ ...CONTACT, 'Account_Name.Billing_City': '*****' })
    assert.equal(result.type, 'refused')
    assert.match(result.reason, /the field Account_Name\.Billing_City of the contact/)
  })

  it('is no answer where the account is not one', async () => {
    for (const Account_Name of [{}, { id: '7*' }, { name: 'Y' }]) {
      assert.equal((await read({ ...CONTACT, Account_Name })).type, 'unknown')
    }
  })
})

const ONE_CURRENCY = { homeCurrency: 'TRY', hasSeveralCurrencies: false }

describe('A product of a sale', () => {
  const PRODUCT = { id: '11', Product_Name: 'Motor', Unit_Price: 19.99, Product_Active: true }
  const read = (...data: readonly object[]) =>
    crmThatHears(rows(...data)).readProducts(['11' as CrmId], ONE_CURRENCY, WITHIN_MS)

  const hidden = (name: string) =>
    `the CRM does not show the field ${name} of product 11: it is hidden from the API, or its right is missing`
  const REFUSED: readonly (readonly [object, string])[] = [
    [{ ...PRODUCT, Unit_Price: '19.99' }, 'product 11 has a price in the CRM that is no number'],
    [{ ...PRODUCT, Unit_Price: {} }, 'product 11 has a price in the CRM that is no number'],
    [{ ...PRODUCT, Product_Name: null }, 'product 11 has no name in the CRM'],
    [{ ...PRODUCT, Product_Name: '' }, 'product 11 has no name in the CRM'],
    [
      { ...PRODUCT, Product_Active: 'true' },
      'product 11 is neither active nor inactive in the CRM',
    ],
    ...['Unit_Price', 'Product_Name', 'Product_Active'].map(
      (name) => [without(PRODUCT, name), hidden(name)] as const,
    ),
  ]
  for (const [row, reason] of REFUSED) {
    it(`is refused by name: ${JSON.stringify(row)}`, async () => {
      assert.deepEqual(await read({ ...PRODUCT, id: '10' }, row), { type: 'refused', reason })
    })
  }

  it('may have no price, and is active where the CRM does not tell', async () => {
    const value = [{ id: '11', name: 'Motor', unitPrice: null, currency: null, active: true }]
    const empty = { ...PRODUCT, Unit_Price: null, Product_Active: null }
    assert.deepEqual(await read(empty), { type: 'done', value })
  })

  it('is no answer without an id', async () => {
    assert.equal((await read(without(PRODUCT, 'id'))).type, 'unknown')
  })
})

describe('A call whose token Zoho refuses', () => {
  const WORDS = [
    'INVALID_TOKEN',
    'INVALID_OAUTHTOKEN',
    'AUTHENTICATION_FAILURE',
    'AUTHENTICATION_FAILED',
    'BRAND_NEW',
    'TOO_MANY_REQUESTS',
    undefined,
  ]
  for (const word of WORDS) {
    const refused: Answer = [401, word === undefined ? '<html>' : { code: word, status: 'error' }]

    it(`is repeated once with a new token (${word ?? 'no word'})`, async () => {
      const crm = crmThatHears(NONE, refused, LIVE)
      await crm.findByReference('deal', reference, SEEN)
      const result = await crm.findByReference('deal', reference, SEEN)
      assert.deepEqual(result, { type: 'done', value: [id] })
    })

    it(`is tried again when Zoho refuses the new one once (${word ?? 'no word'})`, async () => {
      const crm = crmThatHears(NONE, refused, refused, LIVE)
      await crm.findByReference('deal', reference, SEEN)
      const result = await crm.findByReference('deal', reference, SEEN)
      assert.deepEqual(result, { type: 'done', value: [id] })
    })

    it(`was not sent when Zoho refuses the new one in all its time (${word ?? 'no word'})`, async () => {
      const crm = crmThatHears(NONE, ...Array.from({ length: 9 }, () => refused))
      await crm.findByReference('deal', reference, SEEN)
      assert.equal((await crm.createRecord(deal, 250)).type, 'notSent')
    })
  }

  it('is refused for a scope that is missing', async () => {
    const answer: Answer = [401, { code: 'OAUTH_SCOPE_MISMATCH', status: 'error' }]
    const result = await crmThatHears(answer, NONE).createRecord(deal, WITHIN_MS)
    assert.equal(result.type, 'refused')
  })
})
