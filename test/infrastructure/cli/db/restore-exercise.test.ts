// The whole of a disaster, as an operator would live through it: backup, more sales, loss, restore, start.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeClient } from '../../../../src/infrastructure/demo/client.ts'
import { makeStage } from '../../../../src/infrastructure/demo/stage.ts'
import { SALE } from '../../../support/gateway/http-requests.ts'
import { runGateway } from '../../../support/gateway/run-gateway.ts'
import { until } from '../../../support/time/until.ts'
import { assertWholeOrNothing } from '../../../support/whole-or-nothing.ts'

describe('After a disaster', () => {
  it('a backup that was made while serving is restored, served, and the loss is told', async () => {
    await using stage = await makeStage({ latencyMs: 2, settleMs: 200 })
    const { settings, folder } = stage
    const gateway = (...args: string[]) => runGateway(args, settings)
    // Apart from the checkpoints of the data folder, which would count for it when it is verified.
    const file = path.join(folder, 'backups', 'copy.db')
    await mkdir(path.dirname(file))
    const serving = await stage.start()
    const client = makeClient(serving.url, stage.key)
    assert.equal((await client.sell(SALE, 'before'))?.status, 200)
    // This one is half-finished in the backup, and complete a moment later.
    const arrived = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    stage.fake.hooks.before = (operation) => {
      if (operation !== 'create:Quotes') return
      stage.fake.hooks.before = undefined
      arrived.resolve()
      return letGo.promise
    }
    const half = client.sell(SALE)
    await arrived.promise
    const backup = await gateway('db', 'backup', file, '--json')
    const { position, checkpoint, fingerprint } = JSON.parse(backup.stdout)
    assert.ok(checkpoint.size <= position)
    assert.ok(serving.lines.some((line) => line.includes(fingerprint)))
    assert.match(
      backup.stderr,
      /Its signing key is not in it\. Keep it apart from it: \S+audit\.key\n/,
    )
    letGo.resolve()
    const halfSale = (await half)?.saleId ?? ''
    const lost = await client.sell(SALE)
    assert.equal(lost?.status, 200)
    const busy = await gateway('db', 'restore', file, '--reason', 'too early')
    assert.equal(busy.code, 2)
    assert.equal(await serving.stop(), 0)

    // The disaster: the database is gone. What is kept apart from it is not.
    await writeFile(path.join(folder, 'gateway.db'), 'the disk wrote something else')
    assert.equal((await gateway('audit', 'verify', '--db', file)).code, 0)
    const unasked = await gateway('db', 'restore', file)
    assert.equal(unasked.code, 2)
    assert.match(unasked.stderr, /say why with --reason TEXT/)
    const restored = await gateway('db', 'restore', file, '--reason', 'the disk failed', '--json')
    assert.equal(restored.code, 0, restored.stderr)
    const { loss, held } = JSON.parse(restored.stdout)
    assert.deepEqual([loss.position, held], [position + 1, [halfSale]])

    {
      await using again = await stage.start()
      assert.match(
        again.lines.join('\n'),
        /restored copy, or a loss of its log was accepted\. 1 sale half-finished/,
      )
      const caller = makeClient(again.url, stage.key)
      assert.equal((await caller.sell(SALE, 'before'))?.status, 200)
      assert.equal((await caller.sell(SALE, 'after'))?.status, 200)
      assertWholeOrNothing(stage.fake.records, await caller.newestAtRest())
      // The half-finished one waits for a person, and is rolled back then, with all that it had made.
      assert.equal((await gateway('sales', 'resume', halfSale)).code, 0)
      await until('it is rolled back', async () => {
        const sale = JSON.parse((await caller.get(`/sales/${halfSale}`)).text)
        return sale.status === 'rolled_back'
      })
      assertWholeOrNothing(stage.fake.records, { saleId: halfSale, status: 'rolled_back' })
      assert.equal((await caller.get(`/sales/${lost?.saleId}`)).status, 404)
      assert.equal(await again.stop(), 0)
    }

    const told = await gateway('audit', 'verify')
    assert.equal(told.code, 0, told.stdout)
    assert.match(told.stdout, /^Accepted +position \d+: a loss .* Reason: "the disk failed/m)
    assert.equal((await gateway('audit', 'verify', '--strict')).code, 1)
    const known = ['--strict', '--accepted', String(loss.position)]
    assert.equal((await gateway('audit', 'verify', ...known)).code, 0)
  })
})
