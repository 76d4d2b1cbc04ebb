import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CrmLockOut } from '../../../src/application/crm/crm-account.port.ts'
import { makeWatchAccount } from '../../../src/application/crm/watch-account.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const MAIL_DOMAIN = 'example.com'

/** The account as one instance has seen it. */
function makeAccount() {
  return {
    reason: undefined as string | undefined,
    lockOut: undefined as CrmLockOut | undefined,
    probes: 0,
    tries: 0,
    /** What a probe changes of what was seen. */
    onProbe: () => {},
  }
}

/** An account that a test shuts and opens, watched over a real database in memory. */
async function setUp() {
  const store = await openStore(':memory:')
  const clock = new ManualClock()
  const account = makeAccount()
  const logLines: string[] = []
  const log = (_: object, line: string) => void logLines.push(line)
  let mailsTold = 0
  const watch = (own = account, isProber?: () => Promise<boolean>) => {
    const stop = new AbortController()
    const watched = makeWatchAccount({
      account: {
        shut: () => own.reason,
        lockOut: () => own.lockOut,
        tryToEnd: async () => {
          own.tries += 1
        },
        probe: async () => {
          own.probes += 1
          own.onProbe()
          return own.reason === undefined
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
      isProber,
    })
    const running = watched.run(stop.signal)
    const end = async () => {
      stop.abort()
      await running
    }
    return Object.assign(end, { shutByOthers: watched.shutByOthers })
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

describe('The watch over the CRM account by two instances', () => {
  /** Two watches over one log, of which one probes for both. */
  async function setUpTwo(prober: 'one' | 'other' = 'one') {
    const t = await setUp()
    const [one, other] = [makeAccount(), makeAccount()]
    const first = t.watch(one, async () => prober === 'one')
    const second = t.watch(other, async () => prober === 'other')
    const end = async () => {
      await Promise.all([first(), second()])
      await t.store.close()
    }
    return { ...t, one, other, first, second, end }
  }

  it('records once what both find at one moment, and mails it once', async () => {
    const t = await setUpTwo()
    t.one.reason = t.other.reason = 'revoked'
    await t.pass(30)
    assert.deepEqual(await t.types(), ['CrmAccountShut'])
    assert.equal((await t.mails()).length, 1)
    assert.equal(t.logLines.filter((line) => line === 'the CRM account is shut').length, 1)
    await t.end()
  })

  it('shuts it for the other, too, and opens it for the other', async () => {
    const t = await setUpTwo('other')
    t.other.reason = 'credits'
    await t.pass(3)
    assert.equal(t.first.shutByOthers(), 'credits')
    t.other.onProbe = () => {
      t.other.reason = undefined
    }
    await t.pass(62)
    assert.deepEqual(await t.types(), ['CrmAccountShut', 'CrmAccountReopened'])
    assert.deepEqual([t.first.shutByOthers(), t.second.shutByOthers()], [undefined, undefined])
    await t.end()
  })

  it('probes by one of them, and once by the other when the account is open again', async () => {
    const t = await setUpTwo()
    t.one.reason = t.other.reason = 'revoked'
    await t.pass(200)
    assert.ok(t.one.probes >= 3 && t.one.probes <= 4, `${t.one.probes} probes`)
    assert.equal(t.other.probes, 0)
    t.one.onProbe = () => {
      t.one.reason = undefined
    }
    t.other.onProbe = () => {
      t.other.reason = undefined
    }
    await t.pass(120)
    assert.deepEqual(await t.types(), ['CrmAccountShut', 'CrmAccountReopened'])
    assert.equal(t.other.probes, 1)
    await t.end()
  })

  it('lets no instance that alone has trouble shut it for all again, for ten minutes', async () => {
    const t = await setUpTwo()
    t.other.reason = 'the secret of this machine is wrong'
    await t.pass(595)
    assert.deepEqual(await t.types(), ['CrmAccountShut', 'CrmAccountReopened'])
    assert.equal(t.first.shutByOthers(), undefined)
    assert.ok(t.other.probes >= 9, `${t.other.probes} probes`)
    await t.pass(10)
    assert.deepEqual((await t.types()).slice(2), ['CrmAccountShut', 'CrmAccountReopened'])
    await t.end()
  })
})
