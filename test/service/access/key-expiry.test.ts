import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plusMs } from '../../../src/domain/time.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { operator } from '../../support/examples/store-examples.ts'
import { makeTestService } from '../../support/gateway/test-service.ts'
import { readable } from '../../support/log/readable.ts'
import { makeVirtualTestTime } from '../../support/time/test-time.ts'

const DAY_MS = 86_400_000

describe('A key that is about to expire', () => {
  it('is mailed about and logged once, over a restart, and the log has the mail', async () => {
    const time = makeVirtualTestTime()
    const store = await openStore(':memory:')
    const now = time.clock.now()
    const dates = { createdAt: plusMs(now, -30 * DAY_MS), expiresAt: plusMs(now, 13 * DAY_MS) }
    const key = { client: 'web-shop', scopes: ['sales:create'], ...dates } as const
    const { id } = await store.keys.create(key, operator)
    const subjects: string[] = []
    const said: string[] = []
    for (let start = 0; start < 2; start += 1) {
      await using t = await makeTestService({}, { store, time })
      await t.time.pass(1_000)
      subjects.push(...t.mails.map(({ subject }) => subject))
      said.push(...t.logLines.filter((line) => line.includes('an API key expires soon')))
    }
    const day = new Date(dates.expiresAt).toISOString().slice(0, 10)
    assert.deepEqual(subjects, [`API key ${id} of web-shop expires on ${day}`])
    assert.equal(said.length, 1)
    const events = readable(await store.saleReader.events(0, 99))
    const sent = events.filter(({ type }) => type === 'MailSent')
    assert.deepEqual(
      sent.map(({ data }) => data['about']),
      ['key'],
    )
    await store.close()
  })
})
