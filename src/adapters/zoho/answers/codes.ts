/**
 * What an error code of Zoho says of the request that met it:
 *
 * - `refused`   understood and not done; repeating does not help.
 * - `unknown`   Zoho failed at it, and does not say how far it came.
 * - `throttled` not done: too much at once, or too much for the day.
 * - `token`     not done: the access token is not good any more.
 */
export type CodeMeaning = 'refused' | 'unknown' | 'throttled' | 'token'

/**
 * Every code that Zoho documents for the calls we make, and some more that it is known to send.
 * `DUPLICATE_DATA` is a refusal unless it is about our own reference, and `INVALID_DATA` to a
 * delete may mean that there was nothing to delete; `answers.ts` looks closer at both.
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
  // Limits that do not pass by waiting a moment.
  LIMIT_EXCEEDED: 'refused',
  LIMIT_REACHED: 'refused',
  STORAGE_SPACE_EXCEEDED: 'refused',
  LICENSE_LIMIT_EXCEEDED: 'refused',
  // Rights.
  AUTHORIZATION_FAILED: 'refused',
  NO_PERMISSION: 'refused',
  OAUTH_SCOPE_MISMATCH: 'refused',
  // The rest.
  INVALID_TOKEN: 'token',
  AUTHENTICATION_FAILURE: 'token',
  TOO_MANY_REQUESTS: 'throttled',
  RATE_LIMIT_EXCEEDED: 'throttled',
  INTERNAL_ERROR: 'unknown',
  SERVICE_UNAVAILABLE: 'unknown',
  REQUEST_TIMEOUT: 'unknown',
}

/** A code nobody has told us of: a 5xx may have done anything, the rest is a refusal. */
export function meaningOf(code: string, status: number): CodeMeaning {
  if (status === 429) return 'throttled'
  if (status >= 500) return 'unknown'
  return Object.hasOwn(CODE_MEANINGS, code) ? (CODE_MEANINGS[code] ?? 'refused') : 'refused'
}
