import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { makeVerifySale, type SaleCheck } from '../../../src/application/verify/verify-sale.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { sha256 } from '../../../src/domain/log/hash.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { filesIn, otherSigner, signer } from '../../support/log/audit-log.ts'
import { bodyAt, cutTail, type Raw, rewrite, tamper } from '../../support/log/tamper.ts'

/** The sale under test has the odd positions of the log, and its neighbour the even ones. */
const [SALE, NEIGHBOUR] = [a.saleIdOf(1), a.saleIdOf(2)]
const SOLD = [priced, ...a.completed]
const EVENTS = 1 + SOLD.length
const LAST = 2 * EVENTS - 1

async function makePlace(of: { readonly signed: boolean } = { signed: true }) {
  const folder = await makeFolder()
  const files = filesIn(folder.path)
  const store = await openStore(files.db)
  const file = openCheckpointFile(files.checkpoints)
  const { tree, checkpoints } = store
  const clock = new ManualClock()
  const sign = makeSignCheckpoint({ tree, log: checkpoints, file, signer, clock })
  for (const saleId of [SALE, NEIGHBOUR]) await store.sales.begin(a.firstOf(saleId), undefined, now)
  for (const [index, event] of SOLD.entries()) {
    const before = [requested, ...SOLD.slice(0, index)]
    for (const saleId of [SALE, NEIGHBOUR]) {
      await store.sales.append(a.appendOf(saleId, before, [event]))
    }
  }
  if (of.signed) await sign('events')
  return {
    files,
    store,
    sign,
    tamper: (work: (raw: Raw) => void) => tamper(files.db, work),
    check: (by = signer, count = EVENTS): Promise<SaleCheck> =>
      makeVerifySale({ ...store, signer: by, checkSignature })(SALE, count),
    async [Symbol.asyncDispose]() {
      file.close()
      await store.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

type Place = Awaited<ReturnType<typeof makePlace>>

async function assertWrong(place: Place, where: string, why: RegExp): Promise<void> {
  const check = await place.check()
  assert.ok(check.type === 'wrong', check.type)
  assert.equal(check.place, where)
  assert.match(check.why, why)
}

function change(raw: Raw, position: number, from: string | RegExp, to: string): void {
  const [old, fresh] = [bodyAt(raw, position), bodyAt(raw, position).replace(from, to)]
  assert.notEqual(fresh, old)
  raw.prepare('update event set body = ? where position = ?').run(fresh, position)
}

describe('Verifying a sale', () => {
  it('finds all of its events in the newest checkpoint', async () => {
    await using place = await makePlace()
    const check = await place.check()
    assert.ok(check.type === 'whole')
    const { events, newer, checkpoint } = check
    assert.deepEqual([events, newer, checkpoint.number], [EVENTS, 0, 1])
    assert.equal(checkpoint.size, await place.store.tree.size())
  })

  it('reports how many are newer than the checkpoint, or that there is none', async () => {
    await using place = await makePlace({ signed: false })
    assert.deepEqual(await place.check(), { type: 'unsigned' })
    await place.sign('events')
    await place.store.sales.begin(a.firstOf(a.saleIdOf(3)), undefined, now)
    const verify = makeVerifySale({ ...place.store, signer, checkSignature })
    const check = await verify(a.saleIdOf(3), 1)
    assert.ok(check.type === 'whole')
    assert.deepEqual([check.events, check.newer, check.checkpoint.number], [1, 1, 1])
  })

  it('names the position of each event of which one character was changed', async () => {
    for (let position = 1; position <= LAST; position += 2) {
      await using place = await makePlace()
      place.tamper((raw) => change(raw, position, /"at":"20/, '"at":"21'))
      await assertWrong(place, `position ${position}`, /not the event that was signed/)
    }
  })

  it('does not mind what became of other sales', async () => {
    await using place = await makePlace()
    place.tamper((raw) => change(raw, 2, /"at":"20/, '"at":"21'))
    assert.equal((await place.check()).type, 'whole')
  })

  it('finds an event that was rewritten with all that follows from it, but not signed', async () => {
    await using place = await makePlace()
    const at = '2020-01-01T00:00:00.000Z'
    rewrite(place.files, 3, (record) => ({ ...record, at }), undefined)
    await assertWrong(place, 'position 1', /not the event that was signed/)
  })

  it('finds a changed event that is newer than the checkpoint by the one after it', async () => {
    await using place = await makePlace({ signed: false })
    const head = { number: 1, size: 0, root: sha256(new Uint8Array(0)), at: now }

    await place.store.checkpoints.add(
      makeSignedCheckpoint(signer, { ...head, reason: 'start' }),
      [],
    )
    place.tamper((raw) => change(raw, 3, /"at":"20/, '"at":"21'))
    await assertWrong(place, 'position 5', /names another event before it/)
  })

  it('finds events and proofs that are gone', async () => {
    await using gone = await makePlace()
    gone.tamper((raw) => raw.prepare('delete from event where position = ?').run(LAST))
    await assertWrong(gone, `position ${LAST - 2}`, /1 events are missing after it/)
    await using within = await makePlace()
    within.tamper((raw) => raw.prepare('delete from event where position = 3').run())
    const check = await within.check(signer, EVENTS - 1)
    assert.ok(check.type === 'wrong')
    assert.equal(check.place, 'position 5')
    await using cut = await makePlace()
    cut.tamper((raw) => cutTail(raw, LAST - 1))
    const first = await cut.check(signer, 1)
    assert.ok(first.type === 'wrong')
    assert.match(first.why, /what proves it is not there/)
  })

  it('believes no checkpoint that another key signed', async () => {
    await using place = await makePlace()
    const check = await place.check(otherSigner)
    assert.ok(check.type === 'wrong')
    assert.equal(check.place, 'checkpoint 1')
  })
})
