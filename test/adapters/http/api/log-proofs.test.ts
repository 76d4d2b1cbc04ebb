import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../../src/adapters/signing/ed25519.ts'
import { makeTreeProofs } from '../../../../src/application/checkpoints/tree-proofs.ts'
import { parseCheckpoint } from '../../../../src/domain/log/checkpoint.ts'
import { bytesOfBase64, type Hash } from '../../../../src/domain/log/hash.ts'
import { provesConsistency } from '../../../../src/domain/log/proofs.ts'
import { isSignedBy } from '../../../../src/domain/log/signed-note.ts'
import { parseVkey } from '../../../../src/domain/log/vkey.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'

async function get(t: TestService, url: string, key?: string) {
  const headers = key === undefined ? {} : { 'x-api-key': key }
  return t.server.inject({ url, headers })
}

describe('What the log proves over HTTP', () => {
  it('is its newest checkpoint, signed with the key that is named', async () => {
    await using t = await makeTestService()
    const answer = await get(t, '/log/checkpoint', await t.key('auditor', 'audit:read'))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
    const parsed = parseCheckpoint(answer.body)
    const key = parseVkey(String(answer.headers['log-key']))
    assert.ok(parsed && key && isSignedBy(checkSignature, parsed.signed, key))
    assert.equal(parsed.checkpoint.reason, 'start')
  })

  it('is that it only grew between two sizes', async () => {
    await using t = await makeTestService()
    const key = await t.key('auditor', 'audit:read')
    for (let number = 1; number <= 11; number += 1) {
      await t.store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
    }
    const proofs = makeTreeProofs(t.store.tree)
    for (const [from, to] of [
      [0, 11],
      [3, 11],
      [8, 9],
      [11, 11],
    ] as const) {
      const answer = await get(t, `/log/consistency?from=${from}&to=${to}`, key)
      const { hashes, ...rest } = answer.json()
      assert.deepEqual(rest, { from, to })
      const proof = hashes.map(bytesOfBase64) as readonly Hash[]
      const [older, newer] = [
        { size: from, root: await proofs.rootAt(from) },
        { size: to, root: await proofs.rootAt(to) },
      ]
      assert.ok(provesConsistency(proof, older, newer))
    }
  })

  // the query, what is said of it
  const BAD: readonly (readonly [string, RegExp])[] = [
    ['', /from: is missing/],
    ['?from=1', /to: is missing/],
    ['?from=2&to=1', /from: must not be above/],
    ['?from=0&to=99', /to: is more than the log has/],
    ['?from=x&to=1', /from: must be a whole number/],
    ['?from=-1&to=1', /from: must be a whole number/],
  ]
  for (const [query, message] of BAD) {
    it(`is 400 for /log/consistency${query}`, async () => {
      await using t = await makeTestService()
      const key = await t.key('auditor', 'audit:read')
      const answer = await get(t, `/log/consistency${query}`, key)
      assert.equal(answer.statusCode, 400)
      assert.match(answer.json().message, message)
    })
  }

  it('is for auditors only', async () => {
    await using t = await makeTestService()
    const shop = await t.key('shop', 'sales:create', 'sales:read')
    for (const path of ['/log/checkpoint', '/log/consistency?from=0&to=0']) {
      assert.equal((await get(t, path)).statusCode, 401)
      assert.equal((await get(t, path, shop)).statusCode, 403)
    }
  })
})
