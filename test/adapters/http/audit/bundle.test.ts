import assert from 'node:assert/strict'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { VERIFIER_FILE } from '../../../../src/infrastructure/service/bundle-exporter.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeFolder, run } from '../../../support/gateway/run-gateway.ts'
import { makeTestService, type TestService } from '../../../support/gateway/test-service.ts'
import { open, textOf } from './support.ts'

async function vkeyOf(t: TestService, key: string): Promise<string> {
  const answer = await t.server.inject({ url: '/log/checkpoint', headers: { 'x-api-key': key } })
  return String(answer.headers['log-key'])
}

async function exportsIn(t: TestService) {
  const events = await t.store.saleReader.events(0, 1_000)
  return events.flatMap((event) =>
    event.type === 'AuditExported' && 'actor' in event ? [event] : [],
  )
}

describe('The bundle of a sale, from its page', () => {
  it('is an archive that tar opens, and that the verifier finds whole', async () => {
    await using t = await makeTestService()
    await using folder = await makeFolder()
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const answer = await open(t, auditor, `/audit/sales/${saleId}/bundle`)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/x-tar')
    const name = `sale-${saleId}`
    assert.equal(answer.headers['content-disposition'], `attachment; filename="${name}.tar"`)
    const file = path.join(folder.path, 'taken.tar')
    writeFileSync(file, answer.rawPayload)
    const { code, stderr } = await run('tar', ['-xf', file, '-C', folder.path])
    assert.deepEqual([code, stderr], [0, ''])

    const bundle = path.join(folder.path, name)
    const names = readdirSync(bundle, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.join(entry.parentPath, entry.name))
    for (const one of names) {
      const { mode, mtimeMs } = statSync(one)
      assert.equal(mode & 0o777, 0o600, one)
      assert.ok(Math.abs(t.time.clock.now() - mtimeMs) < 60_000, one)
    }
    const vkey = await vkeyOf(t, auditor)
    const runtime = 'Deno' in globalThis ? ['run', '--allow-read'] : []
    const args = [...runtime, VERIFIER_FILE, bundle, '--key', vkey]
    const verified = await run(process.execPath, args)
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
    assert.match(verified.stdout, /: ok/)
  })

  it('is recorded with who took it, before it is made', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const url = `/audit/sales/${saleId}/bundle`
    const head = await t.server.inject({ method: 'HEAD', url, headers: { 'x-api-key': auditor } })
    assert.equal(head.statusCode, 405)
    assert.equal(head.headers['allow'], 'GET, POST')
    assert.deepEqual(await exportsIn(t), [])
    await open(t, auditor, url)
    const [exported, ...more] = await exportsIn(t)
    assert.equal(more.length, 0)
    assert.equal(exported?.data['saleId'], saleId)
    assert.ok(exported !== undefined && 'client' in exported.actor)
    assert.equal(exported.actor.client, 'auditor')
    const newest = await t.store.checkpoints.newest()
    assert.ok(newest !== undefined && newest.size >= exported.position)
  })

  it('is not given without the scope, nor of a sale that is not there', async () => {
    await using t = await makeTestService()
    const shop = await t.key('web-shop', 'sales:create', 'sales:read')
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, shop))
    assert.equal((await open(t, shop, `/audit/sales/${saleId}/bundle`)).statusCode, 403)
    for (const id of [a.saleIdOf(1), 'x', "'--", '%00']) {
      const url = `/audit/sales/${encodeURIComponent(id)}/bundle`
      const answer = await open(t, auditor, url)
      assert.equal(answer.statusCode, 404, id)
      assert.match(textOf(answer.body), /Not found/)
    }
    assert.deepEqual(await exportsIn(t), [])
  })
})
