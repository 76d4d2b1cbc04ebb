import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { zohoNeeds } from '../../../src/adapters/zoho/admin/zoho-admin-needs.ts'
import { makeCheckCrm } from '../../../src/application/crm-setup/check-crm.ts'
import { checkReferenceFields } from '../../../src/application/crm-setup/check-crm-fields.ts'
import type { CrmAdmin, CrmField } from '../../../src/application/crm-setup/crm-admin.port.ts'
import type { CrmFinding } from '../../../src/application/crm-setup/crm-finding.ts'
import type { CallResult, Organisation } from '../../../src/domain/sale/outcome.ts'
import { CREATE_STEPS } from '../../../src/domain/sale/steps.ts'
import { done, notSent, refused, unknown } from '../../support/examples/sale-examples.ts'
import { quickConfig } from '../../support/gateway/test-service.ts'

const needs = zohoNeeds(quickConfig({ ZOHO_DEAL_PIPELINE: 'Standard' }).zoho)
const field = needs.referenceField

const ONE_CURRENCY = { homeCurrency: 'TRY', hasSeveralCurrencies: false }
const SEVERAL_CURRENCIES = { ...ONE_CURRENCY, hasSeveralCurrencies: true }

type Change = (module: string, field: CrmField) => CrmField | undefined

/** A CRM that has everything that is needed, without what `change` takes away. */
function crm(change: Change = (_, field) => field, other: Partial<CrmAdmin> = {}): CrmAdmin {
  return {
    readGrant: async () => done([{ scope: 'S.READ', granted: true, neededFor: 'sales' }]),
    readFirst: async () => done(null),
    readFields: async (module) =>
      done(fieldsOf(module).flatMap((one) => change(module, one) ?? [])),
    readLayouts: async () => done([]),
    tryQuery: async () => done(undefined),
    tryRead: async () => done(undefined),
    tryDelete: async () => done(undefined),
    createReferenceField: async () => refused,
    listReferences: async () => done([]),
    readReferences: async () => done([]),
    ...other,
  }
}

function fieldsOf(module: string): readonly CrmField[] {
  const names = needs.fields.find((one) => one.module === module)?.names ?? []
  return [...names, field].map((name) => {
    const wanted = needs.values.find((one) => one.module === module && one.field === name)
    return {
      name,
      type: 'text',
      lengthMax: 255,
      unique: name === field,
      restricted: false,
      mandatory: false,
      writable: true,
      values: wanted === undefined ? null : ['-None-', wanted.value],
    }
  })
}

function check(
  admin: CrmAdmin,
  organisation: CallResult<Organisation> = done(ONE_CURRENCY),
): Promise<readonly CrmFinding[]> {
  const readOrganisation = async () => organisation
  return makeCheckCrm({ admin, crm: { readOrganisation }, needs, requestTimeoutMs: 1_000 })()
}

async function wrongOf(
  admin: CrmAdmin,
  organisation?: CallResult<Organisation>,
): Promise<readonly string[]> {
  const findings = await check(admin, organisation)
  return findings.flatMap(({ ok, check, remedy }) => (ok ? [] : [`${check}: ${remedy}`]))
}

/** A change of one field. */
function change(module: string, name: string, by: Partial<CrmField> | undefined): Change {
  return (inModule, one) => {
    if (inModule !== module || one.name !== name) return one
    return by === undefined ? undefined : { ...one, ...by }
  }
}

