// Mails reach a real SMTP server in the end, whatever it does.

import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { makeDeliverMail } from '../../../src/application/mail/deliver-mail.ts'
import type { Mailer } from '../../../src/application/mail/mailer.port.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { FAILED, onlySale, post, saleIdOf } from '../../support/gateway/http-requests.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import {
  ACCEPT,
  type Fate,
  messageIdOf,
  PATIENT,
  startSmtpServer,
  timeoutsFor,
} from '../../support/gateway/smtp-peer.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { readable } from '../../support/log/readable.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const parties = { from: 'gateway@localhost', to: ['it@example.com', 'second@example.com'] }

/** Attempts that fail: the waits between them reach 15 min, and stay there. */
const FAILURES = 13
const WAITS_S = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]

/** Leaves a failed sale whose mail waits. */
async function leaveFailure(store: Store, number: number, clock: ManualClock): Promise<void> {
  const saleId = a.saleIdOf(number)
  const mail = a.failureMailOf(number, clock.now())
  await store.sales.begin(a.firstOf(saleId), undefined, clock.now())
  await store.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
}

/** Delivers until `isOver`, letting no more time pass than it waits for; the times of its attempts. */
async function deliver(
  store: Store,
  mailer: Mailer,
  clock: ManualClock,
  isOver: () => Promise<boolean> = async () => (await store.outbox.nextDueAt()) === undefined,
): Promise<readonly number[]> {
  const attempts: number[] = []
  const watched: Mailer = {
    send(mail, failedBefore) {
      attempts.push(clock.now())
      return mailer.send(mail, failedBefore)
    },
  }
  const stop = new AbortController()
  const deliverMail = makeDeliverMail({
    outbox: store.outbox,
    mailer: watched,
    clock,
    logger: SILENT,
  })
  const running = deliverMail.run(stop.signal)
  while (!(await isOver())) {
    const nextDueAt = (await store.outbox.nextDueAt()) ?? clock.now()
    // Also by nothing, which wakes who sleeps for no time at all.
    clock.advance(Math.max(0, nextDueAt - clock.now()))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  stop.abort()
  await running
  return attempts
}

async function sentOf(store: Store) {
  return readable(await store.saleReader.events(0, 1_000)).filter(({ type }) => type === 'MailSent')
}

const FATES: readonly (readonly [string, Fate])[] = [
  ['is greylisted', { type: 'refuse', at: 'recipient', code: 451 }],
  ['is refused with 4xx', { type: 'refuse', at: 'data', code: 452 }],
  ['is refused with 5xx', { type: 'refuse', at: 'data', code: 554 }],
  ['has all its recipients refused', { type: 'refuse', at: 'recipient', code: 550 }],
  ['is met with silence', { type: 'silent', at: 'greeting' }],
  ['is not answered after DATA', { type: 'silent', at: 'data' }],
  ['is cut off after DATA', { type: 'cut' }],
  ['is taken, and cut off before the 250', { type: 'takeAndCut' }],
  ['is not let in', { type: 'refuse', at: 'login', code: 535 }],
]

describe('A mail by SMTP', () => {
  for (const [what, fate] of FATES) {
    it(`that ${what} thirteen times over is sent in the end`, async () => {
      await using store = await openStoreHere()
      const clock = new ManualClock()
      let fates: readonly Fate[] = Array.from({ length: FAILURES }, () => fate)
      const next = () => {
        const [first = ACCEPT, ...others] = fates
        fates = others
        return first
      }
      await using server = await startSmtpServer({ fate: next, password: 'secret' })
      await leaveFailure(store, 1, clock)
      const before = await store.sales.load(a.saleIdOf(1))
      const began = clock.now()
      const [failing, last] = [timeoutsFor(fate), PATIENT].map((timeouts) =>
        makeSmtpMailer(server.url, parties, timeouts),
      ) as [Mailer, Mailer]
      const mailer: Mailer = {
        send: (mail, failed = 0) => (failed < FAILURES ? failing : last).send(mail, failed),
      }
      const attempts = await deliver(store, mailer, clock)
      const waitsS = attempts.map((at, i) => (at - (attempts[i - 1] ?? began)) / 1_000)
      assert.deepEqual(waitsS, [0, ...WAITS_S])
      const copies = fate.type === 'takeAndCut' ? FAILURES + 1 : 1
      assert.equal(server.messages.length, copies)
      assert.deepEqual(server.messages[0]?.to, parties.to)
      assert.equal(new Set(server.messages.map(({ raw }) => raw)).size, 1)
      const messageId = a.failureMailOf(1, began).messageId
      assert.deepEqual(new Set(server.messages.map(messageIdOf)), new Set([messageId]))
      assert.deepEqual(
        (await sentOf(store)).map(({ data }) => data['messageId']),
        [messageId],
      )
      assert.deepEqual(await store.sales.load(a.saleIdOf(1)), before)
    })
  }

  it('waits for a server that is down for an hour', async () => {
    await using store = await openStoreHere()
    const clock = new ManualClock()
    const first = await startSmtpServer()
    await first.close()
    await leaveFailure(store, 1, clock)
    const mailer = makeSmtpMailer(first.url, parties, PATIENT)
    const hourLater = clock.now() + 3_600_000
    await deliver(store, mailer, clock, async () => clock.now() >= hourLater)
    assert.equal((await store.outbox.backlog()).count, 1)
    await using server = await startSmtpServer({ port: Number(new URL(first.url).port) })
    const [attempt] = await deliver(store, mailer, clock)
    assert.equal(attempt, clock.now(), 'a start tries it at once')
    assert.equal(server.messages.length, 1)
    assert.equal((await sentOf(store)).length, 1)
  })

  it('is the same message after a restart with a copy that was taken unsaid', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'gateway.db')
    const clock = new ManualClock()
    let fate: Fate = { type: 'takeAndCut' }
    await using server = await startSmtpServer({ fate: () => fate })
    for (const life of ['first', 'second']) {
      const store = await openStore(file)
      // The 21st to the 23rd share a mail.
      if (life === 'first') {
        for (let number = 1; number <= 23; number++) await leaveFailure(store, number, clock)
      } else fate = ACCEPT
      const mailer = makeSmtpMailer(server.url, parties, PATIENT)
      if (life === 'first')
        await deliver(store, mailer, clock, async () => server.messages.length > 42)
      else {
        // Those who fail now are named in another mail than the one that left.
        await leaveFailure(store, 24, clock)
        await deliver(store, mailer, clock)
        assert.equal((await sentOf(store)).length, 22)
      }
      await store.close()
    }
    const copies = Map.groupBy(server.messages, messageIdOf)
    assert.equal(copies.size, 22)
    for (const [messageId, messages] of copies) {
      assert.equal(new Set(messages.map(({ raw }) => raw)).size, 1, messageId)
    }
    const shared = copies.get(a.failureMailOf(21, clock.now()).messageId) ?? []
    assert.ok(shared.length >= 2)
    assert.deepEqual(
      [...(shared[0]?.raw ?? '').matchAll(/^Sale ID: (\S+)/gm)].map(([, saleId]) => saleId),
      [21, 22, 23].map(a.saleIdOf),
    )
  })

  it('that is refused for ever holds up no other', async () => {
    await using store = await openStoreHere()
    const clock = new ManualClock()
    for (let number = 1; number <= 3; number++) await leaveFailure(store, number, clock)
    await using server = await startSmtpServer()
    const good = makeSmtpMailer(server.url, parties, PATIENT)
    await using refusing = await startSmtpServer({
      fate: () => ({ type: 'refuse', at: 'data', code: 554 }),
    })
    const bad = makeSmtpMailer(refusing.url, parties, PATIENT)
    const poison = a.failureMailOf(1, clock.now()).messageId
    const mailer: Mailer = {
      send: (mail, failed) => (mail.messageId === poison ? bad : good).send(mail, failed),
    }
    const tenHoursLater = clock.now() + 36_000_000
    let late = 0
    await deliver(store, mailer, clock, async () => {
      if (clock.now() < tenHoursLater) return false
      if (late === 0) await leaveFailure(store, 4, clock)
      late ||= clock.now()
      return server.messages.length === 3
    })
    assert.ok(clock.now() - late <= 900_000)
    assert.deepEqual(await store.outbox.backlog().then(({ count }) => count), 1)
  })

  for (const [what, fate] of [
    ['a mail server that is well', ACCEPT],
    ['one that hangs', { type: 'silent', at: 'data' }],
    ['one that refuses', { type: 'refuse', at: 'data', code: 554 }],
  ] as readonly (readonly [string, Fate])[]) {
    it(`changes nothing of the sale with ${what}`, async () => {
      await using server = await startSmtpServer({ fate: () => fate })
      const mailer = makeSmtpMailer(server.url, parties, timeoutsFor(fate))
      await using t = await makeTestService({}, { mailer })
      t.fake.faults.add({ operation: 'create:Sales_Orders', kind: { type: 'refuse' } })
      const answer = await post(t, await t.key('shop', 'sales:create'))
      assert.deepEqual([answer.statusCode, answer.body], [500, FAILED])
      assert.equal((await onlySale(t)).status, 'rolled_back')
      assert.deepEqual(
        (await t.store.sales.load(saleIdOf(answer))).map(({ type }) => type),
        [
          'SaleRequested',
          'SalePriced',
          'DealCreated',
          'QuoteCreated',
          'CompensationRequired',
          'QuoteDeleted',
          'DealDeleted',
          'SaleRolledBack',
        ],
      )
    })
  }
})

async function openStoreHere() {
  const store = await openStore(':memory:')
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}
