import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { CheckpointFile } from '../../../src/application/checkpoints/checkpoint-file.port.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import type { SignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { provesConsistency } from '../../../src/domain/log/proofs.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { countOf } from '../../support/counts.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { filesIn, findingsOf, signer } from '../../support/log/audit-log.ts'
import { cutTail, tamper } from '../../support/log/tamper.ts'

const INTERLEAVINGS = countOf('SIGNED_INTERLEAVINGS')
const TURNS_MAX = 8

/** A signer that gives way to the other one before each access to the file. */
function makeProcess(store: Store, inner: CheckpointFile, pause?: () => Promise<void>) {
  const file: CheckpointFile = {
    newest: async () => {
      await pause?.()
      return inner.newest()
    },
    replace: async (...args) => {
      await pause?.()
      return inner.replace(...args)
    },
    close: () => inner.close(),
  }
  const { tree, checkpoints: log } = store
  const sign = makeSignCheckpoint({ tree, log, file, signer, clock: new ManualClock() })
  return { file, sign, [Symbol.dispose]: () => file.close() }
}

/** A store in a folder of its own; both are deleted after the test. */
async function makePlace() {
  const folder = await makeFolder()
  const files = filesIn(folder.path)
  const store = await openStore(files.db)
  return {
    files,
    store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe('Signing a checkpoint', () => {
  it(`forks in none of ${INTERLEAVINGS} races of two processes`, async (test) => {
    // In memory, because each race would wait for the disk a dozen times.
    const store = await openStore(':memory:')
    const shared = openCheckpointFile(':memory:')
    let state = 7
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return (state >>> 0) / 2 ** 32
    }
    const pause = async () => {
      for (let turns = Math.floor(random() * TURNS_MAX); turns > 0; turns -= 1) {
        await new Promise(setImmediate)
      }
    }
    const one = makeProcess(store, shared, pause)
    const other = makeProcess(store, shared, pause)
    const signed: SignedCheckpoint[] = []
    for (let race = 1; race <= INTERLEAVINGS; race += 1) {
      const sale = a.firstOf(a.saleIdOf(race))
      const [first, , second] = await Promise.all([
        one.sign('events'),
        pause().then(() => store.sales.begin(sale, undefined, now)),
        other.sign('asked'),
      ])
      signed.push(...[first, second].sort((x, y) => x.number - y.number))
    }
    const proofs = makeTreeProofs(store.tree)
    let before = signed[0]
    for (const [index, checkpoint] of signed.entries()) {
      assert.equal(checkpoint.number, index + 1)
      assert.ok(before !== undefined)
      const proof = await proofs.consistency(before.size, checkpoint.size)
      assert.ok(provesConsistency(proof, before, checkpoint))
      before = checkpoint
    }
    test.diagnostic(`${signed.length} checkpoints`)
    shared.close()
    await store.close()
  })

  it('signs nothing over a log that is not the one it signed before', async () => {
    await using place = await makePlace()
    const { files, store } = place
    using process = makeProcess(store, openCheckpointFile(files.checkpoints))
    for (const number of [1, 2, 3]) {
      await store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
    }
    const signed = await process.sign('asked')
    tamper(files.db, (raw) => cutTail(raw, 2))
    await assert.rejects(
      process.sign('asked'),
      (error) => errorCode(error) === 'refused' && /does not continue number 1/.test(String(error)),
    )
    assert.equal((await process.file.newest())?.note, signed.note)
  })

  it('adds the checkpoint of a process that died between file and log to the log', async () => {
    await using place = await makePlace()
    const { files, store } = place
    using process = makeProcess(store, openCheckpointFile(files.checkpoints))
    const first = await process.sign('start')
    tamper(files.db, (raw) => raw.exec('delete from checkpoint'))
    assert.deepEqual(await findingsOf(files), [])
    const second = await process.sign('asked')
    const listed = await store.evidence.checkpoints(0, { min: 0, max: second.size }, 9)
    assert.deepEqual(
      listed.map(({ note }) => note),
      [first.note, second.note],
    )
  })
})
