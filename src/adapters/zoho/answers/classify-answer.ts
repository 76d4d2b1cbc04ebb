// Classifies an answer of Zoho: what it means for the request that was sent.
//
// How a call ends has six names on its way from the wire to the log:
//
// 1. `Exchange`         (exchange/exchange.ts) what came back: a status and a JSON, or how the
//                       network failed. The renewal of a token needs no more.
// 2. `ClassifiedAnswer` (here) what that means for this kind of request. It stays in this adapter:
//                       `duplicate`, `notDeleted` and `tokenRefused` need another call before
//                       anybody can decide on them, and `rows` are not checked yet.
// 3. `CallEnding`       (limits/call-ending.ts) what the same answer shows about Zoho itself: is it
//                       there, is it too much at once. The limits know nothing of records.
// 4. `CallResult`       (domain/sale/outcome.ts) what the ports `Crm` and `CrmAdmin` return: done,
//                       refused, unknown or not sent. A sale decides on nothing else.
// 5. `CrmCall`          (application/log/crm-call.ts) the same result with what was called, and
//                       when: how the log keeps it for the auditor.
// 6. `Outcome`          (domain/sale/outcome.ts) one or two results with the effect they belong to.
//                       Time that passed and a restart are outcomes, too, and no calls.
//
// They are not fewer because each is read by somebody else, who must not depend on the one before.

import type { CrmId } from '../../../domain/ids.ts'
import type { CallFault, CallResult } from '../../../domain/sale/outcome.ts'
import type { Exchange, NetworkFailure } from '../exchange/exchange.ts'
import {
  DuplicateDetails,
  ErrorItem,
  FieldsAnswer,
  MultipleDetails,
  RowsAnswer,
  WrittenItem,
} from './answer-schemas.ts'
import { meaningOf } from './codes.ts'
import { NESTED_MAX, wordsOf } from './error-words.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/**
 * What is asked of Zoho, as far as the same answer means something else: `read` is a list or a
 * query, `readOne` reads one record by its id.
 */
export type RequestKind = 'read' | 'readOne' | 'create' | 'delete'

/** The result of a call that did not do what was asked. */
export type NotDone = Exclude<CallResult<never>, { readonly type: 'done' }>

/**
 * What an answer means for the request. Ids were checked to be digits.
 *
 * - `rows`         what a read found; none where it found nothing.
 * - `written`      the one record that was created or deleted.
 * - `duplicate`    a create was refused because this record has our reference; it may be our own
 *                  record of an earlier attempt, which only a read by its id can show.
 * - `notDeleted`   a delete was refused; whether the record is there only a read can show.
 * - `tokenRefused` nothing was done; a new token may help.
 * - `notDone`      everything else; it is the result of the call already.
 */
export type ClassifiedAnswer =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'written'; readonly id: CrmId }
  | { readonly type: 'duplicate'; readonly id: CrmId }
  | { readonly type: 'notDeleted'; readonly reason: string }
  | { readonly type: 'tokenRefused'; readonly reason: string }
  | { readonly type: 'notDone'; readonly result: NotDone }

/** Zoho's message for an id that no record has. */
const NO_SUCH_ID = 'the id given seems to be invalid'

/** Statuses that are a refusal even where the body cannot be read. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([403, 404, 405, 413, 415])

/**
 * Classifies an answer by `data[i].status` and the error code, never by the HTTP status alone: Zoho
 * answers a refusal with 200, and with a 5xx what it may have done.
 *
 * @param referenceField API name of the unique field that holds our references
 */
export function classifyAnswer(
  kind: RequestKind,
  exchange: Exchange,
  referenceField: string,
): ClassifiedAnswer {
  if (exchange.type === 'failed') return notDone(failureResult(exchange.failure))
  const { status, body } = exchange
  const isRead = kind === 'read' || kind === 'readOne'
  if (status === 204 && body === undefined) {
    return isRead ? { type: 'rows', rows: [] } : wrongAnswer('HTTP 204 to a write')
  }
  const rows = listOf(body)
  // One record was sent, so one result comes back. With several, nobody knows which is ours.
  if (!isRead && rows !== undefined && rows.length > 1) {
    return wrongAnswer(`HTTP ${status} with ${rows.length} results for one record`)
  }
  // Zoho may send a refusal as one of the rows of a 200. Then the rows are no answer to a read.
  const item = rows?.find(isRefusal) ?? rows?.[0]
  if (isRead && status === 200 && rows !== undefined && !rows.some(isRefusal)) {
    return { type: 'rows', rows }
  }
  if (!isRead && WrittenItem.Check(item)) return { type: 'written', id: item.details.id as CrmId }
  const error = item ?? rowOf(body)
  if (error !== undefined && ErrorItem.Check(error)) {
    return classifyError(kind, status, error, referenceField)
  }
  return classifyUnreadable(status)
}

