// Shows that of several instances that serve one database, one sends each mail.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import { makeDeliverMail } from '../../../src/application/mail/deliver-mail.ts'
import type { Mailer } from '../../../src/application/mail/mailer.port.ts'
import type { Mail } from '../../../src/application/mail/outbox.port.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const REFUSED = new AppError('unavailable', 'the server is away')
const LEASE_MS = 10_000

/** Longer than any test. */
const LONG_MS = 600_000_000

type Send = (mail: Mail) => Promise<void>

/** Senders over one store, on virtual time. A mail server takes all, unless a test says otherwise. */
async function setUp() {
  const store = await openStore(':memory:')
  const time = makeVirtualTestTime()
  const { clock } = time
  const stop = new AbortController()
  const running: Promise<void>[] = []
  const taken: { readonly by: number; readonly messageId: string; readonly at: number }[] = []

  return {
    ...{ store, time, taken },

    /** Begins a sender of an instance that holds its lease until `die`. */
    async sender(by: number, send: Send = async () => undefined) {
      const number = await store.instances.join(`${by}`, LONG_MS)
      let isHeld = true
      const lease = { leaseMs: LEASE_MS, number: () => number, holds: () => isHeld }
      const mailer: Mailer = {
        async send(mail) {
          await send(mail)
          taken.push({ by, messageId: mail.messageId, at: clock.now() })
          return a.BY_SMTP
        },
      }
      const { outbox } = store
      const deliverMail = makeDeliverMail({ outbox, mailer, clock, logger: SILENT, lease })
      return {
        wake: deliverMail.wake,
        run: () => void running.push(deliverMail.run(stop.signal)),
        /** Its own clocks say that its lease is over. */
        loseLease: () => {
          isHeld = false
        },
        /** The others take it for dead. */
        async die() {
          isHeld = false
          await store.instances.leave(number)
        },
      }
    },

    async fail(first: number, last: number) {
      for (let sale = first; sale <= last; sale += 1) {
        const saleId = a.saleIdOf(sale)
        const mail = a.mailOf(saleId, clock.now())
        await store.sales.begin(a.firstOf(saleId), undefined, now)
        await store.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
      }
    },

    async recorded() {
      const events = await store.saleReader.events(0, 1_000)
      return events.filter(({ type }) => type === 'MailSent').length
    },

    async [Symbol.asyncDispose]() {
      stop.abort()
      await time.during(Promise.all(running))
      await store.close()
    },
  }
}

describe('Several senders of one outbox', () => {
  it('send each mail once, though all are woken at once', async () => {
    await using t = await setUp()
    const senders = [await t.sender(1), await t.sender(2), await t.sender(3), await t.sender(4)]
    for (const { run } of senders) run()
    await t.time.pass(100)
    await t.fail(1, 30)
    for (const { wake } of senders) wake()
    await t.time.pass(LEASE_MS)
    assert.equal(t.taken.length, 30)
    assert.equal(new Set(t.taken.map(({ messageId }) => messageId)).size, 30)
    assert.equal(await t.recorded(), 30)
  })

  it('send the mails of one that died before it sent them by their next look', async () => {
    await using t = await setUp()
    const other = await t.sender(2)
    other.run()
    await t.time.pass(1)
    const begun = t.time.clock.now()
    // Its maker has woken nobody else.
    await t.fail(1, 1)
    await t.time.pass(LEASE_MS)
    assert.equal(t.taken.length, 1)
    assert.ok((t.taken[0]?.at ?? 0) - begun <= LEASE_MS / 3)
  })

  it('send what one has claimed that is stopped for longer than its lease, which sends none of it then', async () => {
    await using t = await setUp()
    await t.fail(1, 3)
    const continued = Promise.withResolvers<void>()
    const stopped = await t.sender(1, () => continued.promise)
    stopped.run()
    await t.time.pass(1)
    const other = await t.sender(2)
    other.run()
    await t.time.pass(2 * LEASE_MS)
    assert.deepEqual(t.taken, [])
    await stopped.die()
    await t.time.pass(LEASE_MS)
    assert.deepEqual(
      t.taken.map(({ by }) => by),
      [2, 2, 2],
    )
    continued.resolve()
    await t.time.pass(LEASE_MS)
    // The mail that it was handing over has a second copy, as after the crash of one process.
    assert.deepEqual(t.taken.map(({ by, messageId }) => [by, messageId]).slice(3), [
      [1, a.mailOf(a.saleIdOf(1)).messageId],
    ])
    assert.equal(await t.recorded(), 3)
  })

  it('hand over nothing while their own lease is over, although nobody has taken them for dead', async () => {
    await using t = await setUp()
    await t.fail(1, 2)
    let handed = 0
    const late = await t.sender(1, async () => {
      handed += 1
      late.loseLease()
    })
    late.run()
    await t.time.pass(10 * LEASE_MS)
    assert.equal(handed, 1)
    assert.equal(t.taken.length, 1)
  })

  it('try a mail that was refused again when it is due, one of them, also after others start', async () => {
    await using t = await setUp()
    const tries: number[] = []
    const refuse = async () => {
      tries.push(t.time.clock.now())
      throw REFUSED
    }
    for (const by of [1, 2]) (await t.sender(by, refuse)).run()
    await t.time.pass(1)
    const begun = t.time.clock.now()
    await t.fail(1, 1)
    await t.time.pass(300_000)
    for (const by of [3, 4]) (await t.sender(by, refuse)).run()
    await t.time.pass(300_000)
    const pauses = tries.map((at, index) => at - (tries[index - 1] ?? begun))
    const [first, ...rest] = pauses
    assert.ok(first !== undefined && first <= LEASE_MS / 3)
    // The pause after these is 256 s: the start of others has cut it short, to a minute after it.
    assert.deepEqual(
      rest.slice(0, 8),
      [1, 2, 4, 8, 16, 32, 64, 128].map((seconds) => seconds * 1_000),
    )
    const lateMs = (tries[9] ?? 0) - (begun + 300_000 + 60_000)
    assert.ok(lateMs >= 0 && lateMs <= LEASE_MS / 3)
    assert.equal(tries.length, 10)
  })
})
