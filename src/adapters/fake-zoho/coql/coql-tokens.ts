// Splits a COQL query into words, texts, counts and symbols.
import { CoqlError, syntaxErrorAt } from './coql-error.ts'

/** `at` is the offset in the query. The text of a string is its value, without quotes. */
export type Token = {
  readonly kind: 'word' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

/** How a quote inside a string is written: doubled, after a backslash, or in either way. */
export type Quoting = 'both' | 'doubled' | 'backslash'

/** Longer than any query that the gateway sends; keeps one call from holding up the others. */
const QUERY_CHARS_MAX = 20_000

// The sticky flag makes a pattern match at its `lastIndex` only. The dots belong to the word.
const SPACE = /\s+/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y
const NUMBER = /\d+/y
const SYMBOL = /[(),=>]/y

/** @throws {CoqlError} for a character that COQL does not have, or a string without an end. */
export function tokenize(query: string, quoting: Quoting): readonly Token[] {
  if (query.length > QUERY_CHARS_MAX) {
    throw new CoqlError('LIMIT_EXCEEDED', 'query too long', { limit: String(QUERY_CHARS_MAX) })
  }
  const tokens: Token[] = []
  let at = 0
  while (at < query.length) {
    const space = matchAt(SPACE, query, at)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const { token, end } = query[at] === "'" ? readString(query, at, quoting) : readPlain(query, at)
    tokens.push(token)
    at = end
  }
  return [...tokens, { kind: 'end', text: '', at: query.length }]
}

type Read = { readonly token: Token; readonly end: number }

function readPlain(query: string, at: number): Read {
  const kinds = [
    ['word', WORD],
    ['number', NUMBER],
    ['symbol', SYMBOL],
  ] as const
  for (const [kind, pattern] of kinds) {
    const text = matchAt(pattern, query, at)
    if (text !== undefined) return { token: { kind, text, at }, end: at + text.length }
  }
  throw syntaxErrorAt(query, at)
}

/** Pairs of characters that stand for their second one. Public sources disagree on which exist. */
const PAIRS: Readonly<Record<Quoting, readonly string[]>> = {
  both: ["''", "\\'", '\\\\'],
  doubled: ["''"],
  backslash: ["\\'", '\\\\'],
}

function readString(query: string, at: number, quoting: Quoting): Read {
  let text = ''
  let next = at + 1
  while (next < query.length) {
    const char = query.charAt(next)
    const pair = query.slice(next, next + 2)
    if (PAIRS[quoting].includes(pair)) {
      text += pair.charAt(1)
      next += 2
    } else if (char === "'") {
      return { token: { kind: 'string', text, at }, end: next + 1 }
    } else {
      text += char
      next += 1
    }
  }
  throw syntaxErrorAt(query, at)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
