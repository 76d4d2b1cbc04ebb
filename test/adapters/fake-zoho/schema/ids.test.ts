import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareIds, isId, makeIds } from '../../../../src/adapters/fake-zoho/schema/ids.ts'
import { NOW_MS } from '../support.ts'

describe('Ids', () => {
  it('are 19 digits that rise and fit into 64 bits', () => {
    const nextId = makeIds(NOW_MS)
    const [first, second] = [nextId(), nextId()]
    assert.match(first, /^\d{19}$/)
    assert.ok(compareIds(first, second) < 0)
    assert.ok(BigInt(first) < 2n ** 63n)
  })

  it('do not recur after a restart one millisecond later', () => {
    const before = makeIds(NOW_MS)
    let last = ''
    for (let count = 0; count < 1_000; count += 1) last = before()
    assert.ok(compareIds(last, makeIds(NOW_MS + 1)()) < 0)
  })

  it('keep their length when the clock stands at zero', () => {
    assert.equal(makeIds(0)().length, 19)
  })

  it('are compared as numbers', () => {
    assert.deepEqual(['10', '9', '2', '9'].sort(compareIds), ['2', '9', '9', '10'])
  })

  it('are digits only, and not too many', () => {
    assert.deepEqual(['1', '1'.repeat(19), '1'.repeat(20), '', 'a1', '1 '].map(isId), [
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
