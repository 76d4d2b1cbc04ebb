import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { SaleId } from '../../../../src/domain/ids.ts'
import { openStore } from '../../../../src/infrastructure/service/open-store.ts'
import { get, post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeFolder } from '../../../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { bodyAt, tamper } from '../../../support/log/tamper.ts'
import { open, textOf } from './support.ts'

async function lineOf(t: TestService, key: string, saleId: SaleId) {
  const { statusCode, body } = await open(t, key, `/audit/sales/${saleId}`)
  assert.equal(statusCode, 200)
  const [, kind = '', words = ''] = /<p class="verified (\w+)">(.*?)<\/p>/.exec(body) ?? []
  return { kind, words: textOf(`<main>${words}</main>`).trim() }
}

describe('What the page of a sale shows of its checkpoint', () => {
  it('waits for one, names the one it is in, and the position that is another', async () => {
    await using folder = await makeFolder()
    const db = path.join(folder.path, 'gateway.db')
    const store = await openStore(db)
    try {
      await using t = await makeTestService({}, { store })
      const auditor = await t.key('auditor', 'audit:read')
      const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
      const fresh = await lineOf(t, auditor, saleId)
      assert.equal(fresh.kind, 'waiting')
      assert.match(
        fresh.words,
        /^Not verified yet: its 6 events are newer than checkpoint 1 of 20\d\d-\S+ \S+ UTC \(the next is signed within 60 s\)\. Checkpoint 1$/,
      )
      await get(t, auditor, `/audit/sales/${saleId}/bundle`)
      const { number, size } = (await store.checkpoints.newest()) ?? {}
      const whole = await lineOf(t, auditor, saleId)
      assert.equal(whole.kind, 'whole')
      assert.match(
        whole.words,
        new RegExp(
          `^Verified: its 6 events are in the signed checkpoint ${number} of 20\\d\\d-\\S+ \\S+ UTC ?, over ${size} events\\. Checkpoint ${number}$`,
        ),
      )
      const position = (await store.evidence.ofSale(saleId)).at(1)?.position ?? 0
      tamper(db, (raw) => {
        const body = bodyAt(raw, position).replace('"at":"20', '"at":"19')
        raw.prepare('update event set body = ? where position = ?').run(body, position)
      })
      const wrong = await lineOf(t, auditor, saleId)
      assert.equal(wrong.kind, 'wrong')
      assert.equal(
        wrong.words.replace(/ :/, ':'),
        `Not as it was signed: position ${position}: it is not the event that was signed.`,
      )
    } finally {
      await store.close()
    }
  })
})
