import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { makeFileMailer } from '../../src/adapters/mail/file-mailer.ts'
import { makeKeyFile, readKeyFile } from '../../src/adapters/signing/key-file.ts'
import { openCheckpointFile } from '../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { makeStage, type Stage } from '../../src/infrastructure/demo/stage.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { countOf } from '../support/counts.ts'
import { makeTestService, quickConfig } from '../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'
import { type DiskFault, readTrace, tracedGateway, whyNotInjected } from './injected-faults.ts'
import {
  assertSound,
  assertTrue,
  type ProbeSale,
  salesAtRest,
  sellProbe,
  type Told,
} from './probe-sales.ts'

// For n = 1, 2, 3 … the n-th write, or sync, of the database fails, once or from then on, until a
// run makes fewer than n of them. After each run a gateway without the fault reads what there is.

/** Every so many n; `npm run disk-faults` takes each one. */
const STEP = countOf('DISK_FAULT_STEP')

/** A commit writes several frames and syncs once; so syncs are taken more often. */
const WRITES_PER_SYNC = 4

/** More calls than a run makes. */
const CALLS_MAX = 1_000

/** The longest wait for an answer. */
const ANSWER_WITHIN_MS = 15_000

/** The same on a disk that stays full: beyond it the sale is held up, and it is left at that. */
const HELD_UP_AFTER_MS = 1_000

const KINDS = (['ENOSPC on pwrite64', 'EIO on pwrite64', 'EIO on fsync'] as const).flatMap((name) =>
  [false, true].map((forEver) => ({ name, forEver })),
)

/** Sales that are asked for at once, so that they are written in groups of many. */
const GROUP = 8

/** Writes that fail in groups are this many times as far apart, because there are as many more. */
const GROUP_STEPS = 3

const SETTINGS = { SALE_DEADLINE_MS: '30000', LOG_LEVEL: 'warn' }

type Counts = {
  runs: number
  failedCalls: number
  stops: number
  failedStarts: number
  told: number
  /** The most callers of one run that were not told of a sale that was made. */
  cutOff: number
}

const notInjected = whyNotInjected()

describe('A gateway whose disk fails at the n-th call', { concurrency: 2 }, () => {
  for (const [index, { name, forEver }] of KINDS.entries()) {
    const often = forEver ? 'and for ever' : 'once'
    it(`keeps answers, log and CRM in agreement: ${name}, ${often}`, async (t) => {
      if (notInjected !== undefined) return t.skip(notInjected)
      // Each kind begins elsewhere, so that together they meet more than every tenth call.
      await failAtEveryCall(t, { name, forEver }, { first: 1 + index, sales: 1 })
    })
  }
})

type Kind = (typeof KINDS)[number]

/** @param sales how many are asked for at once */
async function failAtEveryCall(
  t: TestContext,
  { name, forEver }: Kind,
  { first, sales }: { readonly first: number; readonly sales: number },
): Promise<void> {
  const [error, , call] = name.split(' ') as [DiskFault['error'], 'on', DiskFault['call']]
  const counts = { runs: 0, failedCalls: 0, stops: 0, failedStarts: 0, told: 0, cutOff: 0 }
  const isOne = sales === 1
  await using stage = await makeStage({
    latencyMs: isOne ? 0 : 10,
    settleMs: 200,
    settings: isOne ? {} : { ZOHO_MAX_CONCURRENCY: '25' },
  })
  const writes = isOne ? STEP : STEP * GROUP_STEPS
  const step = call === 'fsync' ? Math.ceil(STEP / WRITES_PER_SYNC) : writes
  for (let nth = 1 + ((first - 1) % step); ; nth += step) {
    assert.ok(nth <= CALLS_MAX, 'no run was clean')
    const failed = await runWith(stage, { call, error, nth, forEver }, sales, counts)
    if (!failed) break
  }
  t.diagnostic(JSON.stringify(counts))
  assert.ok(counts.failedCalls > 0, 'nothing was made to fail')
}

describe('A gateway whose disk fails at the n-th call, in groups of many', {
  concurrency: 2,
}, () => {
  for (const [index, { name, forEver }] of KINDS.entries()) {
    if (forEver) continue
    it(`keeps answers, log and CRM in agreement: ${name}, once`, async (t) => {
      if (notInjected !== undefined) return t.skip(notInjected)
      await failAtEveryCall(t, { name, forEver }, { first: 1 + index, sales: GROUP })
    })
  }
})

