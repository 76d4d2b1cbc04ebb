import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Clock } from '../../../src/application/base/clock.port.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { Logger } from '../../../src/application/base/logger.port.ts'
import { makeDeliverMail } from '../../../src/application/mail/deliver-mail.ts'
import type { NewMail, Outbox } from '../../../src/application/mail/outbox.port.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { instantOf } from '../../support/time/one-clock.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const BUSY = new AppError('unavailable', 'busy')

/** A clock on which a sleep takes no time, and is written down. */
function makeSleepyClock() {
  let at: EpochMs = now
  const slept: number[] = []
  const clock: Clock = {
    now: () => at,
    instant: () => instantOf(at),
    async sleep(ms, signal) {
      if (signal?.aborted) return
      slept.push(ms)
      at = (at + ms) as EpochMs
      // Lets what else is due have its turn.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return { clock, slept }
}

/** An outbox with the mails of so many failed sales, and a mailer that ends as the test sets it. */
async function setUp(mails: number, answer: (mail: NewMail, attempt: number) => void) {
  const store = await openStore(':memory:')
  const saleIds = Array.from({ length: mails }, (_, i) => a.saleIdOf(i + 1))
  const waiting = saleIds.map((saleId) => a.mailOf(saleId))
  for (const saleId of saleIds) {
    await store.sales.begin(a.firstOf(saleId), undefined, now)
    await store.sales.append(a.appendOf(saleId, [requested], [a.failed], [a.mailOf(saleId)]))
  }
  const stop = new AbortController()
  const handed: NewMail[] = []
  const mailer = {
    async send(mail: NewMail) {
      handed.push(mail)
      answer(mail, handed.length)
      return a.BY_SMTP
    },
  }
  const { clock, slept } = makeSleepyClock()
  return {
    store,
    waiting,
    stop,
    handed,
    clock,
    slept,
    make: (outbox: Outbox = store.outbox, logger: Logger = SILENT) =>
      makeDeliverMail({ outbox, mailer, clock, logger }),
    sent: async () =>
      (await store.saleReader.events(0, 1_000)).filter(({ type }) => type === 'MailSent'),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

describe('deliverMail', () => {
  it('sends what waits, and records it', async () => {
    await using t = await setUp(3, (_mail, attempt) => attempt === 3 && t.stop.abort())
    await t.make().run(t.stop.signal)
    assert.deepEqual(
      t.handed.map(({ messageId, text }) => [messageId, text]),
      t.waiting.map(({ messageId, text }) => [messageId, text]),
    )
    const [first] = await t.sent()
    assert.ok(first !== undefined && 'data' in first)
    assert.deepEqual(first.data, {
      messageId: t.waiting[0]?.messageId,
      about: 'failed',
      saleIds: [t.waiting[0]?.saleId],
      ...a.BY_SMTP,
    })
    assert.equal((await t.sent()).length, 3)
    assert.equal(await t.store.outbox.nextDueAt(), undefined)
  })

  it('tries at once, after 1 s, then doubling to 15 min, with the same message each time', async () => {
    await using t = await setUp(1, (_mail, attempt) => {
      if (attempt <= 13) throw BUSY
      t.stop.abort()
    })
    await t.make().run(t.stop.signal)
    const waitsS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    // A wait of more than a minute is made of several sleeps.
    assert.equal(
      t.slept.reduce((sum, ms) => sum + ms),
      waitsS.reduce((sum, s) => sum + s) * 1_000,
    )
    assert.deepEqual(t.slept.slice(0, 6), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000])
    assert.equal(t.handed.length, 14)
    const { messageId, subject, text, createdAt } = t.waiting[0] ?? a.mailOf(a.saleIdOf(0))
    for (const mail of t.handed) {
      assert.equal(mail.messageId, messageId)
      assert.deepEqual([mail.subject, mail.text, mail.createdAt], [subject, text, createdAt])
    }
    assert.equal((await t.sent()).length, 1)
  })

  it('logs a server that is down once a minute at most, with no stack, and each mail that it took', async () => {
    await using t = await setUp(3, (_mail, attempt) => {
      if (attempt <= 30) throw BUSY
      if (attempt === 33) t.stop.abort()
    })
    const lines: Readonly<Record<string, unknown>>[] = []
    const note = (fields: Readonly<Record<string, unknown>>, message: string) =>
      void lines.push({ ...fields, message, at: t.clock.now() })
    await t.make(undefined, { info: note, warn: note, error: note }).run(t.stop.signal)
    const refused = lines.filter(({ message }) => message === 'mail not accepted')
    // Tried at once and after 1, 3, 7, 15, 31, 63, 127, 255 and 511 s, three mails each time.
    assert.deepEqual(
      refused.map(({ at, attempts }) => [(Number(at) - now) / 1_000, attempts]),
      [
        [0, 1],
        [63, 18],
        [127, 3],
        [255, 3],
        [511, 3],
      ],
    )
    assert.ok(refused.every((line) => !('err' in line) && line['reason'] === 'busy'))
    const taken = lines.filter(({ message }) => message === 'mail accepted')
    assert.deepEqual(
      taken.map(({ saleId, way, recipients }) => [saleId, way, recipients]),
      t.waiting.map(({ saleId }) => [saleId, 'smtp', 1]),
    )
  })

  it('does not hold up the others for one that is not accepted', async () => {
    await using t = await setUp(3, (mail, attempt) => {
      if (attempt === 3) t.stop.abort()
      if (mail.saleId === a.saleIdOf(1)) throw BUSY
    })
    await t.make().run(t.stop.signal)
    assert.deepEqual(
      t.handed.map(({ saleId }) => saleId),
      [1, 2, 3].map(a.saleIdOf),
    )
    assert.equal((await t.sent()).length, 2)
    assert.equal(await t.store.outbox.nextDueAt(), a.later(1_000))
  })

  it('tries all at once after a start, however long they were to wait', async () => {
    await using t = await setUp(25, (_mail, attempt) => attempt === 25 && t.stop.abort())
    for (const mail of t.waiting) {
      await t.store.outbox.postpone({ ...mail, saleIds: [], attempts: 9 }, a.later(900_000))
    }
    await t.make().run(t.stop.signal)
    assert.equal(t.handed.length, 25)
    assert.deepEqual(
      t.slept.filter((ms) => ms > 0),
      [],
    )
  })

  it('wakes up for a new mail', async () => {
    await using t = await setUp(1, () => t.stop.abort())
    let asleep = (): void => undefined
    const sleeping = new Promise<void>((resolve) => {
      asleep = resolve
    })
    const clock: Clock = {
      now: () => now,
      instant: () => instantOf(now),
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve()
          signal?.addEventListener('abort', () => resolve())
          asleep()
        }),
    }
    const later: Outbox = { ...t.store.outbox, makeAllDue: async () => undefined }
    let empty = true
    const outbox: Outbox = {
      ...later,
      due: async (at, limit) => (empty ? [] : t.store.outbox.due(at, limit)),
      nextDueAt: async () => undefined,
    }
    const mailer = {
      async send(mail: NewMail) {
        t.handed.push(mail)
        return a.BY_SMTP
      },
    }
    const deliverMail = makeDeliverMail({ outbox, mailer, clock, logger: SILENT })
    const running = deliverMail.run(t.stop.signal)
    await sleeping
    assert.equal(t.handed.length, 0)
    empty = false
    deliverMail.wake()
    while (t.handed.length === 0) await new Promise((resolve) => setImmediate(resolve))
    t.stop.abort()
    await running
  })

  it('finishes the mail in hand when it is stopped, and begins no other', async () => {
    await using t = await setUp(2, () => t.stop.abort())
    await t.make().run(t.stop.signal)
    assert.equal(t.handed.length, 1)
    assert.equal((await t.sent()).length, 1)
    assert.notEqual(await t.store.outbox.nextDueAt(), undefined)
  })

  it('sends no second copy when the database is busy after the first was accepted', async () => {
    await using t = await setUp(1, () => undefined)
    let refusals = 2
    const outbox: Outbox = {
      ...t.store.outbox,
      async markSent(...sent) {
        refusals -= 1
        if (refusals >= 0) throw BUSY
        await t.store.outbox.markSent(...sent)
        t.stop.abort()
      },
    }
    await t.make(outbox).run(t.stop.signal)
    assert.equal(t.handed.length, 1)
    assert.equal((await t.sent()).length, 1)
  })

  it('sends no second copy when the database is busy after the first was refused', async () => {
    await using t = await setUp(1, (_mail, attempt) => {
      if (attempt === 1) throw BUSY
      t.stop.abort()
    })
    let refusals = 2
    const outbox: Outbox = {
      ...t.store.outbox,
      async postpone(mail, dueAt) {
        refusals -= 1
        if (refusals >= 0) throw BUSY
        await t.store.outbox.postpone(mail, dueAt)
      },
    }
    await t.make(outbox).run(t.stop.signal)
    // The database is tried again after 100 and 200 ms, the mail when a second is over.
    assert.deepEqual(t.slept, [100, 200, 700])
    assert.equal(t.handed.length, 2)
  })

  it('marks a mail that was accepted, however often the database is busy while it stops', async () => {
    await using t = await setUp(1, () => t.stop.abort())
    let refusals = 3
    const outbox: Outbox = {
      ...t.store.outbox,
      async markSent(...sent) {
        refusals -= 1
        if (refusals >= 0) throw BUSY
        await t.store.outbox.markSent(...sent)
      },
    }
    await t.make(outbox).run(t.stop.signal)
    assert.equal((await t.sent()).length, 1)
  })

  it('waits for a database that is busy', async () => {
    await using t = await setUp(1, () => t.stop.abort())
    let refusals = 3
    const outbox: Outbox = {
      ...t.store.outbox,
      async due(at, limit) {
        refusals -= 1
        if (refusals >= 0) throw BUSY
        return t.store.outbox.due(at, limit)
      },
    }
    await t.make(outbox).run(t.stop.signal)
    assert.deepEqual(t.slept.slice(0, 3), [100, 200, 400])
    assert.equal(t.handed.length, 1)
  })

  const ENDS = [
    ['a bug of the mailer', new TypeError('no such mail')],
    ['a database of which nothing is known', new AppError('lost', 'markSent')],
  ] as const

  for (const [what, error] of ENDS) {
    it(`ends with ${what}`, async () => {
      await using t = await setUp(1, () => {
        if (error instanceof TypeError) throw error
      })
      const outbox: Outbox = {
        ...t.store.outbox,
        markSent: () => Promise.reject(error),
      }
      await assert.rejects(t.make(outbox).run(t.stop.signal), error)
    })
  }
})
