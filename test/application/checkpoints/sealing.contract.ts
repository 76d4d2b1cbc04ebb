import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeSigner } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import {
  makeFollowNewest,
  makeSignCheckpoint,
} from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { provesConsistency } from '../../../src/domain/log/proofs.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { signer } from '../../support/log/audit-log.ts'

const OTHER_KEY = makeSigner('other/sales-log', new Uint8Array(32).fill(7))

/** Checkpoints that two instances sign one beside the other. */
const RACES = 12

const isRefused = (error: unknown) => errorCode(error) === 'refused'

/** An instance on a machine of its own, with a checkpoint file of its own. */
function instanceOf(stores: a.Stores, by = signer) {
  const file = openCheckpointFile(':memory:')
  const { tree, checkpoints: log } = stores
  const dailyMail = { mailDomain: 'gateway.example', onMail: () => undefined }
  const deps = { tree, log, file, signer: by, clock: new ManualClock(), dailyMail }
  return { file, sign: makeSignCheckpoint(deps), follow: makeFollowNewest(deps) }
}

const begin = ({ sales }: a.Stores, number: number) =>
  sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)

/** What instances with a checkpoint file each promise over one log, of any adapter. */
export function sealingContract(kind: a.StoreKind): void {
  describe(`Checkpoints of several instances: ${kind.name}`, () => {
    it('gives each number to one checkpoint and each day one mail, where two sign at once', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const [first, second] = [instanceOf(one), instanceOf(other)]
      const signed = []
      for (let race = 1; race <= RACES; race += 1) {
        const [earlier, , later] = await Promise.all([
          first.sign('events'),
          begin(one, race),
          second.sign('asked'),
        ])
        signed.push(...[earlier, later].sort((x, y) => x.number - y.number))
      }
      assert.deepEqual(
        signed.map(({ number }) => number),
        Array.from({ length: 2 * RACES }, (_, index) => index + 1),
      )
      const proofs = makeTreeProofs(one.tree)
      for (const [index, checkpoint] of signed.entries()) {
        const before = signed[index - 1] ?? checkpoint
        const proof = await proofs.consistency(before.size, checkpoint.size)
        assert.ok(provesConsistency(proof, before, checkpoint))
      }
      const listed = await one.evidence.checkpoints(0, { min: 0, max: RACES }, 99)
      assert.deepEqual(
        listed.map(({ note }) => note),
        signed.map(({ note }) => note),
      )
      const mails = await one.outbox.due(a.later(1_000_000_000), 9)
      assert.deepEqual(
        mails.map(({ about }) => about),
        ['checkpoint'],
      )
    })

    it('copies the newest into the file of each, and never back to an older one', async () => {
      await using stores = await kind.fresh()
      const [sealer, other] = [instanceOf(stores), instanceOf(stores)]
      assert.equal(await other.follow(), undefined)
      for (const number of [1, 2]) {
        await begin(stores, number)
        const signed = await sealer.sign('events')
        assert.equal((await other.follow())?.note, signed.note)
        assert.equal((await other.file.newest())?.note, signed.note)
      }
      const known = await other.file.newest()
      assert.ok(known !== undefined)
      const ahead = { ...known, number: known.number + 5 }
      await other.file.replace(known.number, {
        ...ahead,
        note: known.note.replace('number 2', 'number 7'),
      })
      assert.equal((await other.follow())?.number, 2)
      assert.equal((await other.file.newest())?.number, 7)
    })

    it('keeps the file of an instance where the log is another one, although that has newer checkpoints', async () => {
      await using stores = await kind.fresh()
      await using cut = await kind.fresh()
      const known = instanceOf(stores)
      for (const number of [1, 2, 3]) await begin(stores, number)
      const before = await known.sign('events')
      await begin(cut, 9)
      const sealer = instanceOf(cut)
      for (const reason of ['start', 'asked', 'stop'] as const) await sealer.sign(reason)
      const { tree, checkpoints: log } = cut
      const follow = makeFollowNewest({ tree, log, file: known.file, signer })
      await assert.rejects(follow(), isRefused)
      assert.equal((await known.file.newest())?.note, before.note)
    })

    it('refuses to sign, and to follow, a log that another key signs', async () => {
      await using stores = await kind.fresh()
      const [ours, other] = [instanceOf(stores), instanceOf(stores, OTHER_KEY)]
      await begin(stores, 1)
      await ours.sign('start')
      await assert.rejects(other.sign('start'), isRefused)
      await assert.rejects(other.follow(), isRefused)
      assert.equal(await other.file.newest(), undefined)
    })
  })
}
