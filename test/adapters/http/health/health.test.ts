import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../../src/application/base/errors.ts'
import { errorMessage, get, holdAt, post, SUCCESS } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

describe('The health of the service', () => {
  for (const url of ['/livez', '/readyz']) {
    it(`is answered by ${url} to anybody`, async () => {
      await using t = await makeTestService()
      for (const key of ['', 'unknown', await t.key('shop')]) {
        const answer = await get(t, key, url)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.body, '{"status":"ok"}')
      }
    })
  }

  it('is no longer ready while it stops, and still alive', async () => {
    await using t = await makeTestService()
    const held = holdAt(t, 'create:Deals')
    const running = post(t, await t.key('shop', 'sales:create'))
    await held.arrived()
    const stopped = t.stop()
    const answer = await get(t, '', '/readyz')
    assert.equal(answer.statusCode, 503)
    assert.equal(errorMessage(answer), 'The service is stopping.')
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal((await get(t, '', '/livez')).statusCode, 200)
    held.release()
    assert.equal((await running).body, SUCCESS)
    await stopped
  })

  for (const query of ['verbose', 'verbose=1', 'verbose=', 'verbose&verbose']) {
    it(`has how many mails wait, asked with ${query}`, async () => {
      const mailer = { send: () => Promise.reject(new AppError('unavailable', 'down')) }
      await using t = await makeTestService({}, { mailer })
      const none = await get(t, '', `/readyz?${query}`)
      assert.equal(none.body, '{"status":"ok","mail":{"waiting":0,"oldestWaitingSeconds":null}}')
      t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
      assert.equal((await post(t, await t.key('shop', 'sales:create'))).statusCode, 500)
      const { status, mail, ...others } = (await get(t, '', `/readyz?${query}`)).json()
      assert.deepEqual([status, mail.waiting, others], ['ok', 1, {}])
      assert.ok(mail.oldestWaitingSeconds >= 0 && mail.oldestWaitingSeconds < 60)
      assert.equal((await get(t, '', '/readyz')).body, '{"status":"ok"}')
    })
  }

  it('reports how long the oldest mail has waited, also while it is not ready', async () => {
    const mailer = { send: () => Promise.reject(new AppError('unavailable', 'down')) }
    await using t = await makeTestService({}, { mailer })
    t.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    assert.equal((await post(t, await t.key('shop', 'sales:create'))).statusCode, 500)
    await t.time.pass(7_200_000)
    const held = holdAt(t, 'create:Deals')
    const running = post(t, await t.key('shop', 'sales:create'))
    await held.arrived()
    const stopped = t.stop()
    const answer = await get(t, '', '/readyz?verbose')
    assert.equal(answer.statusCode, 503)
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.deepEqual(answer.json(), {
      status: 'error',
      message: 'The service is stopping.',
      mail: { waiting: 1, oldestWaitingSeconds: 7_200 },
    })
    held.release()
    assert.equal((await running).body, SUCCESS)
    await stopped
  })

  it('asks neither the CRM nor for a log line', async () => {
    await using t = await makeTestService()
    await get(t, '', '/livez')
    await get(t, '', '/readyz')
    assert.deepEqual(t.fake.journal, [])
    assert.ok(!t.logLines.some((line) => line.includes('answered')))
  })
})
