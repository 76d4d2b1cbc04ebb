import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Loaded } from '../../bench/measure/loaded.ts'
import type { Results } from '../../bench/measure/results.ts'
import { apart, barChart, lineChart } from '../../bench/page/chart.ts'
import { chartsOf, pageOf } from '../../bench/page/page.ts'
import { figure, table } from '../../bench/page/table.ts'
import { targetsOf, verdictOf } from '../../bench/page/targets.ts'
import { throughputTable } from '../../bench/page/throughput-table.ts'

const LOADED: Loaded = {
  ...{ sales: 1_000, salesPerSecond: 100, failed: 0, p50: 9, p99: 20 },
  ...{ cpuMs: 0.3, writtenKb: 20, pssMb: 90, rssMb: 150 },
}

const cell = (subject: string, ...perSecond: readonly number[]) => ({
  ...{ subject, crmMs: 0, callers: 64 },
  rounds: perSecond.map((salesPerSecond) => ({ ...LOADED, salesPerSecond })),
})

const RESULTS: Results = {
  machine: {
    date: '2026-11-29',
    commit: 'abc1234',
    hardware: 'two cores',
    loadBefore: 0,
    versions: ['Node 24'],
  },
  rounds: 3,
  spanMs: 3_000,
  throughput: {
    cells: [
      cell('floor-commit', 4_000, 5_000, 6_000),
      cell('ours', 3_000, 2_000, 9_000),
      cell('dbos', 100, 110, 90),
      cell('restate', 300, 310, 290),
    ],
    keptKb: [{ subject: 'ours', crmMs: 0, rounds: [4, 5, 6] }],
    diskSyncs: [3_000, 3_100, 2_900],
    left: [],
  },
}

describe('The page of the benchmarks', () => {
  it('shows numbers with the digits that count', () => {
    const shown = [12_345.6, 999.4, 45.67, 1.234, 0.0456, Number.NaN, undefined].map(figure)
    assert.deepEqual(shown, ['12,346', '999', '45.7', '1.23', '0.046', '–', '–'])
  })

  it('sets a table as wide as its widest cell', () => {
    assert.equal(
      table(['name', 'n'], [['a', '1,000']]),
      ['| name |     n |', '| ---- | ----: |', '| a    | 1,000 |'].join('\n'),
    )
  })

  it('shows the medians of the rounds, and each as a multiple of the floor', () => {
    const rows = throughputTable(RESULTS.throughput ?? assert.fail()).split('\n')
    const ours = rows
      .find((row) => row.startsWith('| ours'))
      ?.split('|')
      .map((text) => text.trim())
    assert.deepEqual(ours?.slice(1, 6), ['ours', '0', '64', '3,000', '0.600'])
    assert.equal(ours?.[10], '5.00')
  })

  it('compares with the best engine, and has no verdict on what was not measured', () => {
    const [engine, floor, one] = targetsOf(RESULTS)
    assert.ok(engine !== undefined && floor !== undefined && one !== undefined)
    assert.match(engine.name, /against the best engine \(restate\)/)
    assert.equal(engine.value, 10)
    assert.equal(verdictOf(engine), 'met')
    assert.equal(floor.value, 0.6)
    assert.equal(verdictOf(one), 'not measured')
  })

  it('meets a target at the target itself, and not beyond it', () => {
    const least = { sense: 'at least', target: 0.5, unit: '×' } as const
    assert.equal(verdictOf({ ...least, value: 0.5 }), 'met')
    assert.equal(verdictOf({ ...least, value: 0.49 }), 'not met')
    const most = { sense: 'at most', target: 2, unit: '×' } as const
    assert.equal(verdictOf({ ...most, value: 2 }), 'met')
    assert.equal(verdictOf({ ...most, value: 2.01 }), 'not met')
  })

  it('has a row for each target, whatever was measured, and names only charts that are made', () => {
    const page = pageOf(RESULTS)
    for (const { name } of targetsOf(RESULTS)) assert.ok(page.includes(name), name)
    const named = [...page.matchAll(/\(images\/([^)]+)\)/g)].map(([, file]) => file)
    assert.deepEqual(named.toSorted(), Object.keys(chartsOf(RESULTS)).toSorted())
    assert.doesNotMatch(page, /NaN|undefined|Infinity/)
  })

  it('draws charts without a number that is none', () => {
    const line = lineChart(
      'Lines',
      ['1', '64'],
      [
        { name: 'a < b', kind: 'ours', values: [12, 1_500] },
        { name: 'half', kind: 'floor', values: [Number.NaN, 80] },
      ],
    )
    const bars = barChart('Bars', 'ms', [
      { name: 'a', kind: 'engine', value: 8 },
      { name: 'gone', kind: 'engine', value: Number.NaN },
    ])
    for (const svg of [line, bars, ...Object.values(chartsOf(RESULTS))]) {
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/)
      assert.match(svg, /^<svg [^>]*viewBox/)
    }
    assert.ok(line.includes('a &lt; b'))
    assert.ok(!bars.includes('gone'))
  })

  it('moves names apart that would lie on one another, in their order', () => {
    assert.deepEqual(apart([100, 102, 50], 16), [100, 116, 50])
  })
})
