import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import { acceptLoss } from '../../../src/application/checkpoints/accept-loss.ts'
import { checkLog } from '../../../src/application/checkpoints/check-log.ts'
import { LogDiffers, makeKnownLog } from '../../../src/application/checkpoints/known-log.ts'
import type { KnownRoot } from '../../../src/application/checkpoints/known-log-file.port.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { makeWatchLog } from '../../../src/application/checkpoints/watch-log.ts'
import { base64Of, sha256 } from '../../../src/domain/log/hash.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { signer } from '../../support/log/audit-log.ts'
import { readable } from '../../support/log/readable.ts'

/** A log, what a gateway knows of it, and the files beside it. */
async function setUp() {
  const store = await openStore(':memory:')
  const file = openCheckpointFile(':memory:')
  const { tree, checkpoints: log } = store
  const clock = new ManualClock()
  const sign = makeSignCheckpoint({ tree, log, file, signer, clock })
  const warned: unknown[] = []
  const logger = {
    info: () => undefined,
    warn: (_: unknown, text?: unknown) => void warned.push(text),
    error: () => undefined,
  }
  const written: KnownRoot[] = []
  let isFull = false
  const knownFile = {
    read: async () => written.at(-1),
    async write(known: KnownRoot) {
      if (isFull) throw new AppError('unavailable', 'no room')
      written.push(known)
    },
  }
  const known = makeKnownLog()
  const sizes: number[] = []
  /** A database that came back with so many events. */
  const shown = { ...tree, size: async () => sizes[0] ?? (await tree.size()) }
  return {
    known,
    warned,
    written,
    watch: makeWatchLog({ tree: shown, known, file: knownFile, clock, logger }),
    begin: (number: number) => store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now),
    sign,
    comeBackWith: (size: number) => void sizes.unshift(size),
    fill: (full: boolean) => {
      isFull = full
    },
    held: () => store.copied.held(),
    eventsAfter: async (position: number) => readable(await store.saleReader.events(position, 9)),
    check: () => checkLog({ tree, log, file, signer, checkSignature, known: knownFile }),
    accept: (found: Awaited<ReturnType<typeof checkLog>>) => {
      assert.ok(found.type === 'differs')
      const deps = {
        tree,
        log,
        signCheckpoint: sign,
        clock,
        mailDomain: 'a.example',
        knownFile,
      }
      return acceptLoss(deps, found, { operator: { operator: 'ada' }, reason: 'it is gone' })
    },
    async [Symbol.asyncDispose]() {
      file.close()
      await store.close()
    },
  }
}

describe('A look at the log', () => {
  it('keeps how far it is, where it has grown', async () => {
    await using t = await setUp()
    await t.watch.look()
    assert.equal(t.known.newest(), undefined)
    for (const number of [1, 2]) await t.begin(number)
    for (let looks = 0; looks < 2; looks += 1) await t.watch.look()
    await t.begin(3)
    await t.watch.look()
    assert.deepEqual(
      t.written.map(({ size }) => size),
      [2, 3],
    )
    assert.equal(t.known.newest()?.size, 3)
  })

  it('refuses one that came back shorter, or with another event', async () => {
    await using t = await setUp()
    for (const number of [1, 2]) await t.begin(number)
    await t.watch.look()
    t.comeBackWith(1)
    await assert.rejects(t.watch.look(), LogDiffers)
    t.known.note({ size: 3, leaf: sha256('of an event that was lost') })
    await t.begin(3)
    t.comeBackWith(3)
    await assert.rejects(t.watch.look(), /event 3 is not the one/)
  })

  it('goes on where the file cannot be written, and writes it later', async () => {
    await using t = await setUp()
    await t.begin(1)
    t.fill(true)
    await t.watch.look()
    assert.deepEqual(t.warned, ['how far the log is, not kept'])
    t.fill(false)
    await t.watch.look()
    assert.equal(t.written.length, 1)
  })
})

describe('A start', () => {
  it('refuses a log that lacks what this gateway has seen since the checkpoint, until that is accepted', async () => {
    await using t = await setUp()
    await t.begin(1)
    await t.sign('asked')
    await t.begin(2)
    await t.watch.look()
    assert.deepEqual(await t.check(), { type: 'whole' })
    t.written.push({ size: 5, root: sha256('of five') })
    const shorter = await t.check()
    assert.ok(shorter.type === 'differs')
    assert.equal(shorter.why, 'the log has 2 events, this gateway has seen 5')
    t.written.push({ size: 2, root: sha256('of two others') })
    const other = await t.check()
    assert.ok(other.type === 'differs')
    assert.match(other.why, /its first 2 are not those that this gateway has seen/)
    await t.accept(shorter)
    assert.deepEqual(await t.check(), { type: 'whole' })
  })

  it('has the loss recorded with what this gateway has seen, where that is more than the checkpoint', async () => {
    await using t = await setUp()
    await t.begin(1)
    await t.sign('asked')
    const root = sha256('of five')
    t.written.push({ size: 5, root })
    await t.accept(await t.check())
    const [accepted] = await t.eventsAfter(1)
    const { checkpointSize, seenSize, seenRoot, logSize } = accepted?.data ?? {}
    assert.deepEqual([checkpointSize, seenSize, seenRoot, logSize], [1, 5, base64Of(root), 1])
    assert.deepEqual(await t.held(), [a.saleIdOf(1)])

    t.written.push({ size: 2, root: sha256('of two others') })
    await t.accept(await t.check())
    const [again] = await t.eventsAfter(2)
    assert.equal(again?.type, 'LogLossAccepted')
    assert.equal('seenSize' in (again?.data ?? {}), false)
  })
})
