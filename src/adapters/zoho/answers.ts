import type { CallFault, CallResult } from '../../domain/sale/outcome.ts'
import type { Exchange, NetworkFailure } from './exchange.ts'
import { type Row, rowOf, rowsOf, textOf } from './rows.ts'

/** What is asked of Zoho, as far as its answers have to be read differently. */
export type RequestKind = 'read' | 'create' | 'delete'

/**
 * An answer by its name. `item` is the one record of a write; a read has `rows`, none for "nothing
 * found". `duplicate` and `notDeleted` are answers that only a further read can judge.
 */
export type Named =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'written'; readonly id: string }
  | { readonly type: 'duplicate'; readonly id: string }
  | { readonly type: 'notDeleted'; readonly reason: string }
  | { readonly type: 'tokenRefused'; readonly reason: string }
  | { readonly type: 'ended'; readonly result: Exclude<CallResult<never>, { outcome: 'done' }> }

/** Reasons reach the log and the mail: Zoho's own words end after so many characters. */
const WORDS_MAX = 120

const TOKEN_CODES: ReadonlySet<string> = new Set(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE'])
const THROTTLE_CODES: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'RATE_LIMIT_EXCEEDED'])
/** Zoho failed at it, and does not say how far it came. */
const AMBIGUOUS_CODES: ReadonlySet<string> = new Set(['INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'])
/** Statuses that are a refusal even when the body cannot be read. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([403, 404, 405, 413, 415])

/**
 * Names an answer. Judged by `data[i].status` and the code, never by the HTTP status alone: Zoho
 * answers 200 to refusals, and a 5xx to what it may have done.
 *
 * @param referenceField the unique field whose duplicate is our own record
 */
export function nameAnswer(kind: RequestKind, exchange: Exchange, referenceField: string): Named {
  if (exchange.type === 'failed') return ended(failureResult(exchange.failure))
  const { status, body } = exchange
  const rows = rowsOf(rowOf(body)?.['data'])
  if (status === 204 && body === undefined) {
    return kind === 'read' ? { type: 'rows', rows: [] } : wrongAnswer('HTTP 204 to a write')
  }
  if (kind === 'read' && status === 200 && rows !== undefined) return { type: 'rows', rows }
  const item = kind === 'read' ? undefined : rows?.[0]
  if (item !== undefined && item['status'] === 'success') return written(item)
  const error = item ?? rows?.[0] ?? rowOf(body)
  if (error !== undefined && textOf(error['code']) !== null && error['status'] !== 'success') {
    return nameError(kind, status, error, referenceField)
  }
  return nameUnreadable(status)
}

function written(item: Row): Named {
  const id = textOf(rowOf(item['details'])?.['id'])
  return id === null ? wrongAnswer('a success without an id') : { type: 'written', id }
}

function nameError(kind: RequestKind, status: number, error: Row, referenceField: string): Named {
  const code = textOf(error['code']) ?? ''
  const reason = wordsOf(error)
  if (TOKEN_CODES.has(code)) return { type: 'tokenRefused', reason }
  if (status === 429 || THROTTLE_CODES.has(code)) {
    return ended({ outcome: 'notSent', reason, fault: 'throttled' })
  }
  if (status >= 500 || AMBIGUOUS_CODES.has(code)) {
    return ended({ outcome: 'unknown', reason, fault: 'wrongAnswer' })
  }
  if (kind === 'create') {
    const id = duplicateOf(error, referenceField)
    if (id !== undefined) return { type: 'duplicate', id }
  }
  if (kind === 'delete' && code === 'INVALID_DATA' && error['message'] === 'record not deleted') {
    return { type: 'notDeleted', reason }
  }
  return ended({ outcome: 'refused', reason })
}

/** The id of our own earlier record, where the refusal is about the unique reference field. */
function duplicateOf(error: Row, referenceField: string): string | undefined {
  const details = rowOf(error['details'])
  if (error['code'] === 'MULTIPLE_OR_MULTI_ERRORS') {
    const nested = rowsOf(details?.['errors']) ?? rowsOf(error['errors']) ?? []
    return nested.map((one) => duplicateOf(one, referenceField)).find((id) => id !== undefined)
  }
  if (error['code'] !== 'DUPLICATE_DATA' || details?.['api_name'] !== referenceField) {
    return undefined
  }
  const duplicate = rowOf(details['duplicate_record'])
  return textOf(duplicate?.['id']) ?? textOf(details['id']) ?? undefined
}

function nameUnreadable(status: number): Named {
  const reason = `HTTP ${status} without a readable answer`
  if (status === 401) return { type: 'tokenRefused', reason }
  if (status === 429) return ended({ outcome: 'notSent', reason, fault: 'throttled' })
  if (REFUSING_STATUSES.has(status)) return ended({ outcome: 'refused', reason })
  return ended({ outcome: 'unknown', reason, fault: 'wrongAnswer' })
}

function failureResult(failure: NetworkFailure): Exclude<CallResult<never>, { outcome: 'done' }> {
  switch (failure.type) {
    case 'unreachable':
      return { outcome: 'notSent', reason: `not reached (${failure.reason})`, fault: 'unreachable' }
    case 'timeout':
      return failure.sent
        ? { outcome: 'unknown', reason: 'no answer in time', fault: 'timeout' }
        : { outcome: 'notSent', reason: 'no time left to send it', fault: 'timeout' }
    case 'broken':
      return unknown(`connection lost (${failure.reason})`, 'unreachable')
    case 'oversized':
      return unknown('the answer was too large', 'wrongAnswer')
  }
}

function unknown(reason: string, fault: CallFault) {
  return { outcome: 'unknown', reason, fault } as const
}

function ended(result: Exclude<CallResult<never>, { outcome: 'done' }>): Named {
  return { type: 'ended', result }
}

/** An answer that arrived and makes no sense: what became of the request is not known. */
export function wrongAnswer(reason: string): Named & { readonly type: 'ended' } {
  return { type: 'ended', result: unknown(reason, 'wrongAnswer') }
}

/** Code, message and the name of the field: never a value, which might be a person's. */
function wordsOf(error: Row): string {
  const code = (textOf(error['code']) ?? '').slice(0, WORDS_MAX)
  const message = (textOf(error['message']) ?? 'no message').slice(0, WORDS_MAX)
  const details = rowOf(error['details'])
  const field = textOf(details?.['api_name']) ?? textOf(details?.['param_name'])
  return field === null
    ? `${code}: ${message}`
    : `${code}: ${message} (${field.slice(0, WORDS_MAX)})`
}
