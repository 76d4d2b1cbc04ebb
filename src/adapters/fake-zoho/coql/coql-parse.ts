import type { Answer } from '../wire/answers.ts'
import { CoqlError, syntaxErrorAt } from './coql-error.ts'
import { type Token, tokenize } from './coql-tokens.ts'

export type Criterion =
  | { readonly type: 'every' | 'some'; readonly criteria: readonly Criterion[] }
  | { readonly type: 'match'; readonly column: string; readonly values: readonly string[] }
  | { readonly type: 'empty'; readonly column: string; readonly empty: boolean }
  | { readonly type: 'above'; readonly column: string; readonly value: string }

export type Query = {
  readonly columns: readonly string[]
  readonly module: string
  readonly where: Criterion
  readonly orderBy: { readonly column: string; readonly descending: boolean } | undefined
  readonly offset: number
  readonly limit: number
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly answer: Answer }

const COLUMNS_MAX = 50
const CRITERIA_MAX = 25
const IN_VALUES_MAX = 50
const NESTING_MAX = 25
const ROWS_MAX = 2_000
const ROWS_DEFAULT = 200
const OFFSET_MAX = 100_000

type Cursor = { readonly query: string; readonly tokens: readonly Token[]; next: number }

/**
 * The subset of COQL that this fake speaks:
 *
 *     select a, b.c from M where x = 'v' and (y in ('v','w') or z > 1) and x is not null
 *     [order by f [asc|desc]] [limit n | limit offset, n]
 */
export function parseCoql(query: string): ParsedQuery {
  try {
    return { ok: true, query: readQuery({ query, tokens: tokenize(query), next: 0 }) }
  } catch (error) {
    if (error instanceof CoqlError) return { ok: false, answer: error.answer }
    throw error
  }
}

function readQuery(cursor: Cursor): Query {
  expectWord(cursor, 'select')
  const columns = readList(cursor, COLUMNS_MAX, 'select columns', (at) => expect(at, 'word'))
  expectWord(cursor, 'from')
  const module = expect(cursor, 'word')
  if (!takeWord(cursor, 'where')) {
    if (peek(cursor).kind !== 'end') throw unexpected(cursor)
    throw new CoqlError('SYNTAX_ERROR', 'missing clause', { clause: 'where' })
  }
  const where = readEither(cursor, 0)
  limited('criteria', countMatches(where), CRITERIA_MAX)
  const orderBy = readOrder(cursor)
  const { offset, limit } = readLimit(cursor)
  if (peek(cursor).kind !== 'end') throw unexpected(cursor)
  return { columns, module, where, orderBy, offset, limit }
}

function readEither(cursor: Cursor, depth: number): Criterion {
  const criteria = [readBoth(cursor, depth)]
  while (takeWord(cursor, 'or')) criteria.push(readBoth(cursor, depth))
  return single(criteria) ?? { type: 'some', criteria }
}

function readBoth(cursor: Cursor, depth: number): Criterion {
  const criteria = [readCriterion(cursor, depth)]
  while (takeWord(cursor, 'and')) criteria.push(readCriterion(cursor, depth))
  return single(criteria) ?? { type: 'every', criteria }
}

function readCriterion(cursor: Cursor, depth: number): Criterion {
  limited('nesting', depth, NESTING_MAX)
  if (takeSymbol(cursor, '(')) {
    const inner = readEither(cursor, depth + 1)
    expectSymbol(cursor, ')')
    return inner
  }
  const column = expect(cursor, 'word')
  if (takeWord(cursor, 'in')) {
    expectSymbol(cursor, '(')
    const values = readList(cursor, IN_VALUES_MAX, 'in values', readValue)
    expectSymbol(cursor, ')')
    return { type: 'match', column, values }
  }
  if (takeWord(cursor, 'is')) {
    const empty = !takeWord(cursor, 'not')
    expectWord(cursor, 'null')
    return { type: 'empty', column, empty }
  }
  if (takeSymbol(cursor, '>')) return { type: 'above', column, value: readValue(cursor) }
  expectSymbol(cursor, '=')
  return { type: 'match', column, values: [readValue(cursor)] }
}

function readOrder(cursor: Cursor): Query['orderBy'] {
  if (!takeWord(cursor, 'order')) return undefined
  expectWord(cursor, 'by')
  const column = expect(cursor, 'word')
  const descending = takeWord(cursor, 'desc')
  if (!descending) takeWord(cursor, 'asc')
  return { column, descending }
}

function readLimit(cursor: Cursor): { readonly offset: number; readonly limit: number } {
  if (!takeWord(cursor, 'limit')) return { offset: 0, limit: ROWS_DEFAULT }
  const first = readCount(cursor)
  const [offset, limit] = takeSymbol(cursor, ',') ? [first, readCount(cursor)] : [0, first]
  limited('limit', limit, ROWS_MAX)
  limited('offset', offset, OFFSET_MAX)
  return { offset, limit }
}

function readCount(cursor: Cursor): number {
  if (!/^\d+$/.test(peek(cursor).text)) throw unexpected(cursor)
  return Number(expect(cursor, 'number'))
}

function readValue(cursor: Cursor): string {
  const { kind, text } = peek(cursor)
  const isValue =
    kind === 'string' || kind === 'number' || (kind === 'word' && /^(true|false)$/i.test(text))
  return expect(cursor, isValue ? kind : 'string')
}

function readList(
  cursor: Cursor,
  max: number,
  what: string,
  read: (cursor: Cursor) => string,
): readonly string[] {
  const items = [read(cursor)]
  while (takeSymbol(cursor, ',')) items.push(read(cursor))
  limited(what, items.length, max)
  return items
}

function countMatches(criterion: Criterion): number {
  if (!('criteria' in criterion)) return 1
  return criterion.criteria.reduce((sum, inner) => sum + countMatches(inner), 0)
}

function limited(what: string, count: number, max: number): void {
  if (count <= max) return
  throw new CoqlError('LIMIT_EXCEEDED', `${what}: over the limit`, { limit: String(max) })
}

const single = (criteria: readonly Criterion[]) => (criteria.length === 1 ? criteria[0] : undefined)

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
  // Keywords may be written in either case; symbols have none.
  if (token.kind !== kind || token.text.toLowerCase() !== text) return false
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
