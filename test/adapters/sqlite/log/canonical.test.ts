import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeRecord, isCanonical } from '../../../../src/adapters/sqlite/log/rows/event-codec.ts'
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
    let state = 1
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return (state >>> 0) / 2 ** 32
    }
    for (let count = 0; count < VALUES; count += 1) {
      const text = encodeRecord(record(anyValue(random, 0)))
      assert.ok(isCanonical(text, JSON.parse(text)), text)
      assert.equal(encodeRecord(JSON.parse(text)), text)
    }
  })

  for (const text of ['{"a":"\\ud800"}', '{"a":1,"a":1}', '{ "a":1}', '{"b":1,"a":1}', '1.0']) {
    it(`is not ${text}`, () => {
      assert.ok(!isCanonical(text, JSON.parse(text)))
    })
  }
})
