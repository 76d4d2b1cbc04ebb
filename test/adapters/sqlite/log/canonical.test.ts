import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import canonicalize from 'canonicalize'
import { encodeRecord, isCanonical } from '../../../../src/adapters/sql/log/rows/event-codec.ts'
import { type EventRecord, GATEWAY } from '../../../../src/application/log/event-record.ts'
import { countOf } from '../../../support/counts.ts'

// The test data of RFC 8785's author (https://github.com/cyberphone/json-canonicalization,
// testdata): what is given, and what it is in canonical form.
const VECTORS: readonly (readonly [name: string, input: string, output: string])[] = [
  ['arrays', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
  [
    'french',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
  ],
  [
    'structures',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
  ],
  ['unicode', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
  [
    'values',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    'weird',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
    '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
]

const VALUES = countOf('CANONICAL_VALUES')

function record(data: unknown): EventRecord {
  const place = { position: 1, saleId: null, sequence: null, type: 'X', version: 1, at: '' }
  return { ...place, data: { data }, actor: GATEWAY }
}

/** Any JSON value: the seed decides which. */
function anyValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 5 : 7))
  const size = Math.floor(random() * 4)
  const text = () =>
    Array.from({ length: size }, () => String.fromCodePoint(codePointOf(random))).join('')
  switch (kind) {
    case 0:
      return null
    case 1:
      return random() < 0.5
    case 2:
      return Math.floor(random() * 2 ** 53)
    case 3:
      return (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30)
    case 4:
      return text()
    case 5:
      return Array.from({ length: size }, () => anyValue(random, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: size }, () => [text(), anyValue(random, depth + 1)]),
      )
  }
}

function codePointOf(random: () => number): number {
  const point = Math.floor(random() * (random() < 0.5 ? 0x80 : 0x11_0000))
  return point >= 0xd800 && point < 0xe000 ? 0x20 : point
}

/** Members and values that a careless encoder gets wrong, beside those of `anyValue`. */
const HOSTILE_KEYS = [
  '10',
  '9',
  '1a',
  '-1',
  '',
  ' ',
  ':',
  '__proto__',
  'toJSON',
  'constructor',
].concat('toString', 'length', 'a"', 'a\\', 'é', '\ufb33', '😂', '\n', '\ud800', 'b\udfff')
const HOSTILE_VALUES: readonly unknown[] = [
  ...[undefined, Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 1e21, 2 ** 53, -1e-7],
  ...['\ud800', 'a\udc00b', '\udc00\ud800', '😂', '\\ud800', '\\\\udbff', '\u2028', '\u007f', '"'],
  ...[[], {}, [undefined], new Array(2), [[[]]], { a: undefined }, Object.create(null)],
  ...[Symbol('s'), () => 1, Object.assign(() => 1, { toJSON: () => ({ b: 1, a: 2 }) })],
  ...[new Date(0), new Date(Number.NaN), new Map([[1, 2]]), new Uint8Array(2), /x/, new Error('e')],
  ...[Object(1), Object('\ud800'), Object(false), Object.create({ inherited: 1 })],
  ...[{ toJSON: () => ({ b: 1, a: '\ud800' }) }, { toJSON: (key: string) => key }, { toJSON: 1 }],
  ...[{ toJSON: () => undefined }, [{ toJSON: () => undefined }], JSON.parse('{"__proto__":{}}')],
  ...[Object.defineProperty({ b: 1, a: 2 }, 'c', { value: 3 }), { [Symbol('s')]: 1, b: 1, a: 2 }],
]

/** Any value that a record of a hostile program could hold; most are JSON values. */
function hostileValue(random: () => number, depth: number): unknown {
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)]
  const size = Math.floor(random() * 5)
  const key = () => (random() < 0.2 ? oneOf(HOSTILE_KEYS) : `${anyValue(random, 4)}`)
  const kind = random()
  if (kind < 0.2) return oneOf(HOSTILE_VALUES)
  if (kind < 0.4 || depth > 3) return anyValue(random, 3)
  if (kind < 0.6) return Array.from({ length: size }, () => hostileValue(random, depth + 1))
  return Object.fromEntries(
    Array.from({ length: size }, () => [key(), hostileValue(random, depth + 1)]),
  )
}

/** What `encodeRecord` has to write: parsed, so that it is a JSON value, and well-formed. */
function encodeByDefinition(made: EventRecord): string | undefined {
  try {
    const parsed = JSON.parse(JSON.stringify(made), (_key, value: unknown) =>
      typeof value === 'string' ? value.toWellFormed() : value,
    )
    return canonicalize(parsed)
  } catch {
    return undefined
  }
}

/** Numbers from 0 to 1, the same in each run. */
function makeRandom(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

describe('The canonical form of an event', () => {
  for (const [name, input, output] of VECTORS) {
    it(`is that of RFC 8785: ${name}`, () => {
      const text = encodeRecord(record(JSON.parse(input)))
      assert.ok(text.includes(`"data":{"data":${output}}`), text)
      assert.ok(isCanonical(output, JSON.parse(output)))
      assert.equal(isCanonical(input, JSON.parse(input)), input === output)
    })
  }

  it(`is that of the value it is parsed to, for ${VALUES} values`, () => {
    const random = makeRandom()
    for (let count = 0; count < VALUES; count += 1) {
      const text = encodeRecord(record(anyValue(random, 0)))
      assert.ok(isCanonical(text, JSON.parse(text)), text)
      assert.equal(encodeRecord(JSON.parse(text)), text)
    }
  })

  it(`is what its definition gives, for ${VALUES} hostile values and each alone`, (test) => {
    const random = makeRandom()
    const values = HOSTILE_VALUES.concat(
      HOSTILE_KEYS.map((key) =>
        Object.fromEntries([
          ['b', 1],
          [key, { b: 1, a: 2 }],
          ['a', 2],
        ]),
      ),
      Array.from({ length: VALUES }, () => hostileValue(random, 0)),
    )
    let refused = 0
    for (const value of values) {
      const made = record(value)
      const expected = encodeByDefinition(made)
      if (expected === undefined) {
        refused += 1
        assert.throws(() => encodeRecord(made))
      } else assert.equal(encodeRecord(made), expected)
    }
    test.diagnostic(`${refused} of ${values.length} refused`)
  })

  for (const text of ['{"a":"\\ud800"}', '{"a":1,"a":1}', '{ "a":1}', '{"b":1,"a":1}', '1.0']) {
    it(`is not ${text}`, () => {
      assert.ok(!isCanonical(text, JSON.parse(text)))
    })
  }
})
