import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { FaultRule } from '../../src/adapters/fake-zoho/faults/faults.ts'
import { type Client, makeClient } from '../../src/infrastructure/demo/client.ts'
import type { GatewayProcess } from '../../src/infrastructure/demo/gateway-process.ts'
import { makeStage, type Stage } from '../../src/infrastructure/demo/stage.ts'
import { countOf } from '../support/counts.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { assertWholeOrNothing } from '../support/whole-or-nothing.ts'

// The gateway is a process of its own and is really killed; the fake Zoho lives on in this one.
// Between two calls there is exactly one commit, so a kill at the arrival of a call is one after
// the commit before it, and a kill before its answer is one before the commit that follows. The reads
// of a sale overlap its first commit, so a kill at one of them may leave no sale at all.

/** More calls than any of these sales makes, retries and look-ups included. */
const CALLS_MAX = 40

type Scenario = {
  readonly name: string
  readonly idempotent: boolean
  readonly faults: readonly FaultRule[]
  /** Kills the process that recovers, too, at its first call. */
  readonly twice?: true
}

const REFUSED: readonly FaultRule[] = [
  { operation: 'create:Sales_Orders', kind: { type: 'refuse' } },
]
const LOST: readonly FaultRule[] = [{ operation: 'create:Quotes', kind: { type: 'resetAfter' } }]

const SCENARIOS: readonly Scenario[] = [
  { name: 'a sale without a key', idempotent: false, faults: [] },
  { name: 'a sale that is refused at the Sales Order', idempotent: false, faults: REFUSED },
  { name: 'a sale whose Quote was made and not answered', idempotent: true, faults: LOST },
  { name: 'a sale with a key', idempotent: true, faults: [] },
  { name: 'a sale, and again its recovery', idempotent: false, faults: [], twice: true },
]

/** Kinds of sale that are tried. */
const KINDS = countOf('KILLED_KINDS')

describe('A gateway killed at every call to the CRM', { concurrency: 2 }, () => {
  for (const scenario of SCENARIOS.slice(0, KINDS)) {
    it(`leaves ${scenario.name} whole or nothing of it`, async (t) => {
      const kills = await killAtEveryCall(scenario)
      t.diagnostic(`${kills} kills`)
      assert.ok(kills >= 10, `only ${kills} kills: the calls were not seen`)
    })
  }
})

async function killAtEveryCall(scenario: Scenario): Promise<number> {
  await using stage = await makeStage({ latencyMs: 5, settleMs: 200 })
  let gateway = await stage.start()
  let kills = 0
  try {
    for (const moment of ['before', 'after'] as const) {
      for (let call = 1; call <= CALLS_MAX; call += 1) {
        const key = scenario.idempotent ? `${moment}-${call}` : undefined
        stage.fake.faults.clear()
        for (const rule of scenario.faults) stage.fake.faults.add(rule)
        const before = await lastSaleId(stage, gateway)
        const killed = killAt(stage, gateway, moment, call)
        const answer = await makeClient(gateway.url, stage.key).sell(SALE, key)
        stage.fake.hooks[moment] = undefined
        const wasKilled = killed()
        if (wasKilled) {
          kills += 1
          // It may have answered first: the kill came while it cleared up what was left.
          gateway = await restart(stage, scenario)
        }
        if ((await lastSaleId(stage, gateway)) === before) assertNothing(stage, answer?.status)
        else await check(stage, makeClient(gateway.url, stage.key), answer?.status, key)
        if (!wasKilled) break
      }
    }
    return kills
  } finally {
    await gateway.kill()
  }
}

/** Lets the fake kill the gateway at its n-th call from now. Returns a function: whether it did. */
function killAt(
  stage: Stage,
  gateway: GatewayProcess,
  moment: 'before' | 'after',
  call: number,
): () => boolean {
  let seen = 0
  let killed = false
  stage.fake.hooks[moment] = async () => {
    seen += 1
    if (seen !== call) return
    killed = true
    await gateway.kill()
  }
  return () => killed
}

async function restart(stage: Stage, scenario: Scenario): Promise<GatewayProcess> {
  const gateway = await stage.start()
  if (scenario.twice === undefined) return gateway
  const gone = Promise.withResolvers<void>()
  stage.fake.hooks.before = async () => {
    stage.fake.hooks.before = undefined
    await gateway.kill()
    gone.resolve()
  }
  // A sale that was complete before the kill makes no call when it is recovered, nor does none.
  const hasSale = (await lastSaleId(stage, gateway).catch(() => '')) !== undefined
  const nothingLeft = makeClient(gateway.url, stage.key)
    .newestAtRest()
    .then(() => undefined)
    .catch(() => gone.promise)
  if (hasSale) await Promise.race([gone.promise, nothingLeft])
  stage.fake.hooks.before = undefined
  await gateway.kill()
  return stage.start()
}

async function lastSaleId(stage: Stage, gateway: GatewayProcess): Promise<string | undefined> {
  const [newest] = await makeClient(gateway.url, stage.key).sales(1)
  return newest?.saleId
}

/** The sale never began: its caller has no answer, and the CRM has whole sales only. */
function assertNothing(stage: Stage, answered: number | undefined): void {
  assert.equal(answered, undefined)
  const { records } = stage.fake
  const modules = ['Deals', 'Quotes', 'Sales_Orders'] as const
  const counts = modules.map((name) => records.live(name).length)
  assert.equal(new Set(counts).size, 1, `of a sale that never began, the CRM has ${counts}`)
}

async function check(
  stage: Stage,
  client: Client,
  answered: number | undefined,
  key: string | undefined,
): Promise<void> {
  const sale = await client.newestAtRest()
  assertWholeOrNothing(stage.fake.records, sale)
  if (answered === 200) assert.equal(sale.status, 'completed')
  if (answered === 500) assert.equal(sale.status, 'rolled_back')
  if (sale.status === 'rolled_back') {
    const mail = path.join(stage.folder, 'mail', `${sale.saleId}.failed.eml`)
    assert.ok(await appears(mail), 'nobody was told')
  }
  if (key === undefined) return
  const again = await client.sell(SALE, key)
  assert.equal(again?.saleId, sale.saleId)
  assert.equal(again?.status, sale.status === 'completed' ? 200 : 500)
  assert.equal(again?.replayed, true)
}

async function appears(file: string): Promise<boolean> {
  for (let tries = 0; tries < 100 && !existsSync(file); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return existsSync(file)
}
