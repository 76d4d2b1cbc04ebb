import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { Logger } from '../../../src/application/base/logger.port.ts'
import type { CheckpointFile } from '../../../src/application/checkpoints/checkpoint-file.port.ts'
import { makeKeepCheckpoints } from '../../../src/application/checkpoints/keep-checkpoints.ts'
import {
  makeFollowNewest,
  makeSignCheckpoint,
} from '../../../src/application/checkpoints/sign-checkpoint.ts'
import type { SignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { emptyRoot } from '../../../src/domain/log/hash.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { signer } from '../../support/log/audit-log.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const HOUR_MS = 3_600_000

async function makeKeeper(
  given: {
    readonly file?: CheckpointFile
    readonly mail?: boolean
    /** Of the database of another keeper. */
    readonly store?: Store
    readonly isOnDuty?: () => Promise<boolean>
  } = {},
) {
  const store = given.store ?? (await openStore(':memory:'))
  const clock = new ManualClock()
  const file = given.file ?? openCheckpointFile(':memory:')
  const lines: string[] = []
  const say = (_: unknown, message: string) => void lines.push(message)
  const logger: Logger = { info: say, warn: say, error: say }
  const { tree, checkpoints: log } = store
  let woken = 0
  const dailyMail =
    given.mail === true ? { mailDomain: 'gateway.example', onMail: () => void woken++ } : undefined
  const deps = { tree, log, file, signer, clock, dailyMail }
  const signCheckpoint = makeSignCheckpoint(deps)
  const followNewest = makeFollowNewest(deps)
  const isOnDuty = given.isOnDuty ?? (async () => true)
  const keeper = makeKeepCheckpoints({
    ...{ signCheckpoint, followNewest, isOnDuty, tree, clock, logger },
  })
  const stop = new AbortController()
  let sales = 0
  return {
    store,
    clock,
    lines,
    keeper,
    woken: () => woken,
    run: () => keeper.run(stop.signal),
    async newest() {
      const signed = await store.checkpoints.newest()
      return signed && { number: signed.number, size: signed.size, reason: signed.reason }
    },
    async append(count: number) {
      for (let more = 0; more < count; more += 1) {
        sales += 1
        await store.sales.begin(a.firstOf(a.saleIdOf(sales)), undefined, now)
      }
    },
    /** Lets time pass in steps, so that the keeper looks after each. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.advance(1_000)
        for (let turn = 0; turn < 40; turn += 1) await new Promise(setImmediate)
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      if (given.store === undefined) await store.close()
    },
  }
}

describe('The keeper of checkpoints', () => {
  it('signs after 256 events, or a minute after the one before, and not for nothing', async () => {
    await using t = await makeKeeper()
    await t.keeper.sign('start')
    const running = t.run()
    assert.deepEqual(await t.newest(), { number: 1, size: 0, reason: 'start' })
    await t.append(255)
    await t.pass(3_000)
    assert.equal((await t.newest())?.number, 1)
    await t.append(1)
    await t.pass(2_000)
    assert.deepEqual(await t.newest(), { number: 2, size: 256, reason: 'events' })
    await t.append(1)
    await t.pass(50_000)
    assert.equal((await t.newest())?.number, 2)
    await t.pass(12_000)
    assert.deepEqual(await t.newest(), { number: 3, size: 257, reason: 'interval' })
    await t.pass(120_000)
    assert.equal((await t.newest())?.number, 3)
    assert.ok(running instanceof Promise)
  })

  it('signs at most once a second at 3,000 events a second, and leaves those of about a second', async () => {
    const [eventsAMs, signMs, seconds] = [3, 30, 60]
    const time = makeVirtualTestTime()
    const { clock } = time
    const began = clock.now()
    const size = () => (clock.now() - began) * eventsAMs
    const signed: SignedCheckpoint[] = []
    const keeper = makeKeepCheckpoints({
      async signCheckpoint(reason) {
        const covered = size()
        await clock.sleep(signMs)
        const about = { number: signed.length + 1, size: covered, root: emptyRoot(), reason }
        const next = { ...about, origin: signer.name, at: clock.now(), note: '' }
        signed.push(next)
        return next
      },
      tree: { size: async () => size() },
      followNewest: async () => signed.at(-1),
      isOnDuty: async () => true,
      clock,
      logger: { info() {}, warn() {}, error() {} },
    })
    const stop = new AbortController()
    const running = keeper.run(stop.signal)
    await time.pass(seconds * 1_000)
    stop.abort()
    await running
    assert.equal(signed.length, Math.floor((seconds * 1_000) / (1_000 + signMs)))
    for (const [index, { at, size: covered }] of signed.entries()) {
      const before = signed[index - 1] ?? { at: began, size: 0 }
      assert.equal(at - before.at, 1_000 + signMs)
      assert.ok(covered - before.size <= eventsAMs * (1_000 + signMs))
    }
  })

  it('signs every hour although nothing happened, with the time in what is signed', async () => {
    await using t = await makeKeeper()
    await t.append(2)
    await t.keeper.sign('start')
    const running = t.run()
    for (const number of [2, 3]) {
      t.clock.advance(HOUR_MS)
      await t.pass(2_000)
      assert.deepEqual(await t.newest(), { number, size: 2, reason: 'hour' })
    }
    const signed = await t.store.checkpoints.newest()
    assert.match(signed?.note ?? '', /\ntime 2026-11-24T12:00:0\d\.000Z\nreason hour\n/)
    assert.ok(running instanceof Promise)
  })

  it('signs anew when the newest was signed by a clock that was ahead', async () => {
    await using t = await makeKeeper()
    await t.append(2)
    await t.keeper.sign('start')
    const running = t.run()
    t.clock.jump(-3 * HOUR_MS)
    await t.pass(2_000)
    assert.deepEqual(await t.newest(), { number: 2, size: 2, reason: 'hour' })
    const signed = await t.store.checkpoints.newest()
    assert.ok(signed !== undefined && signed.at <= t.clock.now())
    await t.pass(2_000)
    assert.equal((await t.newest())?.number, 2)
    assert.ok(running instanceof Promise)
  })

  it('seals where it is the sealer, and else keeps what the sealer signed', async () => {
    const files = [openCheckpointFile(':memory:'), openCheckpointFile(':memory:')] as const
    let sealer = 0
    await using one = await makeKeeper({ file: files[0], isOnDuty: async () => sealer === 0 })
    const { store } = one
    const isOnDuty = async () => sealer === 1
    await using other = await makeKeeper({ file: files[1], store, isOnDuty })
    const numbers = async () => [
      await one.newest(),
      (await files[0].newest())?.number,
      (await files[1].newest())?.number,
    ]
    for (const { keeper } of [one, other, one, other]) await keeper.sign('start')
    const running = [one.run(), other.run()]
    assert.deepEqual(await numbers(), [{ number: 2, size: 0, reason: 'start' }, 2, 2])
    await one.append(256)
    // The other looks first, and finds the new one by its next look.
    for (let looks = 0; looks < 3; looks += 1) {
      await other.pass(1_000)
      await one.pass(1_000)
    }
    assert.deepEqual(await numbers(), [{ number: 3, size: 256, reason: 'events' }, 3, 3])
    assert.deepEqual([one.lines.length, other.lines.length], [3, 0])
    sealer = 1
    await one.append(256)
    for (let looks = 0; looks < 3; looks += 1) {
      await other.pass(1_000)
      await one.pass(1_000)
    }
    assert.deepEqual(await numbers(), [{ number: 4, size: 512, reason: 'events' }, 4, 4])
    assert.deepEqual([one.lines.length, other.lines.length], [3, 1])
    assert.equal(running.length, 2)
  })

  it('logs that it cannot sign, stops nothing else, and tries again', async () => {
    const inner = openCheckpointFile(':memory:')
    let isFull = true
    const file: CheckpointFile = {
      ...inner,
      replace: async (...args) => {
        if (isFull) throw new AppError('unavailable', 'replace: the disk is full')
        return inner.replace(...args)
      },
    }
    await using t = await makeKeeper({ file })
    await t.append(300)
    await t.keeper.sign('start')
    const running = t.run()
    await t.pass(5_000)
    assert.equal(await t.newest(), undefined)
    assert.ok(t.lines.length >= 2 && t.lines.every((line) => line === 'no checkpoint signed'))
    isFull = false
    await t.pass(10_000)
    assert.deepEqual(await t.newest(), { number: 1, size: 300, reason: 'events' })
    assert.ok(running instanceof Promise)
  })

  it('stops the process when nobody knows what is on disk', async () => {
    const lost = async () => {
      throw new AppError('lost', 'the disk failed')
    }
    await using t = await makeKeeper({ file: { newest: lost, replace: lost, close: () => {} } })
    await assert.rejects(t.keeper.sign('start'), /the disk failed/)
  })

  it('sends one mail a day with the checkpoint, where the mail is switched on', async () => {
    await using t = await makeKeeper({ mail: true })
    await t.append(3)
    for (const reason of ['start', 'asked', 'stop'] as const) await t.keeper.sign(reason)
    const first = await t.store.outbox.due(t.clock.now(), 9)
    assert.deepEqual(
      first.map(({ messageId, about, saleId }) => ({ messageId, about, saleId })),
      [
        {
          messageId: 'checkpoint.2026-11-24.3@gateway.example',
          about: 'checkpoint',
          saleId: null,
        },
      ],
    )
    assert.ok(first[0]?.text.includes('\n0011223344556677/sales-log\n3\n'))
    t.clock.advance(24 * HOUR_MS)
    await t.keeper.sign('hour')
    await t.keeper.sign('hour')
    const ids = (await t.store.outbox.due(t.clock.now(), 9)).map(({ messageId }) => messageId)
    assert.deepEqual(ids.slice(1), ['checkpoint.2026-11-25.3@gateway.example'])
    assert.equal(t.woken(), 2)
  })

  it('sends no mail otherwise', async () => {
    await using t = await makeKeeper()
    await t.keeper.sign('start')
    assert.equal(await t.store.outbox.nextDueAt(), undefined)
  })
})
