import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CsvCell, csvLine } from '../../../src/application/evidence/csv.ts'

describe('A line of CSV', () => {
  // The cell, and how it is written.
  const CELLS: readonly (readonly [CsvCell, string])[] = [
    ['web-shop', 'web-shop'],
    ['', ''],
    [null, ''],
    [0, '0'],
    [-5, '-5'],
    ['a,b', '"a,b"'],
    ['he said "no"', '"he said ""no"""'],
    ['one\ntwo', '"one\ntwo"'],
    ['one\r\ntwo', '"one\r\ntwo"'],
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['1=1', '1=1'],
    ['Gerätemotor', 'Gerätemotor'],
  ]
  for (const [cell, written] of CELLS) {
    it(`writes ${JSON.stringify(cell)} as ${JSON.stringify(written)}`, () => {
      assert.equal(csvLine([cell]), `${written}\r\n`)
    })
  }

  it('has commas between its cells, also the empty ones', () => {
    assert.equal(csvLine(['a', null, 3, '']), 'a,,3,\r\n')
  })
})
