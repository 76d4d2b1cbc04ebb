import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FACTS_BYTES_MAX,
  isStorm,
  OWN_MAILS_MAX,
  planCollecting,
  SALES_PER_MAIL_MAX,
} from '../../../src/application/mail/failure-storm.ts'

describe('The rule for failed sales that share a mail', () => {
  it('gives each of the first twenty a mail of its own', () => {
    assert.equal(isStorm(OWN_MAILS_MAX - 1), false)
    assert.equal(isStorm(OWN_MAILS_MAX), true)
  })

  for (const [what, collecting, factsBytes, step] of [
    ['begins to collect where no mail does', undefined, 300, 'begin'],
    ['adds to the mail that collects', { sales: 1, bytes: 300 }, 300, 'join'],
    ['fills a mail with its last sale', { sales: SALES_PER_MAIL_MAX - 1, bytes: 300 }, 300, 'fill'],
    ['fills a mail to its last byte', { sales: 1, bytes: FACTS_BYTES_MAX - 300 }, 300, 'join'],
    ['begins anew beyond the last byte', { sales: 1, bytes: FACTS_BYTES_MAX - 299 }, 300, 'begin'],
  ] as const) {
    it(what, () => assert.equal(planCollecting(collecting, factsBytes), step))
  }
})
