import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import {
  SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID,
  SAMPLE_PRODUCT_WITHOUT_PRICE_ID,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeCheckRights } from '../../../src/application/crm-setup/check-crm-rights.ts'
import type { CrmFinding } from '../../../src/application/crm-setup/crm-finding.ts'
import type { GivenIds } from '../../../src/application/crm-setup/trial-contact-and-product.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import { parseReference } from '../../../src/domain/sale/reference.ts'
import { makeSystemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { type AdminAtFake, adminAtFake, hastyClock } from '../../support/gateway/zoho-admin.ts'

const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const
const EACH_TIME = Number.POSITIVE_INFINITY

function checkRights(place: AdminAtFake, given: GivenIds = {}): Promise<readonly CrmFinding[]> {
  return makeCheckRights({ ...place, clock: hastyClock(), random: makeSystemRandom() })(given)
}

function wrongOf(findings: readonly CrmFinding[]): readonly string[] {
  return findings.flatMap(({ ok, check, remedy }) => (ok ? [] : [`${check}: ${remedy}`]))
}

function liveIn({ fake }: AdminAtFake, modules: readonly ModuleName[] = MODULES) {
  return modules.flatMap((module) => fake.records.live(module))
}

describe('The trial of the rights to create and delete', () => {
  it('creates, finds and deletes one record of each module', async () => {
    const place = adminAtFake()
    const findings = await checkRights(place)
    assert.deepEqual(wrongOf(findings), [])
    for (const module of MODULES) {
      for (const check of [
        `right to create ${module}`,
        `${module} found by its reference`,
        `right to delete ${module}`,
        `${module} seen to be gone`,
      ]) {
        assert.ok(
          findings.some((finding) => finding.check === check),
          check,
        )
      }
      assert.equal(place.fake.records.bin(module).length, 1)
    }
    assert.deepEqual(liveIn(place), [])
  })

  it('marks its records as no sale of ours, and links them to each other', async () => {
    const place = adminAtFake()
    await checkRights(place)
    const [deal, quote, order] = MODULES.map((module) => place.fake.records.bin(module)[0])
    for (const record of [deal, quote, order]) {
      const reference = String(record?.['Gateway_Reference'])
      assert.match(reference, /^check-[0-9a-f-]{36}$/)
      assert.equal(parseReference(reference), undefined)
    }
    const created = place.fake.journal.flatMap(({ operation }) =>
      operation.startsWith('create:') ? [operation] : [],
    )
    assert.deepEqual(created, ['create:Deals', 'create:Quotes', 'create:Sales_Orders'])
    const deleted = place.fake.journal.flatMap(({ operation }) =>
      operation.startsWith('delete:') ? [operation] : [],
    )
    assert.deepEqual(deleted, ['delete:Sales_Orders', 'delete:Quotes', 'delete:Deals'])
  })

  it('takes the contact and the product that are given', async () => {
    const place = adminAtFake()
    const contactId = SAMPLE_CONTACT_WITHOUT_ACCOUNT_ID as CrmId
    const productId = SAMPLE_PRODUCT_WITHOUT_PRICE_ID as CrmId
    assert.deepEqual(wrongOf(await checkRights(place, { contactId, productId })), [])
    const [deal] = place.fake.records.bin('Deals')
    assert.equal(JSON.stringify(deal?.['Contact_Name']).includes(contactId), true)
    assert.equal(JSON.stringify(place.fake.records.bin('Quotes')).includes(productId), true)
  })

  for (const [given, line] of [
    [{ contactId: '1' as CrmId }, /^a contact for the trial: Make a contact .* there is none$/],
    [{ productId: '1' as CrmId }, /^a product for the trial: Make a product .* there is none$/],
  ] as const) {
    it(`creates nothing for what is not there: ${Object.keys(given)}`, async () => {
      const place = adminAtFake()
      const found = wrongOf(await checkRights(place, given))
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', line)
      assert.ok(place.fake.journal.every(({ operation }) => !operation.startsWith('create:')))
    })
  }

  it('reports that there is no contact to create anything for', async () => {
    const place = adminAtFake()
    const { records } = place.fake
    for (const { id } of records.live('Contacts')) records.remove('Contacts', id)
    assert.match(wrongOf(await checkRights(place)).join(), /^a contact for the trial: .*--contact/)
  })

  for (const [index, module] of MODULES.entries()) {
    it(`deletes what was created when ${module} may not be created`, async () => {
      const place = adminAtFake()
      const kind = { type: 'refuse', status: 403, code: 'NO_PERMISSION' } as const
      place.fake.faults.add({ operation: `create:${module}`, times: EACH_TIME, kind })
      const found = wrongOf(await checkRights(place))
      assert.equal(found.length, MODULES.length - index)
      assert.match(found[0] ?? '', new RegExp(`^right to create ${module}: Let the user .*NO_PERM`))
      assert.ok(found.slice(1).every((line) => line.includes('Not tried')))
      assert.deepEqual(liveIn(place), [])
    })

    it(`deletes what a lost answer hid in ${module}`, async () => {
      const place = adminAtFake()
      place.fake.faults.add({ operation: `create:${module}`, kind: { type: 'resetAfter' } })
      const found = wrongOf(await checkRights(place))
      assert.match(found[0] ?? '', /: Try again\. A record with the reference check-\S+ may yet /)
      assert.deepEqual(liveIn(place), [])
      assert.equal(place.fake.records.bin(module).length, 1)
    })

    it(`deletes what was made in ${module} although Zoho refused it in an unknown word`, async () => {
      const place = adminAtFake()
      const body = JSON.stringify({ code: 'BRAND_NEW', status: 'error', message: 'no' })
      const kind = { type: 'statusAfter', status: 409, body } as const
      place.fake.faults.add({ operation: `create:${module}`, kind })
      const found = wrongOf(await checkRights(place))
      assert.match(found[0] ?? '', /: Try again\. A record .* may yet turn up: .* BRAND_NEW: no$/)
      assert.deepEqual(liveIn(place), [])
    })

    it(`names what is left when ${module} may not be deleted, and deletes the rest`, async () => {
      const place = adminAtFake()
      const kind = { type: 'refuse', status: 403, code: 'NO_PERMISSION' } as const
      place.fake.faults.add({ operation: `delete:${module}`, times: EACH_TIME, kind })
      const found = wrongOf(await checkRights(place))
      const left = liveIn(place)
      assert.equal(left.length, 1)
      assert.equal(found.length, 1)
      const named = `LEFT BEHIND in ${module}: ${left[0]?.id}, reference check-`
      assert.ok(found[0]?.startsWith(`right to delete ${module}: Let the user`), found[0])
      assert.ok(found[0]?.includes(named), found[0])
    })

    it(`reports a record of ${module} that cannot be found, and deletes it all the same`, async () => {
      const place = adminAtFake()
      const kind = { type: 'status', status: 204 } as const
      // The look-up after the create, and the look-up before the delete.
      place.fake.faults.add({ operation: `coql:${module}`, times: 2, kind })
      const found = wrongOf(await checkRights(place))
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', new RegExp(`^${module} found by its reference: It was not: let`))
      assert.deepEqual(liveIn(place), [])
    })

    it(`finds out that a delete in ${module} deleted nothing`, async () => {
      const place = adminAtFake()
      const details = { id: '1' }
      const body = JSON.stringify({ data: [{ code: 'SUCCESS', details, status: 'success' }] })
      const kind = { type: 'status', status: 200, body } as const
      place.fake.faults.add({ operation: `delete:${module}`, times: EACH_TIME, kind })
      const found = wrongOf(await checkRights(place))
      assert.match(found.join(), new RegExp(`^right to delete ${module}: .*LEFT BEHIND`))
    })
  }

  it('repeats a call that failed while it clears up', async () => {
    const place = adminAtFake()
    const kind = { type: 'status', status: 500 } as const
    place.fake.faults.add({ operation: 'delete:Quotes', times: 2, kind })
    place.fake.faults.add({ operation: 'coql:Deals', times: 2, kind: { type: 'resetBefore' } })
    assert.deepEqual(wrongOf(await checkRights(place)), [])
    assert.deepEqual(liveIn(place), [])
  })

  it('names the reference where nothing at all can be looked up', async () => {
    const place = adminAtFake()
    const kind = { type: 'status', status: 500 } as const
    place.fake.faults.add({ operation: 'create:Deals', kind: { type: 'resetBefore' } })
    place.fake.faults.add({ operation: 'coql:Deals', times: EACH_TIME, kind })
    const found = wrongOf(await checkRights(place))
    assert.match(found.at(-1) ?? '', /LEFT BEHIND in Deals: perhaps a record, reference check-/)
  })
})
