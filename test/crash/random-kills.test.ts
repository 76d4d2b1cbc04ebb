import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countOf, firstSeed } from '../support/counts.ts'
import { killAtRandom, told } from './random-kills.ts'

/** With those of the other files here more than 300; `npm run kills -- --kills N` makes more. */
const KILLS = countOf('KILLS')
const SEED = firstSeed()

describe('A gateway killed at random times', { concurrency: true }, () => {
  for (const mails of ['files', 'smtp'] as const) {
    it(`keeps every promise, with its mails by ${mails}`, async (t) => {
      const seed = mails === 'smtp' ? SEED + 1 : SEED
      const report = await killAtRandom({ kills: Math.ceil(KILLS / 2), seed, mails })
      t.diagnostic(told(report))
      assert.ok(report.kills >= KILLS / 2)
    })
  }
})
