// The part of COQL, Zoho's query language, that the gateway and Zoho's SDK test send.
import type { Answer } from '../wire/answers.ts'
import { CoqlError, syntaxErrorAt } from './coql-error.ts'
import { type Quoting, type Token, tokenize } from './coql-tokens.ts'

export type Criterion =
  | { readonly type: 'oneOf'; readonly column: string; readonly values: readonly string[] }
  | { readonly type: 'notNull'; readonly column: string }
  | { readonly type: 'above'; readonly column: string; readonly value: string }

export type Query = {
  readonly columns: readonly string[]
  readonly module: string
  /** A record has to fit all of them. */
  readonly where: readonly Criterion[]
  readonly orderBy: { readonly column: string; readonly descending: boolean } | undefined
  /** Rows that come back at most. */
  readonly limit: number
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly answer: Answer }

// Zoho's limits.
const COLUMNS_MAX = 50
const IN_VALUES_MAX = 50
const ROWS_MAX = 2_000
const ROWS_DEFAULT = 200

type Cursor = { readonly query: string; readonly tokens: readonly Token[]; next: number }

/**
 * Reads a query of this shape. Everything else that Zoho knows is a syntax error here.
 *
 *     select a, b.c from M where x = 'v' and y in ('v','w') and id > 'v' and z is not null
 *     [order by f [desc]] [limit n]
 */
export function parseCoql(query: string, quoting: Quoting = 'both'): ParsedQuery {
  try {
    return { ok: true, query: readQuery({ query, tokens: tokenize(query, quoting), next: 0 }) }
  } catch (error) {
    if (error instanceof CoqlError) return { ok: false, answer: error.answer }
    throw error
  }
}

function readQuery(cursor: Cursor): Query {
  expectWord(cursor, 'select')
  const columns = readList(cursor, COLUMNS_MAX, 'select columns', 'word')
  expectWord(cursor, 'from')
  const module = expect(cursor, 'word')
  if (peek(cursor).kind === 'end') {
    throw new CoqlError('SYNTAX_ERROR', 'missing clause', { clause: 'where' })
  }
  expectWord(cursor, 'where')
  const where = [readCriterion(cursor)]
  while (takeWord(cursor, 'and')) where.push(readCriterion(cursor))
  const orderBy = readOrder(cursor)
  const limit = takeWord(cursor, 'limit') ? Number(expect(cursor, 'number')) : ROWS_DEFAULT
  limited('limit', limit, ROWS_MAX)
  if (peek(cursor).kind !== 'end') throw unexpected(cursor)
  return { columns, module, where, orderBy, limit }
}

function readCriterion(cursor: Cursor): Criterion {
  const column = expect(cursor, 'word')
  if (takeWord(cursor, 'in')) {
    expectSymbol(cursor, '(')
    const values = readList(cursor, IN_VALUES_MAX, 'in values', 'string')
    expectSymbol(cursor, ')')
    return { type: 'oneOf', column, values }
  }
  if (takeWord(cursor, 'is')) {
    expectWord(cursor, 'not')
    expectWord(cursor, 'null')
    return { type: 'notNull', column }
  }
  if (takeSymbol(cursor, '>')) return { type: 'above', column, value: expect(cursor, 'string') }
  expectSymbol(cursor, '=')
  return { type: 'oneOf', column, values: [expect(cursor, 'string')] }
}

function readOrder(cursor: Cursor): Query['orderBy'] {
  if (!takeWord(cursor, 'order')) return undefined
  expectWord(cursor, 'by')
  return { column: expect(cursor, 'word'), descending: takeWord(cursor, 'desc') }
}

function readList(
  cursor: Cursor,
  max: number,
  what: string,
  kind: Token['kind'],
): readonly string[] {
  const items = [expect(cursor, kind)]
  while (takeSymbol(cursor, ',')) items.push(expect(cursor, kind))
  limited(what, items.length, max)
  return items
}

function limited(what: string, count: number, max: number): void {
  if (count <= max) return
  throw new CoqlError('LIMIT_EXCEEDED', `${what}: over the limit`, { limit: String(max) })
}

function peek(cursor: Cursor): Token {
  const token = cursor.tokens[cursor.next]
  // The last token is `end`, and nothing steps over it.
  if (token === undefined) throw new Error('coql: read past the end')
  return token
}

function unexpected(cursor: Cursor): CoqlError {
  return syntaxErrorAt(cursor.query, peek(cursor).at)
}

function expect(cursor: Cursor, kind: Token['kind']): string {
  const token = peek(cursor)
  if (token.kind !== kind) throw unexpected(cursor)
  cursor.next += 1
  return token.text
}

function take(cursor: Cursor, kind: Token['kind'], text: string): boolean {
  const token = peek(cursor)
  if (token.kind !== kind || token.text !== text) return false
  cursor.next += 1
  return true
}

const takeWord = (cursor: Cursor, word: string) => take(cursor, 'word', word)
const takeSymbol = (cursor: Cursor, symbol: string) => take(cursor, 'symbol', symbol)

function expectWord(cursor: Cursor, word: string): void {
  if (!takeWord(cursor, word)) throw unexpected(cursor)
}

function expectSymbol(cursor: Cursor, symbol: string): void {
  if (!takeSymbol(cursor, symbol)) throw unexpected(cursor)
}
