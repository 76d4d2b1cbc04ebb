import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { foldedLine } from '../../../src/infrastructure/cli/terminal/folded.ts'

describe('A long line on a terminal', () => {
  // The line, how far the next ones are indented, the width, what is printed.
  const LINES: readonly (readonly [string, number, number, readonly string[]])[] = [
    ['short', 4, 20, ['short']],
    ['ok  one two three four five', 4, 20, ['ok  one two three', '    four five']],
    ['ok  one two three fou five', 4, 20, ['ok  one two three', '    fou five']],
    ['Key  a-key-that-is-longer-than-the-line', 5, 20, ['Key  a-key-that-is-longer-than-the-line']],
    [
      'Key  a-key-that-is-longer-than-the-line and more',
      5,
      20,
      ['Key  a-key-that-is-longer-than-the-line', '     and more'],
    ],
    ['ok  one two three four five', 4, 3, ['ok  one two three', '    four five']],
  ]
  for (const [line, indent, width, printed] of LINES) {
    it(`of ${width} letters: ${JSON.stringify(line)}`, () => {
      assert.deepEqual(foldedLine(line, indent, width), printed)
    })
  }
})
