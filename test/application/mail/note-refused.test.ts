import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import { makeNoteRefused } from '../../../src/application/mail/note-refused.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'

const DOWN = new AppError('unavailable', 'mail: not accepted by the server', {
  cause: new Error('ESOCKET: connect ECONNREFUSED 127.0.0.1:25'),
})

function setUp() {
  const clock = new ManualClock()
  const lines: (readonly [Readonly<Record<string, unknown>>, string])[] = []
  const logger = {
    warn: (fields: Readonly<Record<string, unknown>>, message: string) =>
      void lines.push([fields, message]),
  }
  return { clock, lines, noteRefused: makeNoteRefused({ clock, logger }) }
}

describe('A mail server that is down', () => {
  it('has one line a minute, with its reason, a count and no stack', () => {
    const { clock, lines, noteRefused } = setUp()
    for (let tries = 0; tries < 360; tries += 1) {
      noteRefused({ saleId: `sale ${tries}` }, DOWN)
      clock.advance(500)
    }
    const reason = 'mail: not accepted by the server: ESOCKET: connect ECONNREFUSED 127.0.0.1:25'
    assert.deepEqual(lines, [
      [{ saleId: 'sale 0', attempts: 1, reason }, 'mail not accepted'],
      [{ saleId: 'sale 120', attempts: 120, reason }, 'mail not accepted'],
      [{ saleId: 'sale 240', attempts: 120, reason }, 'mail not accepted'],
    ])
  })

  it('has its line a minute after the last, wherever the clock is set meanwhile', () => {
    const { clock, lines, noteRefused } = setUp()
    noteRefused({}, DOWN)
    clock.jump(3_600_000)
    noteRefused({}, DOWN)
    clock.advance(60_000)
    noteRefused({}, new AppError('unavailable', 'mail: not written to its file'))
    clock.jump(-7_200_000)
    clock.advance(60_000)
    noteRefused({}, DOWN)
    assert.deepEqual(
      lines.map(([{ attempts }]) => attempts),
      [1, 2, 1],
    )
    assert.equal(lines[1]?.[0]['reason'], 'mail: not written to its file')
  })
})
