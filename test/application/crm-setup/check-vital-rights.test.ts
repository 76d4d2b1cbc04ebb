import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fetchOf } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { checkVitalRights } from '../../../src/application/crm-setup/check-vital-rights.ts'
import type { CrmAdmin, ScopeGrant } from '../../../src/application/crm-setup/crm-admin.port.ts'
import { makeFake } from '../../support/examples/left-sale.ts'
import { adminAtFake } from '../../support/gateway/zoho-admin.ts'

const needs = { recordModules: { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' } }
const done = <Value>(value: Value) => ({ type: 'done', value }) as const

function check(
  grants: readonly ScopeGrant[] | null,
  tryDelete: CrmAdmin['tryDelete'] = async () => done(undefined),
) {
  const admin = { readGrant: async () => done(grants), tryDelete }
  return checkVitalRights({ admin, needs, requestTimeoutMs: 1_000 })
}

const scope = (granted: boolean, isVital: boolean): ScopeGrant => ({
  scope: 'S.DELETE',
  granted,
  neededFor: 'sales',
  isVital,
})

describe('The rights that a rollback needs', () => {
  it('are there when every vital scope is, whatever else is missing', async () => {
    assert.deepEqual(await check([scope(true, true), scope(false, false)]), { type: 'ok' })
  })

  it('are missing without a vital scope, which is named', async () => {
    const rights = await check([scope(false, true)])
    assert.ok(rights.type === 'missing')
    assert.match(rights.reason, /^The token lacks the scope S\.DELETE: .*gateway zoho connect$/)
  })

  it('are not known where the CRM did not answer', async () => {
    const notSent = { type: 'notSent', reason: 'no way', fault: 'timeout' } as const
    assert.deepEqual(await check(null, async () => notSent), { type: 'unknown', reason: 'no way' })
  })

  it('are there where a delete of nothing is answered as done', async () => {
    const place = adminAtFake(
      {},
      {
        fake: makeFake(),
        async fetch(url, init) {
          if (url.endsWith('/oauth/v2/token')) return Response.json({ access_token: 't' })
          if (init?.method !== 'DELETE') return new Response(null, { status: 204 })
          return Response.json({ data: [{ status: 'success', details: { id: '1' } }] })
        },
      },
    )
    assert.deepEqual(await checkVitalRights(place), { type: 'ok' })
  })

  // Settings of the fake, whose token answer lists no scopes, and what the token lacks.
  const UNLISTED: readonly (readonly [SettingsPatch, RegExp | undefined])[] = [
    [{}, undefined],
    [{ goneDeleteAnswer: 'notFound' }, undefined],
    [{ goneDeleteAnswer: 'noContent' }, undefined],
    [{ scopes: ['ZohoCRM.modules.READ', 'ZohoCRM.coql.READ'] }, /delete Deals .*OAUTH_SCOPE_MISM/],
    [{ denied: ['delete:Quotes'] }, /lacks the right to delete Quotes .*NO_PERMISSION/],
  ]
  for (const [settings, lacking] of UNLISTED) {
    it(`are tried on nothing where no scopes are listed: ${JSON.stringify(settings)}`, async () => {
      const fake = makeFake()
      fake.settings.change(settings)
      const place = adminAtFake(
        {},
        {
          fake,
          async fetch(url, init) {
            const response = await fetchOf(fake)(url, init)
            if (!url.endsWith('/oauth/v2/token')) return response
            const { scope: _listed, ...unlisted } = Object(await response.json())
            return Response.json(unlisted)
          },
        },
      )
      const rights = await checkVitalRights(place)
      if (lacking === undefined) assert.deepEqual(rights, { type: 'ok' })
      else assert.match(rights.type === 'missing' ? rights.reason : rights.type, lacking)
    })
  }
})
