import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CODE_MEANINGS, meaningOf } from '../../../../src/adapters/zoho/answers/codes.ts'

// Every code that Zoho's pages and specifications name for tokens, reads, creates, deletes, COQL,
// composite requests and limits, and those that integrators were sent beside them.
const KNOWN = `
  MANDATORY_NOT_FOUND INVALID_DATA DUPLICATE_DATA MULTIPLE_OR_MULTI_ERRORS DEPENDENT_FIELD_MISSING
  DEPENDENT_MISMATCH DEPENDENT_SERVICE_ERROR AUTHORIZATION_FAILED NO_PERMISSION INVALID_MODULE
  INVALID_REQUEST_METHOD INVALID_URL_PATTERN OAUTH_SCOPE_MISMATCH INTERNAL_ERROR INVALID_TOKEN
  AUTHENTICATION_FAILURE INVALID_HOST EXPECTED_PARAM_MISSING REQUIRED_PARAM_MISSING LIMIT_EXCEEDED
  SYNTAX_ERROR INVALID_QUERY RECORD_LOCKED NOT_APPROVED RECORD_IN_BLUEPRINT CANNOT_PROCESS
  LIMIT_REACHED STORAGE_SPACE_EXCEEDED AMBIGUITY_DURING_PROCESSING NOT_SUPPORTED
  LICENSE_LIMIT_EXCEEDED ALREADY_MODIFIED TOO_MANY_REQUESTS RATE_LIMIT_EXCEEDED
  SERVICE_UNAVAILABLE NOT_ALLOWED INVALID_REFERENCE LOOPING_FOUND REQUEST_TIMEOUT
  PROCESSING_STOPPED ROLLBACK_PERFORMED INVALID_OAUTHTOKEN AUTHENTICATION_FAILED
  URL_ROLLING_THROTTLES_LIMIT_EXCEEDED
`
  .trim()
  .split(/\s+/)

describe('A code of Zoho', () => {
  for (const code of KNOWN) {
    it(`${code} has a meaning of its own`, () => {
      assert.ok(Object.hasOwn(CODE_MEANINGS, code))
    })
  }

  it('that nobody knows has none, whatever its name', () => {
    assert.equal(meaningOf('BRAND_NEW'), undefined)
    assert.equal(meaningOf('toString'), undefined)
  })
})
