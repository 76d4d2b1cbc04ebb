import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alignedColumns } from '../../../src/infrastructure/cli/terminal/aligned-columns.ts'

describe('A table', () => {
  it('lets its last column go on in the next line where the terminal ends', () => {
    const rows = [
      ['one', 'red green blue'],
      ['a longer name', 'x'.repeat(20)],
    ]
    assert.deepEqual(alignedColumns(['NAME', 'VALUE'], rows, 15 + 16), [
      'NAME           VALUE',
      'one            red green blue',
      `a longer name  ${'x'.repeat(16)}`,
      `               ${'x'.repeat(4)}`,
    ])
  })

  it('is as wide as it needs to be where no terminal ends it', () => {
    const wide = 'word '.repeat(100).trim()
    assert.deepEqual(alignedColumns(['A', 'B'], [['1', wide]]), ['A  B', `1  ${wide}`])
  })
})
