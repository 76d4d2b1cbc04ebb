import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { get } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

describe('The front door', () => {
  it('says what this is and where to go, to anybody', async () => {
    await using t = await makeTestService()
    const answer = await get(t, '', '/')
    assert.equal(answer.statusCode, 200)
    const said = answer.json()
    assert.equal(said.service, 'PLG sales gateway')
    assert.match(said.key, /x-api-key/)
    const withoutKey = [...said.docs, ...said.open]
    for (const call of [...withoutKey, ...said.calls, `GET ${said.auditors}`]) {
      const [method, path] = call.replace('{saleId}', '1').split(' ')
      const { statusCode } = await t.server.inject({ method, url: path })
      assert.equal(statusCode, withoutKey.includes(call) ? 200 : 401, call)
    }
  })
})
