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
  amount: '1.00' as DecimalText,
  closingDate: '2026-12-24' as IsoDate,
}

function crmOver(fetch: ZohoFetch) {
  const { zoho: config, policy, requestTimeoutMs } = quickConfig()
  const { deadlineMs } = policy
  const clock = makeSystemClock()
  const random = { fraction: () => 0 }
  const tokenStore = new MemoryTokenStore()
  return makeZoho({ config, fetch, clock, random, tokenStore, deadlineMs, requestTimeoutMs }).crm
}

type Answer = readonly [status: number, body?: object]

/** A `Crm` whose Zoho gives these answers, one after the other, and tokens in between. */
function crmThatHears(...answers: readonly Answer[]) {
  const left = [...answers]
  return crmOver(async (url) => {
    if (url.includes('/oauth/')) return Response.json({ access_token: 't', expires_in: 3600 })
    const [status, body] = left.shift() ?? [500]
    return new Response(body === undefined ? null : JSON.stringify(body), { status })
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

describe('A create that meets our own record', () => {
  // The answer to the create, the answer to the read of the record it names, how the create ended.
  const CASES = [
    ['is there', OURS, LIVE, 'done'],
    ['is there, told among other errors', AMONG, LIVE, 'done'],
    ['is in the bin', OURS, NONE, 'unknown'],
    ['has another reference', OURS, [200, { data: [{ id, Gateway_Reference: 'x' }] }], 'unknown'],
    ['cannot be read', OURS, NO, 'unknown'],
    ['is read with an id of another type', OURS, [200, { data: [{ id: 42 }] }], 'unknown'],
  ] as const satisfies (readonly [string, Answer, Answer, string])[]
  for (const [what, created, read, outcome] of CASES) {
    it(`is ${outcome} when the record ${what}`, async () => {
      const result = await crmThatHears(created, read).createRecord(deal, WITHIN_MS)
      assert.equal(result.type, outcome)
      if (result.type === 'done') assert.equal(result.value, id)
    })
  }
})

describe('A delete that Zoho did not do', () => {
  const NOT_DELETED: Answer = [
    400,
    { code: 'INVALID_DATA', status: 'error', message: 'record not deleted', details: {} },
  ]
  const CASES = [
    ['shows nothing', NONE, 'done'],
    ['shows the record', LIVE, 'refused'],
    ['is refused', NO, 'refused'],
    ['shows an id of another type', [200, { data: [{ id: 42 }] }], 'unknown'],
    ['fails', [500], 'unknown'],
  ] as const satisfies (readonly [string, Answer, string])[]
  for (const [what, read, outcome] of CASES) {
    it(`is ${outcome} when a read ${what}`, async () => {
      const terms = { withinMs: WITHIN_MS, priority: 'rollback' } as const
      const result = await crmThatHears(NOT_DELETED, read).deleteRecord('deal', id, {
        ...terms,
        isSeen: true,
      })
      assert.equal(result.type, outcome)
    })
  }
})

describe('A look-up by reference', () => {
  const CASES = [
    ['finds none', NONE, { type: 'done', value: [] }],
    ['finds the record', LIVE, { type: 'done', value: [id] }],
    ['may not see the field', [200, { data: [{ id }] }], { type: 'unknown' }],
    ['is refused in the place of a row', NO, { type: 'refused' }],
  ] as const satisfies (readonly [string, Answer, object])[]
  for (const [what, answer, expected] of CASES) {
    it(`is ${expected.type} when it ${what}`, async () => {
      const terms = { withinMs: WITHIN_MS, priority: 'rollback' } as const
      const result = await crmThatHears(answer).findByReference('deal', reference, terms)
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
