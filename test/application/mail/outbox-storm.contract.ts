import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OWN_MAILS_MAX, SALES_PER_MAIL_MAX } from '../../../src/application/mail/failure-storm.ts'
import type { WaitingMail } from '../../../src/application/mail/outbox.port.ts'
import { type EpochMs, plusMs } from '../../../src/domain/time.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { readable } from '../../support/log/readable.ts'

const FAR = a.later(86_400_000)

/** Lets the sales `first` to `last` fail, one at each time that `at` gives. */
async function fail(
  stores: a.Stores,
  first: number,
  last: number,
  at: (number: number) => EpochMs = () => now,
  reason = 'no',
): Promise<void> {
  for (let number = first; number <= last; number++) {
    const saleId = a.saleIdOf(number)
    const mail = a.failureMailOf(number, at(number), reason)
    await stores.sales.begin(a.firstOf(saleId), undefined, now)
    await stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
  }
}

function numbersOf(mail: WaitingMail | undefined): readonly number[] {
  return mail?.saleIds.map((saleId) => Number(saleId.slice(-12))) ?? []
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** What `Outbox` promises where many sales fail within a minute, of any adapter. */
export function outboxStormContract(kind: a.StoreKind): void {
  describe(`Outbox contract in a storm of failures: ${kind.name}`, () => {
    it('sends the first twenty in a mail each, at once', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, OWN_MAILS_MAX)
      const mails = await stores.outbox.due(now, 99)
      assert.deepEqual(
        mails.map(numbersOf),
        range(1, OWN_MAILS_MAX).map((number) => [number]),
      )
      const { facts: _, ...mail } = a.failureMailOf(1, now)
      assert.deepEqual(mails[0], { ...mail, saleIds: [a.saleIdOf(1)], attempts: 0 })
    })

    it('is one rule over all instances: sales that fail at several at one moment share the twenty', async () => {
      await using database = await kind.shared()
      await using one = await database.connect()
      await using other = await database.connect()
      const last = OWN_MAILS_MAX + 10
      await Promise.all(
        range(1, last).map((number) => fail(number % 2 ? one : other, number, number)),
      )
      const mails = await one.outbox.due(FAR, 99)
      assert.deepEqual(
        mails.map(({ saleIds }) => saleIds.length),
        [...Array<number>(OWN_MAILS_MAX).fill(1), last - OWN_MAILS_MAX],
      )
      assert.deepEqual(
        mails.flatMap(numbersOf).toSorted((x, y) => x - y),
        range(1, last),
      )
    })

    it('collects those beyond for half a minute, in a mail named for the first of them', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 20)
      await fail(stores, 21, 23, (number) => a.later(number))
      assert.equal((await stores.outbox.due(a.later(30_020), 99)).length, 20)
      for (const mail of await stores.outbox.due(now, 99))
        await stores.outbox.markSent(mail, now, a.BY_SMTP)
      assert.equal(await stores.outbox.nextDueAt(), a.later(30_021))
      const [mail, ...others] = await stores.outbox.due(a.later(30_021), 99)
      assert.deepEqual(others, [])
      assert.deepEqual(numbersOf(mail), [21, 22, 23])
      assert.equal(mail?.messageId, `${a.saleIdOf(21)}.failed@gateway.example`)
      assert.equal(mail?.subject, '3 sales failed')
      assert.equal(mail?.createdAt, a.later(21))
      const blocks = [21, 22, 23].map((number) => a.failureMailOf(number, now).facts)
      assert.ok(mail.text.includes(`\n\n${blocks.join('\n\n')}\n\n`), mail.text)
    })

    it('hands out the same mail for ever, whoever fails after the first time', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 22)
      const first = (await stores.outbox.due(a.later(30_000), 99)).at(-1)
      assert.ok(first !== undefined)
      assert.deepEqual(numbersOf(first), [21, 22])
      await fail(stores, 23, 24)
      await stores.outbox.postpone(first, a.later(30_001))
      const again = (await stores.outbox.due(FAR, 99)).find(
        ({ messageId }) => messageId === first.messageId,
      )
      assert.deepEqual(again, { ...first, attempts: 1 })
      assert.deepEqual(
        (await stores.outbox.due(FAR, 99)).flatMap(numbersOf).toSorted((x, y) => x - y),
        range(1, 24),
      )
    })

    it('hands out no mail that others may still join, stored late while it looks', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 20)
      const saleId = a.saleIdOf(21)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      const append = a.appendOf(saleId, [requested], [a.failed], [a.failureMailOf(21, now)])
      const [first] = await Promise.all([stores.outbox.due(FAR, 99), stores.sales.append(append)])
      await fail(stores, 22, 22)
      const then = await stores.outbox.due(FAR, 99)
      assert.deepEqual(first, then.slice(0, first.length))
      assert.deepEqual(then.flatMap(numbersOf), range(1, 22))
    })

    it('records all the sales that a mail named', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 23)
      const mail = (await stores.outbox.due(FAR, 99)).at(-1)
      assert.ok(mail !== undefined)
      await stores.outbox.markSent(mail, a.later(7), a.BY_SMTP)
      const last = readable(await stores.saleReader.events(0, 999)).at(-1)
      assert.equal(last?.type, 'MailSent')
      assert.deepEqual(last?.data, {
        messageId: mail.messageId,
        about: 'failed',
        saleIds: [21, 22, 23].map(a.saleIdOf),
        ...a.BY_SMTP,
      })
      for (const number of [21, 22, 23]) {
        const told = await stores.saleReader.mailsOf(a.saleIdOf(number))
        assert.deepEqual(
          told.map(({ messageId, sentAt }) => [messageId, sentAt]),
          [[mail.messageId, a.later(7)]],
        )
      }
    })

    it('closes a mail that is full, makes it due, and goes on with the next', async () => {
      await using stores = await kind.fresh()
      const full = 20 + SALES_PER_MAIL_MAX
      await fail(stores, 1, full + 1, (number) => a.later(number))
      const mails = await stores.outbox.due(a.later(full), 99)
      assert.equal(mails.length, 21)
      assert.deepEqual(numbersOf(mails.at(-1)), range(21, full))
      const [rest] = (await stores.outbox.due(FAR, 99)).slice(21)
      assert.deepEqual(numbersOf(rest), [full + 1])
      assert.equal(rest?.subject, a.failureMailOf(full + 1, now).subject)
    })

    it('closes a mail before its lines are too many bytes', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 20)
      await fail(stores, 21, 23, undefined, 'ğ'.repeat(60_000))
      const mails = (await stores.outbox.due(now, 99)).slice(20)
      assert.deepEqual(mails.map(numbersOf), [[21, 22]])
      const [rest] = (await stores.outbox.due(FAR, 99)).slice(21)
      assert.deepEqual(numbersOf(rest), [23])
    })

    it('counts failures, not mails: a storm that lasts stays collected', async () => {
      await using stores = await kind.fresh()
      const mails: WaitingMail[] = []
      for (let second = 1; second <= 340; second++) {
        const at = a.later(second * 1_000)
        if (second <= 300) await fail(stores, second, second, () => at)
        for (const mail of await stores.outbox.due(at, 99)) {
          mails.push(mail)
          await stores.outbox.markSent(mail, at, a.BY_SMTP)
        }
      }
      // One for each 31 s of the 280 s that are left.
      assert.equal(mails.length, 20 + 10)
      assert.deepEqual(mails.flatMap(numbersOf), range(1, 300))
    })

    for (const [what, gapMs, ownMails] of [
      ['within a minute', 59_999, 20],
      ['a minute ago', 60_000, 21],
    ] as const) {
      it(`looks at those that failed ${what}`, async () => {
        await using stores = await kind.fresh()
        await fail(stores, 1, 20)
        await fail(stores, 21, 21, () => a.later(gapMs))
        assert.equal((await stores.outbox.due(a.later(gapMs), 99)).length, ownMails)
      })
    }

    it('loses nobody and names nobody twice when the clock is set back', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 25)
      const hourAgo = plusMs(now, -3_600_000)
      await fail(stores, 26, 26, () => hourAgo)
      assert.deepEqual((await stores.outbox.due(hourAgo, 99)).map(numbersOf), [[26]])
      await stores.outbox.makeAllDue(hourAgo)
      const mails = await stores.outbox.due(hourAgo, 99)
      assert.deepEqual(
        mails.flatMap(numbersOf).toSorted((x, y) => x - y),
        range(1, 26),
      )
      assert.equal(mails.length, 22)
    })

    it('hands out what is being collected after a start', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 23)
      await stores.outbox.makeAllDue(a.later(1))
      assert.deepEqual(numbersOf((await stores.outbox.due(a.later(1), 99)).at(-1)), [21, 22, 23])
    })

    it('names a sale once whose failure is stored twice', async () => {
      await using stores = await kind.fresh()
      await fail(stores, 1, 22)
      const saleId = a.saleIdOf(22)
      const again = a.appendOf(saleId, [requested, a.failed], a.rolledBack, [
        a.failureMailOf(22, now),
      ])
      await stores.sales.append(again)
      assert.deepEqual((await stores.outbox.due(FAR, 99)).flatMap(numbersOf), range(1, 22))
    })

    it('counts the mails that wait, and knows since when', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await stores.outbox.backlog(), { count: 0, oldestAt: undefined })
      await fail(stores, 1, 23, (number) => a.later(number))
      assert.deepEqual(await stores.outbox.backlog(), { count: 21, oldestAt: a.later(1) })
      for (const mail of await stores.outbox.due(a.later(20), 99)) {
        await stores.outbox.markSent(mail, now, a.BY_SMTP)
      }
      assert.deepEqual(await stores.outbox.backlog(), { count: 1, oldestAt: a.later(21) })
    })
  })
}
