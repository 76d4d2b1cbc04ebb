import assert from 'node:assert/strict'
import type { EventRecord, UnreadableRecord } from '../../../src/application/log/event-record.ts'

/** The lines of a log, of which each can be read. */
export function readable(
  lines: readonly (EventRecord | UnreadableRecord)[],
): readonly EventRecord[] {
  return lines.map((line) => {
    assert.ok(!('unreadable' in line), `event ${line.position} cannot be read`)
    return line
  })
}
