import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, makeClient } from '../../../src/infrastructure/demo/client.ts'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeStage, type Stage } from '../../../src/infrastructure/demo/stage.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { factsOf, leaveSale } from '../../support/examples/left-sale.ts'
import { forgetTree, poison } from '../../support/examples/poison.ts'
import { saleIdOf } from '../../support/examples/store-examples.ts'
import { SALE } from '../../support/gateway/http-requests.ts'
import { runGateway } from '../../support/gateway/run-gateway.ts'
import { until } from '../../support/time/until.ts'
import { assertWholeOrNothing } from '../../support/whole-or-nothing.ts'

/** After so many refused deletes in a row the next pause is 16 s at least. */
const REFUSED_FIRST = 6
const FIRST_PAUSES_MS = 40_000
/** One look of the service at the log, a delete, and a busy machine. */
const RESUMED_WITHIN_MS = 5_000

const statusOf = async (client: Client, saleId: string): Promise<string> =>
  JSON.parse((await client.get(`/sales/${saleId}`)).text).status

const deletes = (stage: Stage) =>
  stage.fake.journal.filter(({ operation }) => operation === 'delete:Deals').length

const mailsOf = async (stage: Stage, about: string) =>
  (await readdir(path.join(stage.folder, 'mail'))).filter((name) => name.endsWith(`.${about}.eml`))

describe('A gateway whose delete Zoho refuses for ever', () => {
  it('is stuck over restarts, mails once, and ends soon after "sales resume"', async () => {
    await using stage = await makeStage({
      latencyMs: 1,
      settleMs: 100,
      settings: { STUCK_AFTER_MS: '500' },
    })
    stage.fake.faults.add({ operation: 'create:Quotes', kind: { type: 'refuse' } })
    stage.fake.faults.add({ operation: 'delete:Deals', times: Infinity, kind: { type: 'refuse' } })
    let saleId = ''
    for (let start = 0; start < 2; start += 1) {
      await using gateway = await stage.start()
      const client = makeClient(gateway.url, stage.key)
      if (start === 0) {
        const answer = await client.sell(SALE)
        assert.equal(answer?.status, 500)
        saleId = answer?.saleId ?? ''
      }
      const before = deletes(stage)
      await until('it is tried', () => deletes(stage) > before)
      await until('it is stuck', async () => (await statusOf(client, saleId)) === 'stuck')
      await until('it is mailed', async () => (await mailsOf(stage, 'stuck')).length === 1)
      await gateway.kill()
    }
    await using gateway = await startGateway(stage.settings)
    const client = makeClient(gateway.url, stage.key)
    const before = deletes(stage)
    const begin = performance.now()
    while (deletes(stage) < before + REFUSED_FIRST) {
      assert.ok(performance.now() - begin < FIRST_PAUSES_MS, 'the first pauses are too long')
      await sleep(50)
    }
    const listed = await runGateway(
      ['sales', 'list', '--status', 'stuck', '--json'],
      stage.settings,
    )
    assert.equal(JSON.parse(listed.stdout).saleId, saleId)
    const { events } = JSON.parse((await client.get(`/sales/${saleId}`)).text)
    const stuck = events.filter(({ type }: { type: string }) => type === 'SaleStuck')
    assert.equal(stuck.length, 1)
    const [mail = ''] = await mailsOf(stage, 'stuck')
    const text = await readFile(path.join(stage.folder, 'mail', mail), 'utf8')
    const [leftover] = stuck[0].data.leftovers
    assert.match(text, new RegExp(`^Left: Deals ${leftover.id}: `, 'm'))

    stage.fake.faults.clear()
    const asked = await runGateway(['sales', 'resume', saleId], stage.settings)
    const askedAt = performance.now()
    assert.equal(asked.code, 0, asked.stderr)
    assert.match(asked.stderr, new RegExp(`gateway sales show ${saleId}\n$`))
    await until('it is rolled back', async () => (await statusOf(client, saleId)) === 'rolled_back')
    assert.ok(performance.now() - askedAt < RESUMED_WITHIN_MS)
    assertWholeOrNothing(stage.fake.records, { saleId, status: 'rolled_back' })
    assert.deepEqual(await mailsOf(stage, 'stuck'), [mail])
    await until('that is mailed', async () => (await mailsOf(stage, 'solved')).length === 1)
    assert.equal(await gateway.stop(), 0)
  })
})

describe('A gateway that finds a sale it cannot read', () => {
  it('serves, recovers the others, and reports it once over restarts', async () => {
    await using stage = await makeStage({ latencyMs: 1, settleMs: 100 })
    const [poisoned, other] = [saleIdOf(1), saleIdOf(2)] as const
    const database = path.join(stage.folder, 'gateway.db')
    const store = await openStore(database)
    const { requested, priced, deal } = factsOf({ idempotent: false })
    const place = { store, fake: stage.fake }
    await leaveSale(place, poisoned, [requested, priced, deal])
    await leaveSale(place, other, [requested, priced])
    await store.close()
    poison(database, poisoned, 'broken JSON')
    forgetTree(database)
    for (let start = 0; start < 2; start += 1) {
      await using gateway = await stage.start()
      const client = makeClient(gateway.url, stage.key)
      await until('the other ends', async () => (await statusOf(client, other)) === 'rolled_back')
      await until('it is reported', async () => (await mailsOf(stage, 'unreadable')).length > 0)
      assert.equal((await client.sell(SALE))?.status, 200)
      const answer = await client.get(`/sales/${poisoned}`)
      assert.equal(answer.status, 500)
      assert.deepEqual(Object.keys(JSON.parse(answer.text)), ['status', 'message'])
      const log = await client.get('/log?limit=1000')
      assert.equal(log.status, 200)
      const lines = log.text.trimEnd().split('\n')
      for (const [i, line] of lines.entries()) assert.equal(JSON.parse(line).position, i + 1)
      assert.equal(lines.filter((line) => line.includes('"SaleUnreadable"')).length, 1)
      assert.equal(await gateway.stop(), 0)
    }
    const shown = await runGateway(['sales', 'show', poisoned], stage.settings)
    assert.deepEqual([shown.code, shown.stdout], [1, ''])
    assert.equal(shown.stderr, 'event 3: its body is no event\n')
    const listed = await runGateway(['sales', 'list', '--json'], stage.settings)
    assert.equal(listed.stdout.trimEnd().split('\n').length, 4)
    assert.equal(stage.fake.records.live('Deals').length, 1 + 2)
  })
})
