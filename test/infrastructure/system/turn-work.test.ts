import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { makeTurnWork } from '../../../src/infrastructure/system/turn-work.ts'

describe('The work of a turn', () => {
  it('is counted from the first time that it is asked for, and anew in the next turn', () => {
    const ends: (() => void)[] = []
    let worked = 5_000
    const turnWorkMs = makeTurnWork(
      () => worked,
      (end) => void ends.push(end),
    )
    assert.equal(turnWorkMs(), 0)
    worked += 80
    assert.equal(turnWorkMs(), 80)
    worked += 40
    assert.equal(turnWorkMs(), 120)
    assert.equal(ends.length, 1)
    ends[0]?.()
    worked += 500
    assert.equal(turnWorkMs(), 0)
    worked += 1
    assert.equal(turnWorkMs(), 1)
    assert.equal(ends.length, 2)
  })

  it('is the time of the processor: a wait is none of it, and what is computed is', async () => {
    const turnWorkMs = makeTurnWork()
    assert.equal(turnWorkMs(), 0)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    const waited = turnWorkMs()
    assert.ok(waited < 300, `${waited} ms`)
    let lengths = 0
    // Far more passes than it takes: the clock of the processor ends it.
    for (let i = 0; i < 100_000 && turnWorkMs() - waited < 50; i += 1) {
      lengths += JSON.stringify(Array.from({ length: 100 }, String)).length
    }
    assert.ok(lengths > 0 && turnWorkMs() - waited >= 50)
    await nextTurn()
    await nextTurn()
    assert.equal(turnWorkMs(), 0)
  })
})
