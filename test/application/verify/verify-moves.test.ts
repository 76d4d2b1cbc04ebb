import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EventRecord, GATEWAY, toRecord } from '../../../src/application/log/event-record.ts'
import type { ServiceEvent } from '../../../src/application/log/service-events.ts'
import { type LogBefore, makeMovesCheck } from '../../../src/application/verify/verify-moves.ts'
import { base64Of } from '../../../src/domain/log/hash.ts'
import { now } from '../../support/examples/sale-examples.ts'

const root = new Uint8Array(32).fill(7)
const before: LogBefore = { size: 6, root }
const end = { size: 6, root: base64Of(root) }
const moved: ServiceEvent = { type: 'LogMoved', at: now, data: { to: 'postgres://b:1/g', ...end } }
const arrived: ServiceEvent = {
  type: 'LogArrived',
  at: now,
  data: { from: 'sqlite:/a.db', ...end, size: 7 },
}
const other: ServiceEvent = { type: 'CrmAccountReopened', at: now, data: {} }

/** What is found in events from position 7 on, each after a log of its own size and of one root. */
function findingsIn(...events: readonly ServiceEvent[]): readonly string[] {
  const findings: string[] = []
  const check = makeMovesCheck((place, text) => findings.push(`${place}: ${text}`))
  for (const [index, event] of events.entries()) {
    check.take(recordOf(event, 7 + index), { ...before, size: 6 + index })
  }
  return findings
}

function recordOf(event: ServiceEvent, position: number): EventRecord {
  const place = { position, saleId: null, sequence: null, prev: null }
  return toRecord(event, { ...place, actor: GATEWAY })
}

describe('The moves of a log', () => {
  it('are told with both places, the size and the root', () => {
    const check = makeMovesCheck(() => assert.fail())
    check.take(recordOf(moved, 7), before)
    check.take(recordOf(arrived, 8), { size: 7, root })
    check.take(recordOf(other, 9), undefined)
    assert.deepEqual(
      check.moves().map(({ type, position }) => [type, position]),
      [
        ['LogMoved', 7],
        ['LogArrived', 8],
      ],
    )
    assert.match(
      check.moves()[0]?.text ?? '',
      /^moved to postgres:\/\/b:1\/g at 2\S+ by .*with 6 events/,
    )
  })

  it('may be given up for another one, before the log arrives', () => {
    const again: ServiceEvent = { ...moved, data: { ...moved.data, size: 7 } }
    assert.deepEqual(findingsIn(moved, again), [])
  })

  const WRONG: readonly (readonly [string, readonly ServiceEvent[], string])[] = [
    ['what was added after one', [moved, other], 'position 8: it was added after the log was'],
    ['an arrival without one', [other, arrived], 'position 8: the log was not moved before it'],
    ['one of another size', [other, moved], 'position 8: it names another log than the one'],
    [
      'one of another root',
      [{ ...moved, data: { ...moved.data, root: 'AA==' } }],
      'position 7: it names another log than the one',
    ],
  ]
  for (const [what, events, finding] of WRONG) {
    it(`are compared with the log: ${what} is found`, () => {
      const findings = findingsIn(...events)
      assert.equal(findings.length, 1)
      assert.ok(findings[0]?.startsWith(finding), findings[0])
    })
  }
})
