import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmMark } from '../../../src/application/crm/crm-mark.port.ts'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { markCrm, requireSameCrm } from '../../../src/infrastructure/service/same-crm.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

const database = { type: 'sqlite', path: 'data/gateway.db' } as const
const REFUSED = /^AppError: data\/gateway\.db was used with CRM=/

/** A log without a mark, as an earlier version left it, with one sale of this client and key. */
async function openUnmarked(sale?: { readonly client: string; readonly keyId: string }) {
  const store = await openStore(':memory:')
  if (sale !== undefined) {
    const first = a.firstOf(a.saleIdOf(1), sale)
    await store.sales.begin({ ...first, actor: sale }, undefined, now)
  }
  const mark = (crm: 'fake' | 'zoho') => markCrm(store.crmMark, { crm, database }, now)
  return { mark, crmMark: store.crmMark, [Symbol.asyncDispose]: () => store.close() }
}

const SHOP = { client: 'shop', keyId: '0a1b2c3d' }
const DEMO = { client: 'demo', keyId: 'demo' }

describe('A database', () => {
  for (const [first, second] of [
    ['fake', 'zoho'],
    ['zoho', 'fake'],
  ] as const) {
    it(`that was used with CRM=${first} is refused with CRM=${second}, and not with its own`, async () => {
      await using log = await openUnmarked()
      await log.mark(first)
      assert.equal(await log.crmMark.read(), first)
      await assert.rejects(log.mark(second), REFUSED)
      await log.mark(first)
    })
  }

  // A log without a mark: what it holds, with which CRM it starts, and the mark afterwards.
  const UNMARKED = [
    ['nothing', undefined, 'fake', 'fake'],
    ['nothing', undefined, 'zoho', 'zoho'],
    ['sales that may be real', SHOP, 'zoho', 'zoho'],
    ['sales that may be real', SHOP, 'fake', undefined],
    ['sales of the demo key', DEMO, 'fake', 'fake'],
    ['sales of the demo key', DEMO, 'zoho', 'refused'],
  ] as const
  for (const [what, sale, crm, after] of UNMARKED) {
    it(`from before there were marks, with ${what}, and CRM=${crm}: ${after ?? 'not marked'}`, async () => {
      await using log = await openUnmarked(sale)
      if (after === 'refused') await assert.rejects(log.mark(crm), REFUSED)
      else await log.mark(crm)
      assert.equal(await log.crmMark.read(), after === 'refused' ? undefined : after)
    })
  }

  it('is not marked by a command that only reads it', async () => {
    await using log = await openUnmarked()
    const settings = { crm: 'zoho', database } as const
    assert.equal(await requireSameCrm(log.crmMark, settings), undefined)
    assert.equal(await log.crmMark.read(), undefined)
  })

  it('keeps its first mark, whoever marks it again', async () => {
    await using log = await openUnmarked()
    const mark: CrmMark = log.crmMark
    await mark.write('zoho', now)
    await mark.write('fake', now)
    assert.equal(await mark.read(), 'zoho')
  })
})

describe('A data directory that was used with the fake', () => {
  it('is refused with CRM=zoho, by the service and by a command that compares it with Zoho', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
    await using gateway = await startGateway(settings)
    const key = /^export KEY=(\S+)/m.exec(gateway.lines.join('\n'))?.[1] ?? ''
    assert.equal((await makeClient(gateway.url, key).sell(SALE))?.status, 200)
    assert.equal(await gateway.stop(), 0)
    const nobody = 'http://127.0.0.1:1'
    const real = {
      ...{ ...settings, CRM: 'zoho', ZOHO_ACCOUNTS_URL: nobody, ZOHO_API_URL: nobody },
      ...{ ZOHO_CLIENT_ID: 'a', ZOHO_CLIENT_SECRET: 'b', ZOHO_REFRESH_TOKEN: 'c' },
    }
    for (const args of [['serve'], ['zoho', 'orphans']]) {
      const { code, stdout, stderr } = await runGateway(args, real)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /gateway\.db was used with CRM=fake, and the settings say CRM=zoho\. /)
      assert.match(stderr, /Give CRM=zoho a folder of its own \(DATA_DIR\)/)
    }
    await using again = await startGateway(settings)
    assert.equal(await again.stop(), 0)
  })
})
