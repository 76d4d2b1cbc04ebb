import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { NewMail } from '../../../src/application/mail/outbox.port.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { signer } from '../../support/log/audit-log.ts'

function checkpoint(number: number, size = number) {
  const stated = { number, size, root: new Uint8Array(32).fill(size), at: a.later(number) }
  return makeSignedCheckpoint(signer, { ...stated, reason: 'events' })
}

function mailOf(number: number, about: NewMail['about'] = 'checkpoint'): NewMail {
  const messageId = `${about}.${number}@gateway.example`
  const createdAt = a.later(number)
  return { messageId, about, saleId: null, subject: 'Checkpoint', text: 'A\n', createdAt }
}

/** What `CheckpointLog` promises, of any adapter. */
export function checkpointLogContract(kind: a.StoreKind): void {
  describe(`CheckpointLog contract: ${kind.name}`, () => {
    it('returns the checkpoint with the highest number, as it was added', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.checkpoints.newest(), undefined)
      for (const number of [1, 2, 10]) await stores.checkpoints.add(checkpoint(number), [])
      assert.deepEqual(await stores.checkpoints.newest(), checkpoint(10))
    })

    it('puts the mails of a checkpoint into the outbox with it', async () => {
      await using stores = await kind.fresh()
      const mails = [mailOf(1), mailOf(1, 'loss')]
      await stores.checkpoints.add(checkpoint(1), mails)
      assert.deepEqual(
        await stores.outbox.due(a.later(9), 9),
        mails.map((mail) => ({ ...mail, saleIds: [], attempts: 0 })),
      )
      assert.deepEqual(await stores.saleReader.events(0, 9), [])
    })

    it('does nothing where the number, or a higher one, is already there', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.checkpoints.add(checkpoint(2), []), true)
      assert.equal(await stores.checkpoints.add(checkpoint(2), [mailOf(1)]), true)
      assert.equal(await stores.checkpoints.add(checkpoint(2, 5), [mailOf(1)]), false)
      assert.equal(await stores.checkpoints.add(checkpoint(1), [mailOf(1)]), false)
      assert.deepEqual(await stores.checkpoints.newest(), checkpoint(2))
      assert.equal(await stores.outbox.nextDueAt(), undefined)
    })

    it('keeps one of two checkpoints that two processes add under one number at once', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      await Promise.all([
        one.checkpoints.add(checkpoint(1, 4), [mailOf(4)]),
        other.checkpoints.add(checkpoint(1, 5), [mailOf(5)]),
      ])
      const newest = await one.checkpoints.newest()
      assert.ok(newest !== undefined)
      assert.deepEqual(newest, checkpoint(1, newest.size))
      assert.deepEqual(await other.checkpoints.newest(), newest)
      const mails = await one.outbox.due(a.later(9), 9)
      assert.deepEqual(
        mails.map(({ messageId }) => messageId),
        [mailOf(newest.size).messageId],
      )
    })

    it('knows when the newest mail with a checkpoint was created, also after it was sent', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.checkpoints.lastMailAt(), undefined)
      await stores.checkpoints.add(checkpoint(1), [mailOf(1)])
      await stores.checkpoints.add(checkpoint(2), [mailOf(2)])
      await stores.checkpoints.add(checkpoint(3), [mailOf(3, 'loss')])
      assert.equal(await stores.checkpoints.lastMailAt(), a.later(2))
      for (const mail of await stores.outbox.due(a.later(9), 9)) {
        await stores.outbox.markSent(mail, a.later(9), a.BY_SMTP)
      }
      assert.equal(await stores.checkpoints.lastMailAt(), a.later(2))
    })

    it('knows where a loss of the log was accepted last', async () => {
      await using stores = await kind.fresh()
      const accept = (logSize: number) => {
        const mails = [mailOf(logSize, 'loss')]
        return stores.checkpoints.acceptLoss(a.lossOf(logSize), a.operator, mails, {
          holdsSales: true,
        })
      }
      await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
      assert.equal(await stores.checkpoints.lastLossPosition(), 0)
      await accept(1)
      await accept(2)
      await stores.eventLog.record({ type: 'CrmAccountReopened', at: now, data: {} }, GATEWAY)
      assert.equal(await stores.checkpoints.lastLossPosition(), 3)
      assert.deepEqual(
        (await stores.outbox.due(a.later(9), 9)).map(({ about }) => about),
        ['loss', 'loss'],
      )
    })
  })
}
