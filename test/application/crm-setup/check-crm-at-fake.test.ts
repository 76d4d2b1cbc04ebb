import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { makeCheckCrm } from '../../../src/application/crm-setup/check-crm.ts'
import { checkReferenceFields } from '../../../src/application/crm-setup/check-crm-fields.ts'
import { makeCheckRights } from '../../../src/application/crm-setup/check-crm-rights.ts'
import { makeSetUpCrm } from '../../../src/application/crm-setup/set-up-crm.ts'
import { makeSystemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { type AdminAtFake, adminAtFake, hastyClock } from '../../support/gateway/zoho-admin.ts'

const MODULES = ['Deals', 'Quotes', 'Sales_Orders'] as const

/** What `zoho check --write` finds wrong, one line for each thing. */
async function wrongAt(place: AdminAtFake): Promise<readonly string[]> {
  const findings = [
    ...(await makeCheckCrm(place)()),
    ...(await makeCheckRights({ ...place, clock: hastyClock(), random: makeSystemRandom() })({})),
  ]
  assert.ok(findings.length > 0)
  return findings.flatMap(({ ok, check, remedy }) => (ok ? [] : [`${check}: ${remedy}`]))
}

/** The scopes that the fake grants by default, without these. */
function scopesWithout(place: AdminAtFake, ...gone: readonly string[]): readonly string[] {
  const rights = ['CREATE', 'READ', 'DELETE']
  const single = place.fake.settings.current.scopes.flatMap((scope) =>
    scope.endsWith('.ALL') ? rights.map((right) => scope.replace(/ALL$/, right)) : [scope],
  )
  assert.ok(gone.every((scope) => single.includes(scope)))
  return single.filter((scope) => !gone.includes(scope))
}

describe('The check against the fake', () => {
  it('is all green, the trial of the rights included', async () => {
    assert.deepEqual(await wrongAt(adminAtFake()), [])
  })

  it('is all green with a pipeline that Zoho has', async () => {
    const settings = { ZOHO_DEAL_PIPELINE: 'Standard (Standard)' }
    assert.deepEqual(await wrongAt(adminAtFake(settings)), [])
  })

  it('is all green with no scope but those that it names', async () => {
    const place = adminAtFake()
    const grant = await place.admin.readGrant(1_000)
    assert.ok(grant.type === 'done' && grant.value !== null)
    const scopes = grant.value.flatMap((one) => (one.neededFor === 'sales' ? [one.scope] : []))
    place.fake.settings.change({ scopes })
    assert.deepEqual(await wrongAt(place), [])
  })

  // What is changed at the fake, and the lines that tell what to do.
  const CASES: readonly (readonly [string, SettingsPatch, readonly RegExp[]])[] = [
    ...MODULES.flatMap((module) => [
      [
        `${module} without the reference field`,
        { referenceFields: { [module]: 'absent' } },
        [new RegExp(`^reference field ${module}.Gateway_Reference: Create it: gateway zoho setup`)],
      ] as const,
      [
        `${module} with a reference field that is not unique`,
        { referenceFields: { [module]: 'plain' } },
        [new RegExp(`^reference field ${module}.Gateway_Reference: Edit the field .*duplicate`)],
      ] as const,
    ]),
    [
      'a stage that is none',
      { picklists: { Stage: ['Won', 'Lost'] } },
      [/^value Deals\.Stage "Qualification" \(ZOHO_DEAL_STAGE\): Set .* to one of "Won", "Lost"/],
    ],
    [
      'a mandatory field that nothing fills',
      {
        houseFields: [{ module: 'Deals', apiName: 'Region', dataType: 'text', isMandatory: true }],
      },
      [
        /^mandatory field Deals\.Region: Nothing fills it, so Zoho would refuse every sale\. Name it/,
        /^right to create Deals: /,
      ],
    ],
    [
      'a quote stage that is none',
      { picklists: { Quote_Stage: ['Open'] } },
      [/^value Quotes\.Quote_Stage "Draft" \(ZOHO_QUOTE_STAGE\): Set .* to one of "Open"/],
    ],
    [
      'a status that is none',
      { picklists: { Status: ['New'] } },
      [/^value Sales_Orders\.Status "Created" \(ZOHO_SALES_ORDER_STATUS\): Set .* "New"/],
    ],
    ...(['Contacts', 'Accounts', 'Products'] as const).map(
      (module) =>
        [
          `${module} that may not be read`,
          { denied: [`read:${module}`] },
          [new RegExp(`^module ${module}: Let the token's user read ${module}, .*NO_PERMISSION`)],
        ] as const,
    ),
    ...MODULES.flatMap((module) => [
      [
        `${module} that may not be created`,
        { denied: [`create:${module}`] },
        [new RegExp(`^right to create ${module}: Let the user create ${module}, .*NO_PERMISSION`)],
      ] as const,
      [
        `${module} that may not be deleted`,
        { denied: [`delete:${module}`] },
        [new RegExp(`^right to delete ${module}: Let the user delete ${module}, .*LEFT BEHIND`)],
      ] as const,
    ]),
    ...(['absent', 'masked', 'null'] as const).map(
      (shows) =>
        [
          `addresses of contacts that come ${shows}`,
          { hiddenFields: [{ module: 'Contacts', field: 'Email', shows, isRestricted: true }] },
          [
            /^a contact as sales read it: Show the field .* the field Email of a contact: it is/,
            /^field Contacts\.Email: Allow it for the API: it is a personal field/,
          ],
        ] as const,
    ),
    ...(['absent', 'masked'] as const).map(
      (shows) =>
        [
          `a city that comes ${shows}, as a matter of rights`,
          { hiddenFields: [{ module: 'Accounts', field: 'Billing_City', shows }] },
          [/^a contact as sales read it: .* the field Account_Name\.Billing_City of a contact/],
        ] as const,
    ),
    ...(['absent', 'masked', 'null'] as const).map(
      (shows) =>
        [
          `accounts of contacts that come ${shows}`,
          { hiddenFields: [{ module: 'Contacts', field: 'Account_Name', shows }] },
          [/^a contact as sales read it: .* the field Account_Name of a contact/],
        ] as const,
    ),
    [
      'prices that are not shown',
      { hiddenFields: [{ module: 'Products', field: 'Unit_Price', shows: 'absent' }] },
      [/^a product as sales read it: .* the field Unit_Price of a product: it is hidden/],
    ],
    [
      'a revoked refresh token',
      { isRefreshTokenRevoked: true },
      [
        /^access token: Make a new refresh token, and check the client and ZOHO_DC\. .*\(invalid_code\)$/,
      ],
    ],
  ]
  for (const [name, patch, lines] of CASES) {
    it(`is red for ${name}, and reports what to do`, async () => {
      const place = adminAtFake()
      place.fake.settings.change(patch)
      const wrong = await wrongAt(place)
      for (const line of lines)
        assert.ok(
          wrong.some((one) => line.test(one)),
          wrong.join('\n'),
        )
    })
  }

  it('is red for a pipeline that is none', async () => {
    const wrong = await wrongAt(adminAtFake({ ZOHO_DEAL_PIPELINE: 'Lean' }))
    assert.match(wrong[0] ?? '', /^value Deals\.Pipeline "Lean" .* of "Standard \(Standard\)", or /)
  })

  const SCOPES = [
    ...['contacts', 'accounts', 'products'].map((module) => `ZohoCRM.modules.${module}.READ`),
    ...['deals', 'quotes', 'salesorders'].flatMap((module) =>
      ['CREATE', 'READ', 'DELETE'].map((right) => `ZohoCRM.modules.${module}.${right}`),
    ),
    'ZohoCRM.coql.READ',
    'ZohoCRM.settings.fields.READ',
  ]
  for (const scope of SCOPES) {
    it(`is red for a token without ${scope}, and names it`, async () => {
      const place = adminAtFake()
      place.fake.settings.change({ scopes: scopesWithout(place, scope) })
      const wrong = await wrongAt(place)
      const line = `scope ${scope}: Make a new refresh token whose scopes include it.`
      assert.ok(wrong.includes(line), wrong.join('\n'))
      // What cannot be done without the scope is red, too.
      assert.ok(wrong.length > 1 && wrong.some((one) => one.includes('OAUTH_SCOPE_MISMATCH')))
    })
  }
})

describe('The set-up of the fake', () => {
  const ABSENT = { Deals: 'absent', Quotes: 'absent', Sales_Orders: 'absent' } as const

  it('creates what is missing, so that the check is all green', async () => {
    const place = adminAtFake()
    place.fake.settings.change({ referenceFields: ABSENT })
    assert.equal((await checkReferenceFields(place)).type, 'missing')
    const first = await makeSetUpCrm(place)()
    assert.ok(first.every(({ created, finding }) => created && finding.ok))
    const second = await makeSetUpCrm(place)()
    assert.ok(second.every(({ created, finding }) => !created && finding.ok))
    assert.deepEqual(await checkReferenceFields(place), { type: 'ok', refused: [] })
    assert.deepEqual(await wrongAt(place), [])
  })

  it('creates nothing with a token that has no scope for it', async () => {
    const place = adminAtFake()
    const scopes = scopesWithout(place, 'ZohoCRM.settings.fields.CREATE')
    place.fake.settings.change({ referenceFields: ABSENT, scopes })
    const results = await makeSetUpCrm(place)()
    assert.ok(results.every(({ created, finding }) => !created && !finding.ok))
    assert.ok(place.fake.journal.every(({ operation }) => !operation.startsWith('createField')))
  })

  it('finds the field that a lost answer hid', async () => {
    const place = adminAtFake()
    place.fake.settings.change({ referenceFields: ABSENT })
    const kind = { type: 'resetAfter' } as const
    place.fake.faults.add({ operation: 'createField:*', times: 3, kind })
    assert.ok((await makeSetUpCrm(place)()).every(({ created, finding }) => created && finding.ok))
  })
})
