import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeTurnWork } from '../../../src/infrastructure/system/turn-work.ts'
import { run } from '../../support/gateway/run-gateway.ts'

/** A process of its own: on Deno all test files share one, and its time has theirs in it. */
const ALONE = fileURLToPath(new URL('./turn-work-alone.ts', import.meta.url))

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
    const { file, args } = gatewayCommand([], ALONE)
    const { stdout, stderr } = await run(file, args)
    assert.match(stdout, /^\{/, stderr)
    const { first, waited, computed, next } = JSON.parse(stdout)
    assert.equal(first, 0)
    assert.ok(waited < 300, `${waited} ms`)
    assert.ok(computed >= 50, `${computed} ms`)
    assert.equal(next, 0)
  })
})
