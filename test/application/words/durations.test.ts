import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { durationText, offsetText } from '../../../src/application/words/durations.ts'
import { ENGLISH } from '../../../src/application/words/english.ts'

describe('A duration in words', () => {
  const DURATIONS: readonly (readonly [number, string])[] = [
    [-3, '0 ms'],
    [0, '0 ms'],
    [412, '412 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_240, '1.24 s'],
    [59_994, '59.99 s'],
    [59_999, '59.99 s'],
    [60_000, '1 min'],
    [123_400, '2 min 3 s'],
    [3_600_000, '1 h'],
    [11_040_000, '3 h 4 min'],
    [190_800_000, '2 d 5 h'],
  ]
  for (const [ms, text] of DURATIONS) {
    it(`of ${ms} ms is ${text}`, () => assert.equal(durationText(ms, ENGLISH), text))
  }
})

describe('When something was after its begin', () => {
  for (const [ms, text] of [
    [0, '+0 ms'],
    [1_500, '+1.5 s'],
    [-1, '−1 ms'],
    [-10_800_000, '−3 h'],
  ] as const) {
    it(`is ${text} for ${ms} ms`, () => assert.equal(offsetText(ms, ENGLISH), text))
  }
})
