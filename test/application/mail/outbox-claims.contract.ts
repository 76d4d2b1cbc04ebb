import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InstanceNumber } from '../../../src/application/instances/instances.port.ts'
import type { WaitingMail } from '../../../src/application/mail/outbox.port.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

/** Longer than any test. */
const LONG_MS = 600_000

/** A lease that is over when it begins: the clock of a real database cannot be set. */
const OVER_MS = -1

const ALL = 1_000

/** Stored mails of the failed sales 1 to `count`. */
async function putMails(stores: a.Stores, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await begin(stores, number)
    await fail(stores, number)
  }
}

const begin = ({ sales }: a.Stores, number: number) =>
  sales.begin(a.firstOf(a.saleIdOf(number)), undefined, now)

function fail({ sales }: a.Stores, number: number): Promise<void> {
  const mail = a.failureMailOf(number, now)
  return sales.append(a.appendOf(a.saleIdOf(number), [requested], [a.failed], [mail]))
}

const sentIn = async ({ saleReader }: a.Stores) =>
  readable(await saleReader.events(0, ALL)).filter(({ type }) => type === 'MailSent')

const idsOf = (mails: readonly WaitingMail[]) => mails.map(({ messageId }) => messageId)

function join({ instances }: a.Stores, leaseMs = LONG_MS): Promise<InstanceNumber> {
  return instances.join('a', leaseMs)
}

/** What `Outbox` promises where several instances send, of any adapter. */
export function outboxClaimsContract(kind: a.StoreKind): void {
  describe(`Outbox contract, for several instances: ${kind.name}`, () => {
    it('gives each mail to one of four instances that ask at once', async () => {
      await using database = await kind.shared()
      await using connected = await a.connectAll(database, 4)
      const [first] = connected.all
      assert.ok(first !== undefined)
      await putMails(first, 12)
      const given: string[] = []
      // All ask for the same ones each time: those that get none ask again.
      for (let round = 0; round < 12 && given.length < 12; round += 1) {
        const asked = await Promise.all(
          connected.all.map(async (stores) => {
            const mails = await stores.outbox.due(now, 2, stores.instance)
            for (const mail of mails) await stores.outbox.markSent(mail, now, a.BY_SMTP)
            return idsOf(mails)
          }),
        )
        given.push(...asked.flat())
      }
      assert.equal(given.length, 12)
      assert.equal(new Set(given).size, 12)
    })

    it('gives a claimed mail to its claimer again, and to another only when that one is gone', async () => {
      await using stores = await kind.fresh()
      const { outbox, instances } = stores
      const [sender, late, other] = [
        await join(stores),
        await join(stores, OVER_MS),
        await join(stores),
      ]
      await putMails(stores, 1)
      const given = await outbox.due(now, ALL, sender)
      assert.equal(given.length, 1)
      assert.deepEqual(await outbox.due(now, ALL, sender), given)
      assert.deepEqual(await outbox.due(now, ALL, other), [])
      assert.equal(await outbox.nextDueAt(other), undefined)
      assert.equal(await outbox.nextDueAt(sender), now)
      await instances.leave(sender)
      assert.equal(await outbox.nextDueAt(other), now)
      assert.deepEqual(await outbox.due(now, ALL, late), given)
      assert.deepEqual(await outbox.due(now, ALL, other), [])
      await instances.takeOver(other, 0)
      assert.deepEqual(await outbox.due(now, ALL, other), given)
    })

    it('gives a mail that was postponed to whoever asks first when it is due again', async () => {
      await using stores = await kind.fresh()
      const { outbox } = stores
      const [sender, other] = [await join(stores), await join(stores)]
      await putMails(stores, 1)
      const [mail] = (await outbox.due(now, ALL, sender)) as [WaitingMail]
      await outbox.postpone(mail, a.later(1_000), sender)
      assert.equal(await outbox.nextDueAt(other), a.later(1_000))
      assert.deepEqual(await outbox.due(a.later(999), ALL, other), [])
      assert.deepEqual(await outbox.due(a.later(1_000), ALL, other), [{ ...mail, attempts: 1 }])
      assert.deepEqual(await outbox.due(a.later(1_000), ALL, sender), [])
    })

    it('does nothing where a sender that was taken for dead postpones a mail, and records what it sent once', async () => {
      await using stores = await kind.fresh()
      const { outbox, instances } = stores
      const [late, other] = [await join(stores, OVER_MS), await join(stores)]
      await putMails(stores, 2)
      const [refused, taken] = (await outbox.due(now, ALL, late)) as [WaitingMail, WaitingMail]
      await instances.takeOver(other, 0)
      await outbox.due(now, ALL, other)
      await outbox.postpone(refused, a.later(900_000), late)
      assert.deepEqual(await outbox.due(now, ALL, other), [refused, taken])
      await outbox.markSent(taken, a.later(1), a.BY_SMTP)
      await outbox.markSent(taken, a.later(2), a.BY_SMTP)
      await outbox.postpone(taken, a.later(3), other)
      assert.deepEqual(idsOf(await outbox.due(a.later(9), ALL, other)), [refused.messageId])
      assert.equal((await sentIn(stores)).length, 1)
    })

    it('closes a mail with each sale that joins it, whichever instance closes it meanwhile', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const sender = await join(one)
      // The first of a storm have a mail each.
      await putMails(one, 20)
      const closed: WaitingMail[] = []
      for (let round = 0; round < 12; round += 1) {
        const [first, joining] = [21 + 2 * round, 22 + 2 * round]
        await begin(one, first)
        await begin(other, joining)
        await fail(one, first)
        const [due] = await Promise.all([
          one.outbox.due(a.later(30_000), ALL, sender),
          fail(other, joining),
        ])
        closed.push(...due)
      }
      closed.push(...(await one.outbox.due(a.later(60_000), ALL, sender)))
      const facts = new Map(closed.flatMap(({ saleIds, text }) => saleIds.map((id) => [id, text])))
      for (let number = 21; number <= 44; number += 1) {
        const saleId = a.saleIdOf(number)
        assert.ok(facts.get(saleId)?.includes(saleId), `${number}: not in the mail that names it`)
      }
    })
  })
}
