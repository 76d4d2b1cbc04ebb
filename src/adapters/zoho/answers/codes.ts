// What Zoho's error codes mean. The adapter calls a code that is listed here a known word.

/**
 * What a known word means for the request:
 *
 * - `refused`   Zoho understood it and did not do it; repeating does not help.
 * - `failed`    Zoho failed, and nobody knows how far it came.
 * - `throttled` Zoho did not do it: too many calls at once, or no credits left for the day.
 * - `token`     Zoho did not do it: the access token is not valid any more.
 * - `several`   The errors inside it decide. Without any that can be read it is an unknown word.
 */
export type CodeMeaning = 'refused' | 'failed' | 'throttled' | 'token' | 'several'

/**
 * Every code that Zoho documents for the calls we make, and some more that it is known to send.
 * Source: the OpenAPI specification of Zoho CRM v8 (github.com/zoho/crm-oas), error answers. The
 * second spelling of both token words and the long throttle word come from reports of integrators.
 */
export const CODE_MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  // The record, or a field of it.
  MANDATORY_NOT_FOUND: 'refused',
  INVALID_DATA: 'refused',
  DUPLICATE_DATA: 'refused',
  MULTIPLE_OR_MULTI_ERRORS: 'several',
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
  INVALID_OAUTHTOKEN: 'token',
  AUTHENTICATION_FAILURE: 'token',
  AUTHENTICATION_FAILED: 'token',
  TOO_MANY_REQUESTS: 'throttled',
  RATE_LIMIT_EXCEEDED: 'throttled',
  URL_ROLLING_THROTTLES_LIMIT_EXCEEDED: 'throttled',
  INTERNAL_ERROR: 'failed',
  SERVICE_UNAVAILABLE: 'failed',
  REQUEST_TIMEOUT: 'failed',
}

/**
 * Words to a delete which show that the record is there, or that the token may not touch it. A
 * token that may not delete a record may not see it either, so a read proves nothing after them.
 */
export const NOT_TO_BE_DELETED: ReadonlySet<string> = new Set([
  'NOT_APPROVED',
  'RECORD_LOCKED',
  'RECORD_IN_BLUEPRINT',
  'NO_PERMISSION',
  'AUTHORIZATION_FAILED',
  'OAUTH_SCOPE_MISMATCH',
])

/** `undefined` for a word that is not known. */
export function meaningOf(code: string): CodeMeaning | undefined {
  return Object.hasOwn(CODE_MEANINGS, code) ? CODE_MEANINGS[code] : undefined
}
