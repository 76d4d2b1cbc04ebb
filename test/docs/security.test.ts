// Holds the page about security to the tests that it names.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

type Named = { readonly file: string; readonly name: string }

/** The tests that a cell names: a file between backticks, then its tests between quotes. */
function namedIn(cell: string): readonly Named[] {
  return [...cell.matchAll(/`(test\/[^`]+)`((?: "[^"]+",?)+)/g)].flatMap(([, file = '', names]) =>
    [...String(names).matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ file, name })),
  )
}

/** Whether the file has an `it` with this name. `…` stands for what a template fills in. */
function isThere({ file, name }: Named): boolean {
  if (!existsSync(file)) return false
  const parts = name.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const filled = parts.join('\\$\\{[^`]*\\}')
  return new RegExp(`\\bit\\(\\s*['"\`]${filled}['"\`]`).test(readFileSync(file, 'utf8'))
}

const ROWS = readFileSync('SECURITY.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| API\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('The page about security', () => {
  it('has a row for each of the ten risks of OWASP', () => {
    const numbers = ROWS.map(([, risk = '']) => risk.split(' ')[0])
    assert.deepEqual(
      numbers,
      Array.from({ length: 10 }, (_, i) => `API${i + 1}`),
    )
  })

  it('names tests for each of them, and every one is there', () => {
    for (const [, risk, , shown = ''] of ROWS) {
      const named = namedIn(shown)
      assert.ok(named.length > 0, risk)
      // What is left, when the named tests are taken away, would be a test that is not looked for.
      assert.equal(named.length, [...shown.matchAll(/"[^"]+"/g)].length, risk)
      assert.deepEqual(
        named.filter((one) => !isThere(one)),
        [],
        risk,
      )
    }
  })

  it('would be found out if it named one that is gone', () => {
    const file = 'test/docs/security.test.ts'
    const cell = `\`${file}\` "names tests for each of them, and every one is there", "is gone"`
    assert.deepEqual(
      namedIn(cell).filter((one) => !isThere(one)),
      [{ file, name: 'is gone' }],
    )
  })
})
