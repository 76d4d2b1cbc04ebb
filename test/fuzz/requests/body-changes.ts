// Changes of a body: of its JSON, and of its bytes.

import fc from 'fast-check'
import { breaking, type Change, type Changes, harmless } from './change.ts'
import { oddJson, oddNames, RAW_NUMBERS } from './odd-values.ts'
import { bodyBytes, utf8Bytes } from './request.ts'

/** The limit of a body. Source: CONTRACT, 413. */
const BODY_BYTES_MAX = 64 * 1024

type Place = readonly (string | number)[]

const anywhere = fc.nat({ max: 1_000_000 })

/** The JSON of the body with something else at one of its places. */
function ofJson(
  words: string,
  change: (json: unknown, place: Place) => unknown,
  at: number,
): Change {
  return breaking(words, (request) => {
    const { body } = request
    if (body === undefined || 'bytes' in body) return request
    const places = placesIn(body.json)
    const place = places[at % places.length] ?? []
    return { ...request, body: { json: change(body.json, place) } }
  })
}

/** Every place in the value, the value itself first. */
function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place]
  const inner = Array.isArray(value)
    ? value.slice(0, 3).map((entry, i) => [i, entry] as const)
    : Object.entries(value)
  return [place, ...inner.flatMap(([name, one]) => placesIn(one, [...place, name]))]
}

function replaced(json: unknown, place: Place, by: (value: unknown) => unknown): unknown {
  const [name, ...rest] = place
  if (name === undefined) return by(json)
  const inner = replaced((json as Readonly<Record<string | number, unknown>>)[name], rest, by)
  if (Array.isArray(json)) return json.with(Number(name), inner)
  return { ...(json as object), [name]: inner }
}

function without(json: unknown, place: Place): unknown {
  const last = place.at(-1)
  if (last === undefined) return null
  return replaced(json, place.slice(0, -1), (value) => {
    if (Array.isArray(value)) return value.toSpliced(Number(last), 1)
    return Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== last))
  })
}

/** `__proto__` as a member of its own, as `JSON.parse` makes it. */
function withMember(value: unknown, name: string, member: unknown): unknown {
  if (Array.isArray(value)) return [...value, member]
  if (typeof value !== 'object' || value === null) return [value, member]
  return Object.fromEntries([...Object.entries(value), [name, member]])
}

const ofMembers: readonly Changes[] = [
  fc
    .tuple(anywhere, oddJson)
    .map(([at, value]) =>
      ofJson('an odd value in the body', (json, place) => replaced(json, place, () => value), at),
    ),
  anywhere.map((at) => ofJson('a member less', without, at)),
  fc
    .tuple(anywhere, oddNames, oddJson)
    .map(([at, name, value]) =>
      ofJson(
        'a member more',
        (json, place) => replaced(json, place, (inner) => withMember(inner, name, value)),
        at,
      ),
    ),
  fc
    .tuple(anywhere, fc.constantFrom(0, 2, 199, 200, 201, 1_000))
    .map(([at, times]) =>
      ofJson(
        `a value ${times} times`,
        (json, place) => replaced(json, place, (value) => manyOf(value, times)),
        at,
      ),
    ),
]

function manyOf(value: unknown, times: number): unknown {
  const [entry] = Array.isArray(value) ? value : [value]
  return Array.from({ length: times }, () => entry)
}

/** The bytes of the body, changed. A request without a body gets one. */
function ofBytes(words: string, change: (bytes: string) => string): Change {
  return breaking(words, (request) => ({
    ...request,
    body: { bytes: change(bodyBytes(request) ?? '') },
  }))
}

const byte = fc.nat({ max: 255 }).map((code) => String.fromCharCode(code))

const ofText: readonly Changes[] = [
  fc.tuple(anywhere, byte).map(([at, one]) =>
    ofBytes('a byte more in the body', (text) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + one + text.slice(place)
    }),
  ),
  fc.tuple(anywhere, byte).map(([at, one]) =>
    ofBytes('another byte in the body', (text) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + one + text.slice(place + 1)
    }),
  ),
  anywhere.map((at) => ofBytes('half a body', (text) => text.slice(0, at % (text.length + 1)))),
  fc
    .tuple(anywhere, fc.constantFrom(...RAW_NUMBERS))
    .map(([at, raw]) => ofBytes('an odd number in the body', (text) => numbered(text, at, raw))),
  anywhere.map((at) => ofBytes('a member twice', (text) => doubled(text, at))),
  fc
    .constantFrom(
      '',
      'null',
      '[]',
      '{}',
      '"a"',
      '1',
      ' ',
      '\xef\xbb\xbf{}',
      '{"a":1}x',
      '\0',
      '\xff',
    )
    .map((text) => ofBytes('another body', () => text)),
  fc
    .constantFrom(1_000, 30_000)
    .map((deep) => ofBytes('a deep body', () => '['.repeat(deep) + ']'.repeat(deep))),
  fc
    .constantFrom(1_000, 10_000)
    .map((deep) => ofBytes('a deep body', () => `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)),
  fc
    .integer({ min: BODY_BYTES_MAX + 1, max: BODY_BYTES_MAX * 4 })
    .map((length) => ofBytes('a body over the limit', (text) => text.padEnd(length))),
  fc.constant(ofBytes('a body in UTF-16', (text) => `\xff\xfe${text.replaceAll(/./gs, '$&\0')}`)),
  fc.constant(
    ofBytes('an escape of half a character', (text) => text.replace('"', '"\\ud800\\u0000')),
  ),
]

function numbered(text: string, at: number, raw: string): string {
  const numbers = [...text.matchAll(/:-?\d[\d.eE+-]*/g)]
  const found = numbers[at % Math.max(1, numbers.length)]
  if (found === undefined) return raw
  return `${text.slice(0, found.index + 1)}${raw}${text.slice(found.index + found[0].length)}`
}

function doubled(text: string, at: number): string {
  const names = [...text.matchAll(/"(\w+)":/g)]
  const found = names[at % Math.max(1, names.length)]
  if (found === undefined) return text
  return `${text.slice(0, found.index)}"${found[1]}":1,${text.slice(found.index)}`
}

/** Another way to write the same values. */
const harmlessOnes: readonly Changes[] = [
  fc.constantFrom('\n', '\r\n\t', '   ').map((blank) =>
    harmless('blanks in the body', (request) => {
      const { body } = request
      if (body === undefined || 'bytes' in body) return request
      const text = utf8Bytes(JSON.stringify(body.json, null, 1))
      return { ...request, body: { bytes: `${blank}${text}${blank}` } }
    }),
  ),
  fc.constant(
    harmless('escapes in the body', (request) => {
      const { body } = request
      if (body === undefined || 'bytes' in body) return request
      const text = JSON.stringify(body.json).replaceAll('productId', '\\u0070roductId')
      return { ...request, body: { bytes: utf8Bytes(text) } }
    }),
  ),
  fc.constant(
    harmless('a body of exactly the limit', (request) => {
      const bytes = bodyBytes(request)
      if (bytes === undefined) return request
      return { ...request, body: { bytes: bytes.padEnd(BODY_BYTES_MAX) } }
    }),
  ),
]

export const bodyChanges: Changes = fc.oneof(...ofMembers, ...ofText, ...harmlessOnes)