/** One run with the fault, and one without that reads what it left. `false` for one that was clean. */
async function runWith(
  stage: Stage,
  fault: DiskFault,
  sales: number,
  counts: Counts,
): Promise<boolean> {
  const database = path.join(stage.folder, 'gateway.db')
  const trace = path.join(stage.folder, 'trace')
  const base = counts.runs * 10
  // One after the other three; at once, so many.
  const count = sales === 1 ? 3 : sales
  const probes: readonly ProbeSale[] = Array.from({ length: count }, (_, index) => {
    const quantity = base + 1 + index
    return index % 3 === 1 ? { quantity, key: `order-${quantity}` } : { quantity }
  })
  counts.runs += 1

  const told = new Map<ProbeSale, Told | undefined>()
  const broken = await stage.start(tracedGateway(['serve'], database, trace, fault)).catch(ended)
  if (typeof broken === 'string') {
    counts.failedStarts += 1
    assert.match(broken, /ended with 1: .*(disk is full|disk failed|cannot be opened)/s)
  } else {
    const sell = sales === 1 ? sellAll : sellAtOnce
    await sell(stage, broken.url, fault, probes, told)
    // A stop may meet the fault, too. On a disk that stays full it would wait for the callers.
    const code = fault.forEver ? await broken.kill() : await broken.stop()
    if (code === 1) counts.stops += 1
  }
  for (const answer of told.values()) if (answer !== undefined) counts.told += 1
  const cutOff = [...told.values()].filter((answer) => answer?.status !== 200).length
  counts.cutOff = Math.max(counts.cutOff, cutOff)
  const { failed, writtenAfter } = await readTrace(trace)
  if (fault.error === 'EIO' && failed > 0) assert.equal(writtenAfter, 0, 'it wrote on')
  counts.failedCalls += failed

  await readAnew(stage, database, probes, told)
  assertSound(database)
  if (failed > 0) return true
  const statuses = [...told.values()].map((answer) => answer?.status)
  // On a busy machine a sale may fail without a fault: such a run proves nothing.
  if (statuses.includes(undefined)) return true
  const expected = probes.map((_, index) => (index === probes.length - 1 ? 500 : 200))
  assert.deepEqual(statuses.toSorted(), expected, 'a run without a fault')
  return false
}

/** A sale that is made, one with a key, and one that is refused at the Sales Order. */
async function sellAll(
  stage: Stage,
  url: string,
  { forEver }: DiskFault,
  probes: readonly ProbeSale[],
  told: Map<ProbeSale, Told | undefined>,
): Promise<void> {
  stage.fake.faults.clear()
  for (const [index, probe] of probes.entries()) {
    if (index === 2) {
      stage.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
    }
    const withinMs = forEver ? HELD_UP_AFTER_MS : ANSWER_WITHIN_MS
    const answer = await sellProbe(url, stage, probe, withinMs)
    told.set(probe, answer)
    if (answer === undefined) break
  }
  stage.fake.faults.clear()
}

/** All at once, of which one is refused at the Sales Order. */
async function sellAtOnce(
  stage: Stage,
  url: string,
  _fault: DiskFault,
  probes: readonly ProbeSale[],
  told: Map<ProbeSale, Told | undefined>,
): Promise<void> {
  stage.fake.faults.clear()
  stage.fake.faults.add({ operation: 'create:Sales_Orders', nth: 2, kind: { type: 'refuse' } })
  await Promise.all(
    probes.map(async (probe) => {
      told.set(probe, await sellProbe(url, stage, probe, ANSWER_WITHIN_MS))
    }),
  )
  stage.fake.faults.clear()
}

/** The same service over the same files, in this process and without a fault. */
async function readAnew(
  stage: Stage,
  database: string,
  probes: readonly ProbeSale[],
  told: ReadonlyMap<ProbeSale, Told | undefined>,
): Promise<void> {
  const store = await openStore(database)
  const keyFile = path.join(stage.folder, 'audit.key')
  const file = openCheckpointFile(path.join(stage.folder, 'checkpoints.db'))
  try {
    const config = quickConfig()
    const audit = { signer: readKeyFile(keyFile) ?? makeKeyFile(keyFile), file }
    const mailer = makeFileMailer(path.join(stage.folder, 'mail'), config.mail)
    await using anew = await makeTestService(SETTINGS, {
      fake: stage.fake,
      store,
      mailer,
      audit,
      time: makeTrueTestTime(),
    })
    const url = await anew.server.listen({ host: '127.0.0.1', port: 0 })
    const sales = await salesAtRest(url, stage)
    for (const probe of probes) {
      await assertTrue(stage, probe, told.get(probe), sales.get(probe.quantity))
    }
    await assertKeyedAgain(stage, url, probes)
    // Each run asks for a token of its own: a claim or a pause of this one would hold up the next.
    await store.token.write(new Uint8Array())
    await store.token.release()
    // Deno does not take a connection that has brought nothing for an idle one, and waits for it.
    anew.server.server.closeAllConnections()
  } finally {
    file.close()
    await store.close()
  }
}

/** The caller repeats its request with its key: the answer is that of its one sale. */
async function assertKeyedAgain(
  stage: Stage,
  url: string,
  probes: readonly ProbeSale[],
): Promise<void> {
  const [, keyed] = probes
  assert.ok(keyed !== undefined)
  const again = await sellProbe(url, stage, keyed, ANSWER_WITHIN_MS)
  const sales = await salesAtRest(url, stage)
  const sale = sales.get(keyed.quantity)
  assert.equal(again?.status, sale?.status === 'completed' ? 200 : 500)
  assert.equal(again?.saleId, sale?.saleId)
}

function ended(error: unknown): string {
  if (error instanceof Error) return error.message
  throw error
}
