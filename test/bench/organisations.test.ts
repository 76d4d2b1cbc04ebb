import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { organisationsNeeded, p99Ms, placesNeeded } from '../../bench/organisations.ts'

/** Rows of docs/scaling.md: median of a call in ms, places, organisations, sales a minute in each. */
const ROWS = [
  ...readFileSync('docs/scaling.md', 'utf8').matchAll(
    /^\| (\d+) ms \| (\d+) \| (\d+) \| (\d+) \|$/gm,
  ),
].map(([, ...cells]) => cells.map(Number))

const SALES_A_MINUTE = 10_000

describe('The organisations that a load needs', () => {
  it('are as the document says', () => {
    assert.equal(ROWS.length, 12)
    const played = ROWS.map(([callMs = 0, places = 0]) => {
      const count = organisationsNeeded({ salesAMinute: SALES_A_MINUTE, places, callMs })
      return [callMs, places, count, Math.floor(SALES_A_MINUTE / count)]
    })
    assert.deepEqual(played, ROWS)
  })

  it('are no more than needed: with one less, the slowest of a hundred sales waits for too long', () => {
    const load = { salesAMinute: SALES_A_MINUTE, places: 10, callMs: 400 }
    const needed = organisationsNeeded(load)
    assert.ok(p99Ms(load, needed) <= 15_000)
    assert.ok(p99Ms(load, needed - 1) > 15_000)
  })

  it('have a sale of four calls in a row, and nothing more, where there is room', () => {
    const load = { salesAMinute: 60, places: 25, callMs: 100 }
    const alone = p99Ms(load, 60)
    assert.ok(alone > 400 && alone < 1_600, String(alone))
    const taken = placesNeeded(load)
    assert.ok(taken > 0.5 && taken < 0.7, String(taken))
  })

  it('are the same in each run', () => {
    const load = { salesAMinute: 600, places: 10, callMs: 400 }
    assert.equal(p99Ms(load, 3), p99Ms(load, 3))
  })
})
