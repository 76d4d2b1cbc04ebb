import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { median, percentile, ratio } from '../../bench/base/arithmetic.ts'
import { usedBy } from '../../bench/measure/loaded.ts'
import { addedInFloors } from '../../bench/measure/overhead.ts'
import { callsIn } from '../../bench/measure/syncs.ts'

describe('The arithmetic of the benchmarks', () => {
  it('takes the middle one of an odd count, and the mean of two of an even count', () => {
    assert.equal(median([9, 1, 5]), 5)
    assert.equal(median([10, 2, 4, 8]), 6)
    assert.equal(median([7]), 7)
    assert.ok(Number.isNaN(median([])))
  })

  it('takes the least value that so many percent do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    assert.equal(percentile(hundred, 50), 50)
    assert.equal(percentile(hundred, 99), 99)
    assert.equal(percentile([3, 1, 2], 99), 3)
    assert.equal(percentile([3, 1, 2], 0), 1)
    assert.ok(Number.isNaN(percentile([], 50)))
  })

  it('has no ratio where one of the two was not measured', () => {
    assert.equal(ratio(3, 2), 1.5)
    assert.ok(Number.isNaN(ratio(undefined, 2)))
    assert.ok(Number.isNaN(ratio(3, undefined)))
    assert.ok(Number.isNaN(ratio(3, 0)))
  })

  it('divides what was used in a span by the sales of the span', () => {
    const before = { cpuMs: 100, writtenBytes: 1_000_000, pssBytes: 0, rssBytes: 0 }
    const after = { cpuMs: 300, writtenBytes: 9_000_000, pssBytes: 5_000_000, rssBytes: 8_000_000 }
    const result = { all: 700, sales: 400, failed: 2, spanMs: 2_000, p50: 3, p99: 9 }
    assert.deepEqual(usedBy(result, before, after), {
      sales: 700,
      salesPerSecond: 200,
      failed: 2,
      p50: 3,
      p99: 9,
      cpuMs: 0.5,
      writtenKb: 20,
      pssMb: 5,
      rssMb: 8,
    })
  })

  it('divides nothing by no sale', () => {
    const usage = { cpuMs: 100, writtenBytes: 0, pssBytes: 0, rssBytes: 0 }
    const none = { all: 0, sales: 0, failed: 2, spanMs: 2_000, p50: Number.NaN, p99: Number.NaN }
    assert.throws(() => usedBy(none, usage, usage), /no sale was made in 2000 ms/)
  })

  it('counts the time that is added in sales of the floor', () => {
    assert.equal(addedInFloors({ callers: 1, oursP50: 206, bareP50: 201, floorP50: 2.5 }), 2)
  })

  it('adds up the syncs that strace counted, with errors or without', () => {
    const summary = [
      '% time     seconds  usecs/call     calls    errors syscall',
      '------ ----------- ----------- --------- --------- ----------------',
      ' 90.10    0.004153          34       120           fdatasync',
      '  9.90    0.000456          57         8         1 fsync',
      '------ ----------- ----------- --------- --------- ----------------',
      '100.00    0.004609          36       128         1 total',
    ]
    assert.equal(callsIn(summary.join('\n')), 128)
    assert.equal(callsIn(''), 0)
  })
})
