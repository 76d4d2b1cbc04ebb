// Many failures at once are reported in a few mails.

import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { countOf } from '../../support/counts.ts'
import { FAILED, post, saleIdOf } from '../../support/gateway/http-requests.ts'
import { makeFakeIn } from '../../support/gateway/place.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import {
  ACCEPT,
  type Fate,
  messageIdOf,
  PATIENT,
  type SmtpMessage,
  startSmtpServer,
} from '../../support/gateway/smtp-peer.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { readable } from '../../support/log/readable.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const STORMS_PLAYED = countOf('STORMS')
const FAILURES = countOf('STORM_FAILURES')
const MAILS_MAX = 25

const parties = { from: 'gateway@localhost', to: ['it@example.com'] }

const TROUBLES: readonly Fate[] = [
  { type: 'refuse', at: 'recipient', code: 451 },
  { type: 'refuse', at: 'data', code: 554 },
  { type: 'cut' },
  { type: 'takeAndCut' },
]

// over how many milliseconds the sales fail, after how many of them the service is started anew,
// how many mails in ten the server fails with
const STORMS: readonly (readonly [string, number, number | undefined, number])[] = [
  [
    'within a minute, with a restart and a mail server that fails half of the time',
    60_000,
    FAILURES / 2,
    5,
  ],
  ['at one moment', 0, undefined, 0],
  ['within 2 s, with such a server', 2_000, undefined, 5],
  ['within a minute', 60_000, undefined, 0],
  ['within 70 s, with such a server', 70_000, undefined, 5],
]

describe('A storm of failures', () => {
  for (const [what, overMs, restartAfter, troublesInTen] of STORMS.slice(0, STORMS_PLAYED)) {
    it(`${what} is in a few mails, each sale in one`, async (t) => {
      await using folder = await makeFolder()
      const time = makeVirtualTestTime()
      let met = 0
      const fate = (): Fate => {
        met += 1
        const isTrouble = (met * 7) % 10 < troublesInTen
        return (isTrouble ? TROUBLES[met % TROUBLES.length] : undefined) ?? ACCEPT
      }
      await using server = await startSmtpServer({ fate })
      const given = { time, mailer: makeSmtpMailer(server.url, parties, PATIENT) }
      const failed: string[] = []

      /** Lets sales fail until there are so many, then, where it is the last life, all be told. */
      const live = async (toFail: number) => {
        const store = await openStore(path.join(folder.path, 'gateway.db'))
        const fake = makeFakeIn(time)
        fake.faults.add({
          operation: 'create:Sales_Orders',
          kind: { type: 'refuse', message: 'the field Ünvan is mandatory' },
          times: toFail,
        })
        {
          await using app = await makeTestService({}, { ...given, fake, store })
          const key = await app.key('shop', 'sales:create')
          while (failed.length < toFail) {
            const answer = await post(app, key)
            assert.deepEqual([answer.statusCode, answer.body], [500, FAILED])
            failed.push(saleIdOf(answer))
            await time.pass(Math.floor(overMs / FAILURES))
          }
          if (toFail === FAILURES)
            await time.until(
              'all is reported',
              async () => (await store.outbox.backlog()).count === 0,
            )
          assert.deepEqual(app.lost, [])
        }
        const sent = (await eventsOf(store)).filter(({ type }) => type === 'MailSent')
        await store.close()
        return sent
      }

      if (restartAfter !== undefined) await live(Math.floor(restartAfter))
      const sent = await live(FAILURES)

      const copies = Map.groupBy(server.messages, messageIdOf)
      for (const [messageId, messages] of copies) {
        assert.equal(new Set(messages.map(({ raw }) => raw)).size, 1, messageId)
      }
      const mails = [...copies.values()].flatMap((messages) => messages.slice(0, 1))
      const told = mails.flatMap((mail) => factsOf(mail, 'Sale ID'))
      assert.deepEqual(told.toSorted(), failed.toSorted())
      for (const label of ['Error Message', 'Deal ID', 'Quote ID', 'Sales Order ID']) {
        assert.equal(mails.flatMap((mail) => factsOf(mail, label)).length, FAILURES, label)
      }
      assert.ok(mails.length <= MAILS_MAX, `${mails.length} mails`)
      assert.deepEqual(sent.flatMap(({ data }) => data['saleIds']).toSorted(), failed.toSorted())
      assert.equal(sent.length, mails.length)
      const sizes = mails.map((mail) => factsOf(mail, 'Sale ID').length).filter((size) => size > 1)
      t.diagnostic(
        `${FAILURES} failures: ${mails.length} mails, ${sizes} sales in those that tell of several, ` +
          `${server.messages.length} copies taken, ${met} attempts, ` +
          `${Math.max(...mails.map(({ raw }) => raw.length))} characters in the largest`,
      )
    })
  }
})

async function eventsOf(store: Store) {
  const events = []
  for (let after = 0; ; ) {
    const page = readable(await store.saleReader.events(after, 1_000))
    events.push(...page)
    const last = page.at(-1)
    if (last === undefined) return events
    after = last.position
  }
}

function factsOf({ raw }: SmtpMessage, label: string): readonly string[] {
  return [...raw.matchAll(new RegExp(`^${label}: (.+?)\\r?$`, 'gm'))].map(([, fact]) => fact ?? '')
}
