import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { literal } from '../../../../src/adapters/zoho/call/coql.ts'
import { contactByEmailQuery } from '../../../../src/adapters/zoho/records/contact-records.ts'

/** Where a literal ends, for a reader of doubled quotes and for one of backslashes. */
function endsOfLiteral(text: string): readonly [doubling: number, escaping: number] {
  let doubling = 1
  while (doubling < text.length && !(text[doubling] === "'" && text[doubling + 1] !== "'")) {
    doubling += text[doubling] === "'" ? 2 : 1
  }
  let escaping = 1
  while (escaping < text.length && text[escaping] !== "'")
    escaping += text[escaping] === '\\' ? 2 : 1
  return [doubling, escaping]
}

const ATTACKS = [
  "x' or Email != '",
  "x\\' or Email != \\'",
  "x\\\\' or 1 = 1 --",
  "'",
  "''",
  '\\',
  "\\'",
  "o'brien@example.com",
] as const

describe('A COQL literal', () => {
  for (const text of ATTACKS) {
    it(`keeps ${JSON.stringify(text)} inside, or makes the query invalid, for both readers`, () => {
      const query = literal(text)
      const [doubling, escaping] = endsOfLiteral(query)
      assert.equal(
        doubling,
        query.length - 1,
        'a reader that doubles quotes sees the end too early',
      )
      // For a reader of backslashes only, the literal ends at a quote of the text. A second quote
      // follows, and two literals side by side are no query.
      if (escaping !== query.length - 1) assert.equal(query[escaping + 1], "'")
    })
  }

  it('is asked for in both spellings where an address has capital letters', () => {
    assert.match(
      contactByEmailQuery('Ada@Example.com'),
      /Email in \('Ada@Example.com', 'ada@example.com'\)/,
    )
    assert.match(contactByEmailQuery('ada@example.com'), /Email = 'ada@example.com'/)
  })
})
