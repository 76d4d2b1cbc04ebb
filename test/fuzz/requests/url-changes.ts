// Changes of the method, the path and the query.

import fc from 'fast-check'
import { breaking, type Changes, damaging } from './change.ts'
import { CANARY, oddNames, oddTexts } from './odd-values.ts'
import { NO_VALUE, type Pair, utf8Bytes } from './request.ts'

const METHODS =
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY PROPFIND MKCOL LOCK SOURCE PRI get BREW'.split(
    ' ',
  )

/** Paths that no operation has. */
const PATHS: readonly string[] = [
  '*',
  '//',
  '/%',
  '/%zz',
  '/%00',
  '/%ff',
  '/%2e%2e/',
  '/..',
  '/sales//',
  '/sales/',
  '/sales/%2f',
  '/sales/..%2flog',
  '/sales/a/b',
  '/log/',
  '/log/nothing',
  '/openapi.yaml',
  '/favicon.ico',
  '/robots.txt',
  '/.env',
  `/${CANARY}`,
  `/${CANARY}@example.com`,
  'http://gateway/livez',
  'http://gateway',
  'https://elsewhere.example/sales',
  'gateway:443',
  `/${'a'.repeat(9_000)}`,
  `/${'a/'.repeat(3_000)}`,
]

const anywhere = fc.nat({ max: 1_000 })

const ofPath: readonly Changes[] = [
  fc.constantFrom(...PATHS).map((path) => breaking('another path', (r) => ({ ...r, path }))),
  anywhere.map((at) =>
    breaking('a letter of the path as an escape', (r) => ({
      ...r,
      path: changedAt(r.path, at, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`),
    })),
  ),
  anywhere.map((at) =>
    breaking('a capital in the path', (r) => ({
      ...r,
      path: changedAt(r.path, at, (one) => one.toUpperCase()),
    })),
  ),
  fc.tuple(anywhere, oddTexts).map(([at, text]) =>
    breaking('odd letters in the path', (r) => ({
      ...r,
      path: changedAt(r.path, at, (one) => one + inUrl(text)),
    })),
  ),
  fc
    .constantFrom('/', '//', '/.', '/..', '.json', ';a=1', '%20', '%3Fa=1', '#a', '%23')
    .map((end) => breaking('more behind the path', (r) => ({ ...r, path: r.path + end }))),
  oddTexts.map((text) =>
    breaking('an odd last part of the path', (r) => ({
      ...r,
      path: r.path.replace(/[^/]*$/, inUrl(text)),
    })),
  ),
]

/** Its first letter, which is the slash, stays. */
function changedAt(path: string, at: number, change: (letter: string) => string): string {
  const place = 1 + (at % Math.max(1, path.length - 1))
  return path.slice(0, place) + change(path.charAt(place)) + path.slice(place + 1)
}

/** Percent-encoded UTF-8; half a character has none, and is written as old programs did. */
function inUrl(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80'
}

const values = fc.oneof(
  oddTexts.map(inUrl),
  // As bytes, and not encoded at all.
  oddTexts.map((text) => utf8Bytes(text).replaceAll(/[\0\r\n ]/g, '+')),
  fc.constantFrom(
    NO_VALUE,
    '%',
    '%zz',
    '%00',
    '%ff',
    '%C3',
    'a%',
    '1&limit=2',
    '=',
    '1#',
    '+',
    ';',
  ),
)

const ofQuery: readonly Changes[] = [
  fc.tuple(anywhere, values).map(([at, value]) =>
    breaking('an odd value in the query', (r) => {
      const names = r.query.length > 0 ? r.query : parametersOf(r.target.operation)
      const [name] = names[at % Math.max(1, names.length)] ?? ['a']
      return { ...r, query: [...r.query.filter(([known]) => known !== name), [name, value]] }
    }),
  ),
  anywhere.map((at) =>
    breaking('a parameter less', (r) => ({
      ...r,
      query: r.query.toSpliced(at % Math.max(1, r.query.length), 1),
    })),
  ),
  anywhere.map((at) =>
    breaking('a parameter twice', (r) => {
      const pair = r.query[at % Math.max(1, r.query.length)]
      return pair === undefined ? r : { ...r, query: [...r.query, pair] }
    }),
  ),
  fc
    .tuple(oddNames, values)
    .map(([name, value]) =>
      breaking('a parameter more', (r) => ({ ...r, query: [...r.query, [inUrl(name), value]] })),
    ),
  fc.constantFrom('&', '&&=', '?', '??', '&=1', '#', '%').map((end) =>
    breaking('odd signs behind the query', (r) => ({
      ...r,
      query: [...r.query, [end, NO_VALUE]],
    })),
  ),
]

function parametersOf({ parameters = [] }: { parameters?: readonly { name: string }[] }) {
  return parameters.map(({ name }): Pair => [name, ''])
}

const ofMethod: readonly Changes[] = [
  fc
    .constantFrom(...METHODS)
    .map((method) => breaking(`the method ${method}`, (request) => ({ ...request, method }))),
  fc
    .constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', 'HTTP/1.1 a', '')
    .map((version) =>
      damaging(`the version ${version}`, (bytes) => bytes.replace('HTTP/1.1', version)),
    ),
]

export const urlChanges: Changes = fc.oneof(...ofPath, ...ofQuery, ...ofMethod)
