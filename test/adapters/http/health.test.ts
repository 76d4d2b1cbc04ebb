import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorMessage, get, holdAt, PATIENT, post, SUCCESS } from '../../support/http-requests.ts'
import { makeTestApp } from '../../support/test-app.ts'

describe('The health of the service', () => {
  for (const url of ['/livez', '/readyz']) {
    it(`is told by ${url} to anybody`, async () => {
      await using t = await makeTestApp()
      for (const key of ['', 'unknown', await t.key('shop')]) {
        const answer = await get(t, key, url)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.body, '{"status":"ok"}')
      }
    })
  }

  it('is no longer ready while it stops, and still alive', async () => {
    await using t = await makeTestApp(PATIENT)
    const held = holdAt(t, 'create:Deals')
    const running = post(t, await t.key('shop', 'sales:create'))
    await held.arrived
    const stopped = t.app.stop()
    const answer = await get(t, '', '/readyz')
    assert.equal(answer.statusCode, 503)
    assert.equal(errorMessage(answer), 'The service is stopping.')
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal((await get(t, '', '/livez')).statusCode, 200)
    held.release()
    assert.equal((await running).body, SUCCESS)
    await stopped
  })

  it('asks neither the CRM nor for a log line', async () => {
    await using t = await makeTestApp()
    await get(t, '', '/livez')
    await get(t, '', '/readyz')
    assert.deepEqual(t.fake.journal, [])
    assert.ok(!t.logLines.some((line) => line.includes('answered')))
  })
})
