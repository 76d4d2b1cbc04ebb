import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type {
  CrmAdmin,
  CrmField,
  ScopeGrant,
} from '../../../src/application/crm-setup/crm-admin.port.ts'
import { makeSetUpCrm } from '../../../src/application/crm-setup/set-up-crm.ts'
import type { CallResult } from '../../../src/domain/sale/outcome.ts'
import { CREATE_STEPS, type CreateStep } from '../../../src/domain/sale/steps.ts'
import { done, notSent, refused, unknown } from '../../support/examples/sale-examples.ts'
import { adminAtFake } from '../../support/gateway/zoho-admin.ts'

const { needs } = adminAtFake()
const FIELD: CrmField = {
  name: needs.referenceField,
  type: 'text',
  lengthMax: 255,
  unique: true,
  restricted: false,
  mandatory: false,
  writable: true,
  values: null,
}

type Options = {
  readonly grant?: CallResult<readonly ScopeGrant[] | null>
  /** The fields at first, for steps that have any. */
  readonly fields?: Partial<Record<CreateStep, CrmField>>
  /** The answer of the CRM to a create, and the fields after it. */
  readonly create?: { readonly says: CallResult<void>; readonly makes?: CrmField }
}

function makeCrm(options: Options = {}) {
  const fields = new Map(Object.entries(options.fields ?? {}))
  const created: CreateStep[] = []
  const create = options.create ?? { says: done(undefined), makes: FIELD }
  const stepOf = (module: string) =>
    CREATE_STEPS.find((step) => needs.recordModules[step] === module) ?? assert.fail(module)
  const admin: Pick<CrmAdmin, 'readGrant' | 'readFields' | 'createReferenceField'> = {
    readGrant: async () => options.grant ?? done(grants(true)),
    async readFields(module) {
      const field = fields.get(stepOf(module))
      return done(field === undefined ? [] : [field])
    },
    async createReferenceField(step) {
      created.push(step)
      if (create.makes !== undefined) fields.set(step, create.makes)
      return create.says
    },
  }
  const setUp = makeSetUpCrm({ admin, needs, requestTimeoutMs: 1_000 })
  return { setUp, created }
}

function grants(granted: boolean): readonly ScopeGrant[] {
  return [{ scope: 'settings.CREATE', granted, neededFor: 'setUp' }]
}

const HERE = { deal: FIELD, quote: FIELD, salesOrder: FIELD }

describe('Setting up the CRM', () => {
  it('creates the field where it is missing, and nothing the second time', async () => {
    const { setUp, created } = makeCrm({ fields: { quote: FIELD } })
    const first = await setUp()
    assert.deepEqual(
      first.map(({ step, created: made, finding }) => [step, made, finding.ok]),
      [
        ['deal', true, true],
        ['quote', false, true],
        ['salesOrder', true, true],
      ],
    )
    const second = await setUp()
    assert.ok(second.every(({ created: made, finding }) => !made && finding.ok))
    assert.deepEqual(created, ['deal', 'salesOrder'])
  })

  it('tries a token whose scopes are not listed', async () => {
    const { setUp, created } = makeCrm({ grant: done(null) })
    assert.ok((await setUp()).every(({ finding }) => finding.ok))
    assert.deepEqual(created, [...CREATE_STEPS])
  })

  for (const grant of [done(grants(false)), refused, notSent]) {
    it(`creates nothing with a token that may not (${grant.type})`, async () => {
      const { setUp, created } = makeCrm({ grant })
      const results = await setUp()
      assert.deepEqual(created, [])
      assert.ok(results.every(({ finding }) => !finding.ok && /^Create it/.test(finding.remedy)))
    })
  }

  for (const change of [{ unique: false }, { type: 'picklist' }]) {
    it(`changes no field that exists and is wrong (${Object.keys(change)})`, async () => {
      const { setUp, created } = makeCrm({ fields: { ...HERE, deal: { ...FIELD, ...change } } })
      const [deal] = await setUp()
      assert.deepEqual([deal?.created, deal?.finding.ok], [false, false])
      assert.deepEqual(created, [])
    })
  }

  it('trusts the field, not the answer: a create whose answer was lost may have made it', async () => {
    const { setUp } = makeCrm({ create: { says: unknown, makes: FIELD } })
    assert.ok((await setUp()).every(({ created, finding }) => created && finding.ok))
  })

  it('trusts the field, not the answer: its name may be another one', async () => {
    const makes = { ...FIELD, name: `${FIELD.name}1` }
    const { setUp } = makeCrm({ create: { says: done(undefined), makes } })
    const results = await setUp()
    assert.ok(results.every(({ created, finding }) => !created && !finding.ok))
    assert.match(results[0]?.finding.remedy ?? '', /^Zoho made a field, and shows none of this /)
  })

  it('reports the reason that the CRM gave for a create it refused', async () => {
    const { setUp } = makeCrm({ create: { says: refused } })
    const [deal] = await setUp()
    assert.match(deal?.finding.remedy ?? '', /^Create it: .* The CRM said: INVALID_DATA$/)
  })
})
