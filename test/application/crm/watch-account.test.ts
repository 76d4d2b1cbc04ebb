import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmLockOut } from '../../../src/application/crm/crm-account.port.ts'
import { makeWatchAccount } from '../../../src/application/crm/watch-account.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MAIL_DOMAIN = 'example.com'

/** An account that a test shuts and opens, watched over a real database in memory. */
async function setUp() {
  const store = await openStore(':memory:')
  const clock = new ManualClock()
  const account = {
    reason: undefined as string | undefined,
    lockOut: undefined as CrmLockOut | undefined,
    probes: 0,
    tries: 0,
  }
  const logLines: string[] = []
  const log = (_: object, line: string) => void logLines.push(line)
  let mailsTold = 0
  const watch = () => {
    const stop = new AbortController()
    const running = makeWatchAccount({
      account: {
        shut: () => account.reason,
        lockOut: () => account.lockOut,
        tryToEnd: async () => {
          account.tries += 1
        },
        probe: async () => {
          account.probes += 1
          return account.reason === undefined
        },
      },
      accountLog: store.account,
      eventLog: store.eventLog,
      clock,
      logger: { info: log, warn: log, error: log },
      mailDomain: MAIL_DOMAIN,
      checkCommand: 'gateway check',
      onMail: () => {
        mailsTold += 1
      },
    }).run(stop.signal)
    return async () => {
      stop.abort()
      await running
    }
  }
  /** Lets time pass second by second, so that whatever waits for it happens. */
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
      clock.advance(1_000)
    }
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
  }
  const types = async () => (await store.saleReader.events(0, 100)).map(({ type }) => type)
  const mails = () => store.outbox.due(clock.now(), 100)
  return { store, clock, account, logLines, watch, pass, types, mails, mailsTold: () => mailsTold }
}

describe('The watch over the CRM account', () => {
  it('records once that it is shut, and once that it is open again', async () => {
    const t = await setUp()
    const end = t.watch()
    await t.pass(5)
    assert.deepEqual(await t.types(), [])
    t.account.reason = 'the refresh token was revoked'
    await t.pass(200)
    assert.deepEqual(await t.types(), ['CrmAccountShut'])
    t.account.reason = undefined
    await t.pass(61)
    assert.deepEqual(await t.types(), ['CrmAccountShut', 'CrmAccountReopened'])
    await t.pass(200)
    const mails = await t.mails()
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['The gateway cannot use the CRM', 'The gateway can use the CRM again'],
    )
    assert.match(mails[0]?.text ?? '', /^Error Message: the refresh token was revoked$/m)
    assert.equal(t.mailsTold(), 2)
    await end()
    await t.store.close()
  })

  it('makes no call while it is open, and one a minute while it is shut', async () => {
    const t = await setUp()
    const end = t.watch()
    await t.pass(120)
    assert.equal(t.account.probes, 0)
    t.account.reason = 'credits'
    await t.pass(181)
    assert.ok(t.account.probes >= 3 && t.account.probes <= 4, `${t.account.probes} probes`)
    await end()
    await t.store.close()
  })

  it('makes the tries that are due while no call is let in, and reports it once', async () => {
    const t = await setUp()
    const end = t.watch()
    const lockOut = { reason: 'no token', tryInMs: 3_000, overInMs: 3_000 }
    t.account.lockOut = lockOut
    await t.pass(3)
    assert.equal(t.account.tries, 0)
    t.account.lockOut = { ...lockOut, tryInMs: 0 }
    await t.pass(3)
    assert.ok(t.account.tries >= 3, `${t.account.tries} tries`)
    t.account.lockOut = undefined
    await t.pass(3)
    assert.deepEqual(t.logLines, ['the CRM lets no call in', 'the CRM lets calls in again'])
    assert.equal(t.account.probes, 0)
    await end()
    await t.store.close()
  })

  it('records nothing again after a restart', async () => {
    const t = await setUp()
    t.account.reason = 'revoked'
    const end = t.watch()
    await t.pass(3)
    await end()
    const endAgain = t.watch()
    await t.pass(3)
    assert.deepEqual(await t.types(), ['CrmAccountShut'])
    t.account.reason = undefined
    await t.pass(61)
    assert.deepEqual(await t.types(), ['CrmAccountShut', 'CrmAccountReopened'])
    await endAgain()
    await t.store.close()
  })
})
