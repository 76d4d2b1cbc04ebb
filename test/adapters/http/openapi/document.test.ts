import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { OPENAPI, OPENAPI_TEXT } from '../../../../src/adapters/http/openapi/document.ts'
import { FAILED, get, SALE, SUCCESS } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

/** What the linter finds, with the place; examples are checked against their schemas, too. */
async function flawsOf(source: string): Promise<readonly string[]> {
  const rules = { 'info-license': 'off' } as const
  const config = await createConfig({ extends: ['recommended-strict'], rules })
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })
  return problems.map(
    ({ ruleId, message, location }) => `${location[0]?.pointer} ${ruleId}: ${message}`,
  )
}

describe('The OpenAPI document', () => {
  it('in the repository is the one that is served: npm run openapi writes it', () => {
    assert.equal(readFileSync('docs/openapi.json', 'utf8'), OPENAPI_TEXT)
  })

  it('is served to anybody', async () => {
    await using t = await makeTestService()
    const answer = await get(t, '', '/openapi.json')
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.body, OPENAPI_TEXT)
  })

  it('is OpenAPI 3.1 without a flaw, its examples included', async () => {
    assert.deepEqual(await flawsOf(OPENAPI_TEXT), [])
  })

  it('would be found out with an example that does not fit, or a reference to nothing', async () => {
    const broken = [
      OPENAPI_TEXT.replace('"message": "Success."\n', '"message": "Done."\n'),
      OPENAPI_TEXT.replace('"#/components/schemas/Success"', '"#/components/schemas/Gone"'),
      OPENAPI_TEXT.replace('"operationId": "getContact"', '"operationId": 1'),
    ]
    for (const text of broken) assert.notDeepEqual(await flawsOf(text), [])
  })

  it('has the published examples', () => {
    const { post } = OPENAPI.paths['/createSales'] ?? {}
    const { get: contact } = OPENAPI.paths['/getContact'] ?? {}
    const asPublished = [post?.responses[200], post?.responses[500], contact?.responses[404]]
    const values = asPublished.map((answer) => {
      assert.ok(answer && 'content' in answer)
      return JSON.stringify(answer.content?.['application/json']?.examples?.['example']?.value)
    })
    const notFound = '{"status":"not_found","message":"No record found."}'
    assert.deepEqual(values, [SUCCESS, FAILED, notFound])
    const body = post?.requestBody?.content['application/json']?.examples?.['example']?.value
    assert.deepEqual(body, SALE)
  })
})
