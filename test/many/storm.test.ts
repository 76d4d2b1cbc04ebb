import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countOf, firstSeed } from '../support/counts.ts'
import { storm, told } from './storm/storm.ts'

describe('Several gateways over one PostgreSQL, killed, stopped, cut off and restarted', () => {
  it('leave every sale whole or nothing of it, and tell every caller the truth', async (t) => {
    const report = await storm({
      gateways: countOf('FLEET'),
      sales: countOf('STORM_SALES'),
      callers: 64,
      killEveryMs: 2_000,
      stoppedMs: countOf('STORM_STOPPED_MS'),
      restarts: countOf('STORM_RESTARTS'),
      seed: firstSeed(),
    })
    t.diagnostic(told(report))
    assert.ok(report.sales >= countOf('STORM_SALES'), `only ${report.sales} sales`)
    assert.equal(report.inFlight.over, 0, 'more calls were in flight than may be')
    // A renewal that its gateway did not live to store is made again.
    assert.ok(
      report.refreshes <= report.expiries + 1 + report.kills,
      `${report.refreshes} renewals`,
    )
  })
})
