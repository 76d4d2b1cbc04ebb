// What Zoho's error codes mean.

/**
 * What an error code means for the request:
 *
 * - `refused`   Zoho understood it and did not do it; repeating does not help.
 * - `unknown`   Zoho failed, and nobody knows how far it came.
 * - `throttled` Zoho did not do it: too many calls at once, or no credits left for the day.
 * - `token`     Zoho did not do it: the access token is not valid any more.
 */
export type CodeMeaning = 'refused' | 'unknown' | 'throttled' | 'token'

/**
 * Every code that Zoho documents for the calls we make, and some more that it is known to send.
 * `classifyAnswer` looks closer at two of them: `DUPLICATE_DATA` may be about our own reference,
 * and `INVALID_DATA` to a delete may mean that there was nothing to delete.
 * Source: the OpenAPI specification of Zoho CRM v8 (github.com/zoho/crm-oas), error answers.
 */
export const CODE_MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  // The record, or a field of it.
  MANDATORY_NOT_FOUND: 'refused',
  INVALID_DATA: 'refused',
  DUPLICATE_DATA: 'refused',
  MULTIPLE_OR_MULTI_ERRORS: 'refused',
  DEPENDENT_FIELD_MISSING: 'refused',
  DEPENDENT_MISMATCH: 'refused',
  DEPENDENT_SERVICE_ERROR: 'refused',
  NOT_APPROVED: 'refused',
  RECORD_LOCKED: 'refused',
  RECORD_IN_BLUEPRINT: 'refused',
  CANNOT_PROCESS: 'refused',
  ALREADY_MODIFIED: 'refused',
  // The request.
  INVALID_MODULE: 'refused',
  INVALID_REQUEST_METHOD: 'refused',
  INVALID_URL_PATTERN: 'refused',
  INVALID_QUERY: 'refused',
  SYNTAX_ERROR: 'refused',
  REQUIRED_PARAM_MISSING: 'refused',
  EXPECTED_PARAM_MISSING: 'refused',
  AMBIGUITY_DURING_PROCESSING: 'refused',
  NOT_SUPPORTED: 'refused',
  NOT_ALLOWED: 'refused',
  INVALID_REFERENCE: 'refused',
  LOOPING_FOUND: 'refused',
  PROCESSING_STOPPED: 'refused',
  ROLLBACK_PERFORMED: 'refused',
  INVALID_HOST: 'refused',
  // Limits that are still there after a short wait.
  LIMIT_EXCEEDED: 'refused',
  LIMIT_REACHED: 'refused',
  STORAGE_SPACE_EXCEEDED: 'refused',
  LICENSE_LIMIT_EXCEEDED: 'refused',
  // Rights.
  AUTHORIZATION_FAILED: 'refused',
  NO_PERMISSION: 'refused',
  OAUTH_SCOPE_MISMATCH: 'refused',
  // The token, too many calls, and failures of Zoho itself.
  INVALID_TOKEN: 'token',
  AUTHENTICATION_FAILURE: 'token',
  TOO_MANY_REQUESTS: 'throttled',
  RATE_LIMIT_EXCEEDED: 'throttled',
  INTERNAL_ERROR: 'unknown',
  SERVICE_UNAVAILABLE: 'unknown',
  REQUEST_TIMEOUT: 'unknown',
}

/**
 * A code that is not in the table is a refusal, except with a 5xx, which may have done anything.
 */
export function meaningOf(code: string, status: number): CodeMeaning {
  if (status === 429) return 'throttled'
  if (status >= 500) return 'unknown'
  return Object.hasOwn(CODE_MEANINGS, code) ? (CODE_MEANINGS[code] ?? 'refused') : 'refused'
}
