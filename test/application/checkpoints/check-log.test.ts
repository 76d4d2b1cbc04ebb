import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { acceptLoss } from '../../../src/application/checkpoints/accept-loss.ts'
import { checkLog } from '../../../src/application/checkpoints/check-log.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { filesIn, otherSigner, signer, verifiedOf } from '../../support/log/audit-log.ts'
import { readable } from '../../support/log/readable.ts'
import { cutTail, type Raw, tamper } from '../../support/log/tamper.ts'

/** Every mail is due by then. */
const LATER = 4_000_000_000_000 as EpochMs

/** A log of seven events with a checkpoint over six of them. */
async function makeLog() {
  const folder = await makeFolder()
  const files = filesIn(folder.path)
  const store = await openStore(files.db)
  const file = openCheckpointFile(files.checkpoints)
  const { tree, checkpoints: log } = store
  const clock = new ManualClock()
  const signCheckpoint = makeSignCheckpoint({ tree, log, file, signer, clock })
  const begin = (number: number) => store.sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)
  for (const number of [1, 2, 3, 4, 5, 6]) await begin(number)
  await signCheckpoint('asked')
  await begin(7)
  const said = { operator: { operator: 'ada' }, reason: 'the disk broke' }
  return {
    files,
    store,
    file,
    begin,
    signCheckpoint,
    check: (by = signer) => checkLog({ tree, log, file, signer: by, checkSignature }),
    accept: (found: Awaited<ReturnType<typeof checkLog>>) => {
      assert.ok(found.type === 'differs')
      const mailDomain = 'gateway.example'
      return acceptLoss({ tree, log, signCheckpoint, clock, mailDomain }, found, said)
    },
    async [Symbol.asyncDispose]() {
      file.close()
      await store.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const cut = (raw: Raw) => {
  cutTail(raw, 4)
  raw.exec('delete from sale where first_position > 4')
}
const change = (raw: Raw) =>
  raw.exec(`update event set body = replace(body, 'T10', 'T11') where position = 2`)

describe('A start', () => {
  it('goes on with a log that only grew, and with one that has no checkpoint yet', async () => {
    await using t = await makeLog()
    assert.deepEqual(await t.check(), { type: 'whole' })
    const store = await openStore(':memory:')
    const file = openCheckpointFile(':memory:')
    const { tree, checkpoints: log } = store
    const deps = { tree, log, file, signer, checkSignature }
    assert.deepEqual(await checkLog(deps), { type: 'whole' })
    file.close()
    await store.close()
  })

  // What was done to the log, how it is done, and what the check reports.
  const DIFFERENT: readonly (readonly [string, (raw: Raw) => unknown, RegExp])[] = [
    ['is shorter', cut, /the log has 4 events, checkpoint 1 says 6 events$/],
    ['has another event', change, /event 2 is another/],
    [
      'has another event after its checkpoint',
      (raw) => raw.exec(`update event set body = replace(body, 'T10', 'T11') where position = 7`),
      /event 7 is another/,
    ],
    [
      'lacks an event',
      (raw) => raw.exec('delete from event where position = 3'),
      /event 3 is missing/,
    ],
    [
      'lacks its last event',
      (raw) => raw.exec('delete from event where position = 7'),
      /event 7 is missing/,
    ],
    [
      'has another tree',
      (raw) => raw.exec('update tree_node set hash = zeroblob(32) where place = 6'),
      /its first 6 are not those/,
    ],
    [
      'has another leaf',
      (raw) => raw.exec('update tree_node set hash = zeroblob(32) where place = 1'),
      /event 2 is another/,
    ],
  ]
  for (const [what, tampering, why] of DIFFERENT) {
    it(`is refused when the log ${what}, until that is accepted`, async () => {
      await using t = await makeLog()
      tamper(t.files.db, tampering)
      const found = await t.check()
      assert.ok(found.type === 'differs')
      assert.match(found.why, why)
      await t.accept(found)
      assert.deepEqual(await t.check(), { type: 'whole' })
      await t.begin(8)
      await t.signCheckpoint('asked')
      assert.deepEqual(await t.check(), { type: 'whole' })
      const { accepted } = await verifiedOf(t.files)
      assert.equal(accepted.length, 1)
      assert.match(accepted[0]?.text ?? '', /a loss of the log was accepted/)
    })
  }

  it('is refused when the key, or the file of the newest checkpoint, is another or gone', async () => {
    await using t = await makeLog()
    const other = await t.check(otherSigner)
    assert.ok(other.type === 'differs' && /not signed with the key/.test(other.why))
    // Nothing is lost with a key: no sale has to be held.
    assert.equal(other.isLoss, false)
    tamper(t.files.checkpoints, (raw) => raw.exec('delete from newest'))
    const gone = await t.check()
    assert.ok(gone.type === 'differs' && /the file with the newest .* is gone/.test(gone.why))
    assert.equal(gone.isLoss, true)
    await t.accept(gone)
    assert.deepEqual(await t.check(), { type: 'whole' })
  })

  it('is refused as a loss, also under another key, when it is shorter or has another event', async () => {
    for (const lose of [cut, change]) {
      await using t = await makeLog()
      tamper(t.files.db, lose)
      const found = await t.check(otherSigner)
      assert.ok(found.type === 'differs' && found.isLoss)
    }
  })
})

describe('An accepted loss', () => {
  it('is recorded: both sizes and roots, the operator and the reason', async () => {
    await using t = await makeLog()
    tamper(t.files.db, cut)
    const checkpoint = await t.accept(await t.check())
    assert.deepEqual([checkpoint.number, checkpoint.size, checkpoint.reason], [2, 5, 'accepted'])
    const [event] = readable(await t.store.saleReader.events(4, 9))
    assert.deepEqual(
      [
        event?.type,
        event?.actor,
        event?.data['checkpointSize'],
        event?.data['logSize'],
        event?.data['reason'],
      ],
      ['LogLossAccepted', { operator: 'ada' }, 6, 4, 'the disk broke'],
    )
    assert.match(String(event?.data['checkpointRoot']), /^[A-Za-z0-9+/]{43}=$/)
    assert.notEqual(event?.data['checkpointRoot'], event?.data['logRoot'])
  })

  it('explains all that is odd about a log that was put back from a backup', async () => {
    await using t = await makeLog()
    tamper(t.files.db, (raw) => {
      cut(raw)
      raw.exec('delete from checkpoint')
    })
    await t.accept(await t.check())
    await t.begin(8)
    await t.signCheckpoint('asked')
    const { accepted, findings } = await verifiedOf(t.files)
    // The checkpoint over the lost events stays, with its signature.
    assert.equal((await t.store.checkpoints.newest())?.number, 3)
    assert.deepEqual(findings, [])
    assert.deepEqual(
      accepted.map(({ position, size }) => [position, size]),
      [[5, 6]],
    )
  })

  it('explains no other checkpoint, and nothing that came after it', async () => {
    await using t = await makeLog()
    await t.signCheckpoint('asked')
    tamper(t.files.db, cut)
    await t.accept(await t.check())
    await t.begin(8)
    await t.signCheckpoint('asked')
    // The one over six events is in the log, too, and the loss was that of the one over seven.
    const other = await verifiedOf(t.files)
    assert.deepEqual(
      other.findings.map(({ place }) => place),
      ['checkpoint 1'],
    )
    tamper(t.files.db, (raw) => raw.exec('delete from event where position = 6'))
    assert.ok((await verifiedOf(t.files)).findings.length > 1)
  })

  it('is mailed, with who, why and both sizes', async () => {
    await using t = await makeLog()
    tamper(t.files.db, cut)
    await t.accept(await t.check())
    const [mail, ...others] = await t.store.outbox.due(LATER, 9)
    assert.deepEqual(others, [])
    assert.equal(mail?.about, 'loss')
    for (const line of [
      /^Accepted by: ada$/m,
      /^Reason: the disk broke$/m,
      /^Newest checkpoint: 6 events, root \S{44}$/m,
      /^Log: 4 events, root \S{44}$/m,
    ]) {
      assert.match(mail?.text ?? '', line)
    }
  })
})