describe('The check of the CRM', () => {
  it('finds all of it green, a line for each thing', async () => {
    const findings = await check(crm())
    assert.deepEqual(
      findings.filter(({ ok }) => !ok),
      [],
    )
    const checks = findings.map(({ check }) => check)
    assert.equal(new Set(checks).size, checks.length)
    for (const wanted of [
      'access token',
      'scope S.READ',
      'module Sales_Orders',
      'queries (COQL)',
      'field Contacts.Email',
      'field Quoted_Items.List_Price',
      'value Deals.Stage "Qualification" (ZOHO_DEAL_STAGE)',
      'value Deals.Pipeline "Standard" (ZOHO_DEAL_PIPELINE)',
      'value Quotes.Quote_Stage "Draft" (ZOHO_QUOTE_STAGE)',
      'value Sales_Orders.Status "Created" (ZOHO_SALES_ORDER_STATUS)',
      ...['Deals', 'Quotes', 'Sales_Orders'].map((module) => `reference field ${module}.${field}`),
    ]) {
      assert.ok(checks.includes(wanted), wanted)
    }
  })

  it('looks at nothing further without a token', async () => {
    const found = await wrongOf(crm(undefined, { readGrant: async () => refused }))
    assert.equal(found.length, 1)
    assert.match(found[0] ?? '', /^access token: Make a new refresh token.* INVALID_DATA$/)
  })

  it('reports that the CRM could not be asked', async () => {
    const [line] = await wrongOf(crm(undefined, { readGrant: async () => notSent }))
    assert.match(line ?? '', /^access token: Try again, the CRM could not be asked: no way$/)
  })

  it('accepts a token whose scopes are not listed, and reports that', async () => {
    const findings = await check(crm(undefined, { readGrant: async () => done(null) }))
    assert.ok(findings.every(({ ok }) => ok))
    assert.ok(findings.some(({ check }) => check.includes('does not list them')))
  })

  it('misses a scope that sales need, and none that only a set-up needs', async () => {
    const readGrant: CrmAdmin['readGrant'] = async () =>
      done([
        { scope: 'ZohoCRM.coql.READ', granted: false, neededFor: 'sales' },
        { scope: 'ZohoCRM.settings.fields.CREATE', granted: false, neededFor: 'setUp' },
      ])
    assert.deepEqual(await wrongOf(crm(undefined, { readGrant })), [
      'scope ZohoCRM.coql.READ: Make a new refresh token whose scopes include it.',
    ])
  })

  it('tries to delete nothing where the scopes are not listed, and misses the right', async () => {
    const [readGrant, tryDelete] = [async () => done(null), async () => refused]
    const found = await wrongOf(crm(undefined, { readGrant, tryDelete }))
    assert.equal(found.length, 3)
    assert.match(
      found[0] ?? '',
      /^right to delete Deals: .*without it a sale .* rolled back.*DATA$/,
    )
    const listed = await check(crm(undefined, { tryDelete }))
    assert.ok(listed.every(({ ok }) => ok))
  })

  it('misses a module that cannot be read', async () => {
    const readFirst: CrmAdmin['readFirst'] = async (module) =>
      module === 'Accounts' ? refused : done(null)
    const found = await wrongOf(crm(undefined, { readFirst }))
    assert.equal(found.length, 1)
    assert.match(found[0] ?? '', /^module Accounts: Let the token's user read Accounts, .*DATA$/)
  })

  it('misses the right to query', async () => {
    const found = await wrongOf(crm(undefined, { tryQuery: async () => refused }))
    assert.match(found.join(), /^queries \(COQL\): Grant ZohoCRM.coql.READ: .*INVALID_DATA$/)
  })

  for (const of of ['contact', 'product'] as const) {
    it(`misses a field of a ${of} that the CRM does not show`, async () => {
      const tryRead: CrmAdmin['tryRead'] = async (asked) =>
        asked === of ? refused : done(undefined)
      const found = await wrongOf(crm(undefined, { tryRead }))
      assert.equal(found.length, 1)
      const line = `^a ${of} as sales read it: Show the field to .* The CRM said: INVALID_DATA$`
      assert.match(found[0] ?? '', new RegExp(line))
    })
  }

  it('reports in one line that the fields of a module cannot be read', async () => {
    const readFields: CrmAdmin['readFields'] = async (module) =>
      module === 'Quotes' ? refused : done(fieldsOf(module))
    const found = await wrongOf(crm(undefined, { readFields }))
    assert.equal(found.length, 1)
    assert.match(found[0] ?? '', /^fields of Quotes: Grant ZohoCRM.settings.fields.READ, /)
  })

  it('names the currency, and misses no field of it where there is only one', async () => {
    const checks = (await check(crm())).map(({ check }) => check)
    assert.ok(checks.includes('currencies: TRY only'))
  })

  it('misses the field of the currency on each module where there are several', async () => {
    const findings = await check(crm(), done(SEVERAL_CURRENCIES))
    const own = "currencies: several, TRY is the organisation's own"
    assert.ok(findings.some(({ check }) => check === own))
    assert.deepEqual(
      findings.flatMap(({ ok, check }) => (ok ? [] : [check])),
      ['Products', 'Deals', 'Quotes', 'Sales_Orders'].map((module) => `field ${module}.Currency`),
    )
  })

  it('warns of a token that may not read the currencies', async () => {
    assert.deepEqual(await wrongOf(crm(), refused), [])
    const finding = (await check(crm(), refused)).find(({ check }) => check === 'currencies')
    assert.match(finding?.remedy ?? '', /^Grant ZohoCRM\.org\.READ: until then .*INVALID_DATA$/)
  })

  it('reports that the currencies could not be asked for', async () => {
    const [line, ...others] = await wrongOf(crm(), notSent)
    assert.deepEqual(others, [])
    assert.match(line ?? '', /^currencies: Try again, the CRM could not be asked: no way$/)
  })

  // What is taken away or changed: module, field, the change, and the whole line of the finding.
  const MISSING: readonly (readonly [string, string, Partial<CrmField> | undefined, RegExp])[] = [
    ...needs.fields.flatMap(({ module, names }) =>
      names.map((name) => {
        const line = new RegExp(`^field ${module}.${name}: Show it: add ${name} to ${module}, `)
        return [module, name, undefined, line] as const
      }),
    ),
    ['Contacts', 'Email', { restricted: true }, /^field Contacts.Email: Allow it for the API: /],
    ...needs.values.map(({ module, field, setting }) => {
      const line = new RegExp(
        `^value ${module}.${field} .*: Set ${setting} to one of "Other", "Last", or add the value`,
      )
      return [module, field, { values: ['Other', 'Last'] }, line] as const
    }),
    ...CREATE_STEPS.flatMap((step) => {
      const module = needs.recordModules[step]
      const line = (remedy: string) => new RegExp(`^reference field ${module}.${field}: ${remedy}`)
      return [
        [module, field, undefined, line('Create it: gateway zoho setup does so, ')] as const,
        [module, field, { unique: false }, line('Edit the field in Zoho and tick ')] as const,
        [module, field, { restricted: true }, line('Allow it for the API: ')] as const,
        [module, field, { type: 'picklist' }, line('It holds picklist; it has to be ')] as const,
        [module, field, { lengthMax: 46 }, line('Make it longer: it holds 46 char')] as const,
      ]
    }),
  ]
  for (const [module, name, by, line] of MISSING) {
    it(`reports ${JSON.stringify(by) ?? 'nothing'} for ${module}.${name}`, async () => {
      const found = await wrongOf(crm(change(module, name, by)))
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', line)
    })
  }
})

describe('The check of the reference fields at a start', () => {
  const checkFields = (admin: CrmAdmin) =>
    checkReferenceFields({ admin, needs, requestTimeoutMs: 1_000 })

  it('passes when all three are there and unique', async () => {
    assert.deepEqual(await checkFields(crm()), { type: 'ok', refused: [] })
  })

  for (const step of CREATE_STEPS) {
    const module = needs.recordModules[step]
    for (const by of [undefined, { unique: false }]) {
      it(`reports ${JSON.stringify(by) ?? 'that it is missing'} for ${module}, only`, async () => {
        const result = await checkFields(crm(change(module, field, by)))
        assert.ok(result.type === 'missing')
        assert.deepEqual(
          result.findings.map(({ check, ok }) => [check, ok]),
          [[`reference field ${module}.${field}`, false]],
        )
      })
    }
  }

  for (const failure of [refused, unknown, notSent]) {
    it(`does not know when the CRM gives no answer (${failure.type})`, async () => {
      const result = await checkFields(crm(undefined, { readFields: async () => failure }))
      const reason = `the fields of Deals could not be read: ${failure.reason}`
      assert.deepEqual(result, { type: 'unknown', reason })
    })
  }

  it('reports what is missing even where it cannot look at all of it', async () => {
    const readFields: CrmAdmin['readFields'] = async (module) =>
      module === 'Deals' ? unknown : done([])
    const result = await checkFields(crm(undefined, { readFields }))
    assert.equal(result.type === 'missing' && result.findings.length, 2)
  })
})
