import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeBreaker } from '../../../../src/adapters/zoho/limits/breaker.ts'
import { makeCallStatistics } from '../../../../src/adapters/zoho/limits/call-statistics.ts'
import { makeLimiter } from '../../../../src/adapters/zoho/limits/limiter.ts'
import { makeZohoAdmission } from '../../../../src/adapters/zoho/limits/zoho-admission.ts'
import { makeCheckedAdmission } from '../../../../src/application/crm/checked-admission.ts'
import type { CrmLockOut } from '../../../../src/application/crm/crm-account.port.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'

function setUp(shut?: string, lockOut?: CrmLockOut) {
  const clock = new ManualClock()
  const breaker = makeBreaker(clock)
  const limiter = makeLimiter({ clock, random: { fraction: () => 0 }, maxConcurrency: 8 })
  const statistics = makeCallStatistics({ clock, breaker })
  const deps = {
    breaker,
    limiter,
    statistics,
    answerWithinMs: 30_000,
    shut: () => shut,
    lockOut: () => lockOut,
  }
  return { clock, statistics, admission: makeZohoAdmission(deps) }
}

describe('A new sale', () => {
  it('is let in while nothing is known to be wrong', () => {
    const { admission } = setUp()
    assert.equal(admission.reserveSale(0).admitted, true)
    assert.deepEqual(admission.lookUp(), { admitted: true })
  })

  // Milliseconds of a call, sales before it (3 calls of each, 8 at once), whether it can be in time.
  const QUEUES = [
    [300, 100, true],
    [300, 250, true],
    [300, 260, false],
    [1_000, 60, true],
    [1_000, 80, false],
    [8_000, 1, false],
    // There is a place for each call of eight sales, so that none is waited for.
    [7_500, 7, true],
    [7_500, 8, false],
    // With nothing before it a sale is let in, however slow the last calls were.
    [8_000, 0, true],
  ] as const
  for (const [callMs, ahead, inTime] of QUEUES) {
    it(`${inTime ? 'is let in' : 'is turned away'} behind ${ahead} sales at ${callMs} ms a call`, () => {
      const { admission, statistics } = setUp()
      statistics.record('answered', callMs)
      const entry = admission.reserveSale(ahead)
      assert.equal(entry.admitted, inTime)
      if (!entry.admitted) assert.ok(entry.retryAfterMs > 0)
    })
  }

  it('is let in again when no call was made for a while', () => {
    const { admission, statistics, clock } = setUp()
    // Eight calls that time out, or a process that stood still for a minute, are enough.
    for (let i = 0; i < 8; i += 1) statistics.record('silent', 15_000)
    assert.equal(admission.reserveSale(1).admitted, false)
    clock.advance(19_999)
    assert.equal(admission.reserveSale(1).admitted, false)
    clock.advance(1)
    assert.equal(admission.reserveSale(1).admitted, true)
    statistics.record('answered', 300)
    assert.equal(admission.reserveSale(100).admitted, true)
  })

  it('still waits behind others after a pause, in a CRM that was slow before it', () => {
    const { admission, statistics, clock } = setUp()
    statistics.record('answered', 600)
    clock.advance(60_000)
    assert.equal(admission.reserveSale(120).admitted, true)
    assert.equal(admission.reserveSale(130).admitted, false)
  })

  it('is turned away with a look-up while Zoho does not answer; one sale is the probe', () => {
    const { admission, statistics, clock } = setUp()
    for (let i = 0; i < 10; i += 1) statistics.record('silent', 1)
    assert.equal(admission.reserveSale(0).admitted, false)
    assert.equal(admission.lookUp().admitted, false)
    clock.advance(2_000)
    assert.equal(admission.reserveSale(0).admitted, true)
    assert.equal(admission.reserveSale(0).admitted, false)
    statistics.record('answered', 1)
    assert.equal(admission.reserveSale(0).admitted, true)
  })

  it('that gives its place back leaves the probe to the next, and only once', () => {
    const { admission, statistics, clock } = setUp()
    for (let i = 0; i < 10; i += 1) statistics.record('silent', 1)
    clock.advance(2_000)
    const first = admission.reserveSale(0)
    assert.ok(first.admitted)
    first.release()
    assert.equal(admission.reserveSale(0).admitted, true)
    first.release()
    assert.equal(admission.reserveSale(0).admitted, false)
  })

  // Milliseconds to the next try, and after which a token may be had; whether the sale is let in.
  const LOCK_OUTS = [
    [1_000, 1_000, true],
    [29_000, 29_000, true],
    [31_000, 31_000, false],
    [2_000, Number.POSITIVE_INFINITY, false],
  ] as const
  for (const [tryInMs, overInMs, isLetIn] of LOCK_OUTS) {
    it(`is ${isLetIn ? 'let in' : 'turned away'} when a token may be had in ${overInMs} ms`, () => {
      const reason = 'Zoho accounts is not reached'
      const { admission } = setUp(undefined, { reason, tryInMs, overInMs })
      const entry = admission.reserveSale(0)
      assert.equal(entry.admitted, isLetIn)
      if (!entry.admitted) assert.deepEqual([entry.reason, entry.retryAfterMs], [reason, tryInMs])
      assert.equal(admission.closed(), isLetIn ? undefined : reason)
    })
  }

  it('is turned away with the cause: why the last call had no answer', () => {
    const { admission, statistics } = setUp()
    for (let i = 0; i < 10; i += 1) statistics.record('silent', 1, 'no answer in time')
    for (const entry of [admission.reserveSale(0), admission.lookUp()]) {
      assert.equal(entry.admitted ? '' : entry.reason, 'the CRM does not answer: no answer in time')
    }
  })

  it('has another probe beside it when a call of the probe was not made for want of a token', () => {
    const { admission, statistics, clock } = setUp()
    for (let i = 0; i < 10; i += 1) statistics.record('silent', 1)
    clock.advance(2_000)
    assert.equal(admission.reserveSale(0).admitted, true)
    assert.equal(admission.reserveSale(0).admitted, false)
    statistics.recordNoToken()
    assert.equal(admission.reserveSale(0).admitted, true)
  })

  it('is turned away while the account is shut', () => {
    const { admission } = setUp('the refresh token was revoked')
    assert.equal(admission.reserveSale(0).admitted, false)
    assert.equal(admission.lookUp().admitted, true)
    assert.equal(admission.closed(), 'the refresh token was revoked')
  })

  it('is turned away until the check of the CRM has passed; look-ups are not', () => {
    let unfit: string | undefined = 'not checked yet'
    const admission = makeCheckedAdmission(setUp().admission, {
      unfit: () => unfit,
      shut: () => undefined,
    })
    assert.equal(admission.reserveSale(0).admitted, false)
    assert.equal(admission.lookUp().admitted, true)
    assert.equal(admission.closed(), 'not checked yet')
    unfit = undefined
    assert.equal(admission.reserveSale(0).admitted, true)
    assert.equal(admission.closed(), undefined)
  })
})

describe('The day’s credits', () => {
  it('are taken for gone after two minutes of nothing but 429', () => {
    const { statistics, clock } = setUp()
    statistics.record('throttled', 1)
    clock.advance(119_999)
    statistics.record('throttled', 1)
    assert.equal(statistics.creditsGone(), false)
    clock.advance(1)
    statistics.record('throttled', 1)
    assert.equal(statistics.creditsGone(), true)
    statistics.record('answered', 1)
    assert.equal(statistics.creditsGone(), false)
  })

  it('are not taken for gone after one 429 and minutes without a call', () => {
    const { statistics, clock } = setUp()
    statistics.record('throttled', 1)
    clock.advance(600_000)
    assert.equal(statistics.creditsGone(), false)
  })
})
