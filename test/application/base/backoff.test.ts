import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  backoffMs,
  FORWARD_BACKOFF,
  jitteredBackoffMs,
  MAIL_BACKOFF,
  ROLLBACK_BACKOFF,
} from '../../../src/application/base/backoff.ts'

const MINUTE_MS = 60_000

/** The backoff, failures so far, milliseconds to wait. */
const WAITS = [
  ['mail', MAIL_BACKOFF, 1, 1_000],
  ['mail', MAIL_BACKOFF, 2, 2_000],
  ['mail', MAIL_BACKOFF, 10, 512_000],
  ['mail', MAIL_BACKOFF, 11, 15 * MINUTE_MS],
  ['mail', MAIL_BACKOFF, 1_000_000, 15 * MINUTE_MS],
  ['rollback', ROLLBACK_BACKOFF, 1, 1_000],
  ['rollback', ROLLBACK_BACKOFF, 11, 10 * MINUTE_MS],
  ['rollback', ROLLBACK_BACKOFF, Number.MAX_SAFE_INTEGER, 10 * MINUTE_MS],
  ['forward', FORWARD_BACKOFF, 0, 200],
  ['forward', FORWARD_BACKOFF, 1, 200],
  ['forward', FORWARD_BACKOFF, 3, 800],
  ['forward', FORWARD_BACKOFF, 99, 5_000],
] as const

describe('Backoff', () => {
  for (const [name, backoff, failures, waitMs] of WAITS) {
    it(`waits ${waitMs} ms after ${failures} failures of ${name}`, () => {
      assert.equal(backoffMs(backoff, failures), waitMs)
    })
  }

  it('takes off up to half of it at random', () => {
    assert.equal(jitteredBackoffMs(ROLLBACK_BACKOFF, 1, 0), 1_000)
    assert.equal(jitteredBackoffMs(ROLLBACK_BACKOFF, 1, 0.5), 750)
    assert.equal(jitteredBackoffMs(ROLLBACK_BACKOFF, 1, 0.999_999), 500)
  })
})