function isRefusal(row: Row): boolean {
  return row['status'] === 'error' && ErrorItem.Check(row)
}

function listOf(body: unknown): readonly Row[] | undefined {
  if (RowsAnswer.Check(body)) return body.data
  return FieldsAnswer.Check(body) ? body.fields : undefined
}

function classifyError(
  kind: RequestKind,
  status: number,
  error: Row,
  referenceField: string,
): ClassifiedAnswer {
  if (status < 300 && error['status'] !== 'error') {
    return wrongAnswer(`HTTP ${status} that says neither yes nor no`)
  }
  const code = textOf(error['code']) ?? ''
  const reason = wordsOf(error)
  switch (meaningOf(code, status)) {
    case 'token':
      return { type: 'tokenRefused', reason }
    case 'throttled':
      return notDone({ type: 'notSent', reason, fault: 'throttled' })
    case 'unknown':
      return notDone(unknown(reason, 'wrongAnswer'))
    case 'refused':
      return classifyRefusal(kind, error, code, reason, referenceField)
  }
}

function classifyRefusal(
  kind: RequestKind,
  error: Row,
  code: string,
  reason: string,
  referenceField: string,
): ClassifiedAnswer {
  if (kind === 'create') {
    const id = duplicateOf(error, referenceField)
    if (id !== undefined) return { type: 'duplicate', id }
  }
  if (kind === 'delete' && code === 'INVALID_DATA' && error['message'] === 'record not deleted') {
    return { type: 'notDeleted', reason }
  }
  // For an id that no record has, Zoho's documents name both this answer and 204.
  if (kind === 'readOne' && code === 'INVALID_DATA' && error['message'] === NO_SUCH_ID) {
    return { type: 'rows', rows: [] }
  }
  return notDone({ type: 'refused', reason })
}

/** The id of the record that has our reference already; `undefined` for any other refusal. */
function duplicateOf(error: Row, referenceField: string): CrmId | undefined {
  const { code, details } = error
  if (code === 'MULTIPLE_OR_MULTI_ERRORS') {
    const nested = MultipleDetails.Check(details) ? details.errors : []
    for (const one of nested.slice(0, NESTED_MAX)) {
      const id = one['code'] === code ? undefined : duplicateOf(one, referenceField)
      if (id !== undefined) return id
    }
    return undefined
  }
  if (code !== 'DUPLICATE_DATA' || !DuplicateDetails.Check(details)) return undefined
  if (details.api_name !== referenceField) return undefined
  const id = 'duplicate_record' in details ? details.duplicate_record.id : details.id
  return id as CrmId
}

function classifyUnreadable(status: number): ClassifiedAnswer {
  const reason = `HTTP ${status} without a readable answer`
  if (status === 401) return { type: 'tokenRefused', reason }
  if (status === 429) return notDone({ type: 'notSent', reason, fault: 'throttled' })
  if (REFUSING_STATUSES.has(status)) return notDone({ type: 'refused', reason })
  return notDone(unknown(reason, 'wrongAnswer'))
}

function failureResult(failure: NetworkFailure): NotDone {
  switch (failure.type) {
    case 'unreachable':
      return { type: 'notSent', reason: `not reached (${failure.reason})`, fault: 'unreachable' }
    case 'timeout':
      return failure.sent
        ? unknown('no answer in time', 'timeout')
        : { type: 'notSent', reason: 'no time left to send it', fault: 'timeout' }
    case 'broken':
      return unknown(`connection lost (${failure.reason})`, 'unreachable')
    case 'oversized':
      return unknown('the answer was too large', 'wrongAnswer')
  }
}

function unknown(reason: string, fault: CallFault) {
  return { type: 'unknown', reason, fault } as const
}

/** For an answer that makes no sense: nobody knows what became of the request. */
function wrongAnswer(reason: string): ClassifiedAnswer {
  return notDone(unknown(reason, 'wrongAnswer'))
}

function notDone(result: NotDone): ClassifiedAnswer {
  return { type: 'notDone', result }
}
