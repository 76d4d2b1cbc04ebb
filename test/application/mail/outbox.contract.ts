import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WaitingMail } from '../../../src/application/mail/outbox.port.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

/** Puts in a mail for each of the sales 1, 2, ... at `createdAt`, and says the mails. */
async function putMails(
  stores: a.Stores,
  ...createdAt: (typeof now)[]
): Promise<readonly WaitingMail[]> {
  const mails: WaitingMail[] = []
  for (const [index, at] of createdAt.entries()) {
    const saleId = a.saleIdOf(index + 1)
    const mail = a.mailOf(saleId, at)
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
    mails.push({ ...mail, saleIds: [saleId], attempts: 0 })
  }
  return mails
}

/** What `Outbox` promises, of any adapter. */
export function outboxContract(kind: a.StoreKind): void {
  describe(`Outbox contract: ${kind.name}`, () => {
    it('has nothing due while no mail waits', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await stores.outbox.due(a.later(0), 9), [])
      assert.equal(await stores.outbox.nextDueAt(), undefined)
    })

    it('takes a mail about no event once, also after it was sent', async () => {
      await using stores = await kind.fresh()
      const { facts: _, ...ofSale } = a.mailOf(a.saleIdOf(1), now)
      const mail = {
        ...ofSale,
        messageId: 'key-expires.aa@gw.test',
        about: 'key',
        saleId: null,
      } as const
      assert.equal(await stores.outbox.put(mail), true)
      assert.equal(await stores.outbox.put({ ...mail, createdAt: a.later(1) }), false)
      const waiting = { ...mail, saleIds: [], attempts: 0 }
      assert.deepEqual(await stores.outbox.due(a.later(1), 9), [waiting])
      await stores.outbox.markSent(waiting, a.later(2), { way: 'smtp', recipients: 1 })
      assert.equal(await stores.outbox.put(mail), false)
      assert.deepEqual(await stores.outbox.due(a.later(9), 9), [])
    })

    it('gives the mails that are due, longest waiting first', async () => {
      await using stores = await kind.fresh()
      const [second, first, third] = await putMails(stores, a.later(2), a.later(1), a.later(3))
      assert.deepEqual(await stores.outbox.due(a.later(0), 9), [])
      assert.deepEqual(await stores.outbox.due(a.later(2), 9), [first, second])
      assert.deepEqual(await stores.outbox.due(a.later(3), 2), [first, second])
      assert.deepEqual(await stores.outbox.due(a.later(3), 9), [first, second, third])
      assert.equal(await stores.outbox.nextDueAt(), a.later(1))
    })

    it('hides a postponed mail, and counts its attempts', async () => {
      await using stores = await kind.fresh()
      const [mail] = (await putMails(stores, now)) as [WaitingMail]
      await stores.outbox.postpone(mail, a.later(1_000))
      assert.deepEqual(await stores.outbox.due(a.later(999), 9), [])
      assert.equal(await stores.outbox.nextDueAt(), a.later(1_000))
      const once = { ...mail, attempts: 1 }
      assert.deepEqual(await stores.outbox.due(a.later(1_000), 9), [once])
      await stores.outbox.postpone(once, a.later(3_000))
      assert.deepEqual(await stores.outbox.due(a.later(3_000), 9), [{ ...mail, attempts: 2 }])
    })

    it('marks a sent mail, and records that it was sent', async () => {
      await using stores = await kind.fresh()
      const [mail, other] = (await putMails(stores, now, now)) as [WaitingMail, WaitingMail]
      await stores.outbox.markSent(mail, a.later(7), a.BY_SMTP)
      assert.deepEqual(await stores.outbox.due(a.later(9), 9), [other])
      assert.deepEqual(await stores.saleReader.events(4, 9), [
        {
          position: 5,
          saleId: null,
          sequence: null,
          type: 'MailSent',
          version: 1,
          at: '2026-11-23T10:00:00.007Z',
          data: {
            messageId: mail.messageId,
            about: 'failed',
            saleIds: [mail.saleId],
            ...a.BY_SMTP,
          },
          actor: { system: 'gateway' },
          prev: null,
        },
      ])
    })

    it('records a mail once that is marked as sent twice', async () => {
      await using stores = await kind.fresh()
      const [mail] = (await putMails(stores, now)) as [WaitingMail]
      await Promise.all([
        stores.outbox.markSent(mail, a.later(1), a.BY_SMTP),
        stores.outbox.markSent(mail, a.later(2), a.BY_SMTP),
      ])
      assert.equal((await stores.saleReader.events(2, 9)).length, 1)
    })

    it('marks many mails that were sent in one turn, and records each once', async () => {
      await using stores = await kind.fresh()
      const mails = await putMails(stores, now, now, now, now)
      const [sent, waiting] = [mails.slice(0, 3), mails.slice(3)]
      await Promise.all([
        ...[...sent, ...sent].map((mail, index) =>
          stores.outbox.markSent(mail, a.later(index), a.BY_SMTP),
        ),
        stores.sales.begin(a.firstOf(a.saleIdOf(9)), undefined, now),
      ])
      assert.deepEqual(await stores.outbox.due(now, 9), waiting)
      const added = readable(await stores.saleReader.events(8, 9))
      assert.deepEqual(
        added.map(({ type, at, data }) => [type, at, data['messageId']]),
        [
          ...sent.map(({ messageId }, index) => [
            'MailSent',
            `2026-11-23T10:00:00.00${index}Z`,
            messageId,
          ]),
          ['SaleRequested', '2026-11-23T10:00:00.000Z', undefined],
        ],
      )
    })

    it('does not bring a sent mail back', async () => {
      await using stores = await kind.fresh()
      const [mail] = (await putMails(stores, now)) as [WaitingMail]
      await stores.outbox.markSent(mail, now, a.BY_SMTP)
      await stores.outbox.postpone(mail, now)
      await stores.outbox.makeAllDue(now)
      const saleId = a.saleIdOf(1)
      const again = a.appendOf(saleId, [requested, a.failed], a.rolledBack, [mail])
      await stores.sales.append(again)
      assert.deepEqual(await stores.outbox.due(a.later(9), 9), [])
      assert.equal(await stores.outbox.nextDueAt(), undefined)
    })

    it('makes every waiting mail due at once', async () => {
      await using stores = await kind.fresh()
      const [early, late] = (await putMails(stores, now, now)) as [WaitingMail, WaitingMail]
      await stores.outbox.postpone(late, a.later(900_000))
      await stores.outbox.makeAllDue(a.later(5))
      assert.deepEqual(await stores.outbox.due(a.later(5), 9), [early, { ...late, attempts: 1 }])
    })
  })
}
