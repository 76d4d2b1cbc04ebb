import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countOf, firstSeed } from '../support/counts.ts'
import { TARGETS } from './requests/valid-requests.ts'
import { runFuzz } from './run-fuzz.ts'
import { toldOf } from './told.ts'

const REQUESTS = countOf('FUZZ_REQUESTS')

/** Of fewer, perhaps none asks for a proof between two sizes that the log has. */
const MANY = 1_000

describe(`${REQUESTS} requests, as the OpenAPI document allows them, and changed`, () => {
  it('get no answer beside the document, and leave a gateway that is well and no larger', async (t) => {
    const report = await runFuzz({ requests: REQUESTS, seed: firstSeed() })
    const told = toldOf(report)
    for (const line of told.split('\n')) t.diagnostic(line)
    assert.deepEqual(report.findings, [], told)
    for (const { operation } of TARGETS) {
      const answers = report.answers.get(operation.operationId)
      assert.ok(answers !== undefined, operation.operationId)
      assert.ok(answers.has('200') || REQUESTS < MANY, operation.operationId)
    }
  })
})
