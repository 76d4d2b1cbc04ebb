import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OPENAPI } from '../../../../src/adapters/http/openapi/document.ts'
import { get } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

describe('The page of the API', () => {
  it('is served to anybody, with every path of the document', async () => {
    await using t = await makeTestService()
    const { statusCode, headers, body } = await get(t, '', '/docs')
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; /)
    for (const path of Object.keys(OPENAPI.paths)) assert.ok(body.includes(`<code>${path}</code>`))
  })

  it('has no script, and loads nothing from elsewhere', async () => {
    await using t = await makeTestService()
    const { body } = await get(t, '', '/docs')
    assert.doesNotMatch(body, /<script|\sstyle=|\son\w+=/)
    const loaded = [...body.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href = '']) => href)
    assert.equal(loaded.length, 2)
    for (const url of loaded) {
      assert.match(url, /^\/audit\//)
      assert.equal((await get(t, '', url)).statusCode, 200)
    }
  })
})
