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
import { wordsOf } from './error-words.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/** What is asked of Zoho, as far as its answers have to be read differently. */
export type RequestKind = 'read' | 'readOne' | 'create' | 'delete'

type NotDone = Exclude<CallResult<never>, { readonly outcome: 'done' }>

/**
 * An answer by its name; ids in it were proved to be digits by their schema. `written` is the one record of a write; a read has `rows`, none for
 * "nothing found". `duplicate` and `notDeleted` are answers that only a further read can judge.
 */
export type ClassifiedAnswer =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'written'; readonly id: CrmId }
  | { readonly type: 'duplicate'; readonly id: CrmId }
  | { readonly type: 'notDeleted'; readonly reason: string }
  | { readonly type: 'tokenRefused'; readonly reason: string }
  | { readonly type: 'notDone'; readonly result: NotDone }

/** Errors inside one error that are looked through. */
const NESTED_MAX = 10

/** What Zoho says of an id that is nobody's. */
const NO_SUCH_ID = 'the id given seems to be invalid'

/** Statuses that are a refusal even when the body cannot be read. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([403, 404, 405, 413, 415])

/**
 * Names an answer. Judged by `data[i].status` and the code, never by the HTTP status alone: Zoho
 * answers 200 to refusals, and a 5xx to what it may have done.
 *
 * @param referenceField the unique field whose duplicate is our own record
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
  // One record was sent, so one is answered for: a success beside a refusal may have been done.
  if (!isRead && rows !== undefined && rows.length > 1) {
    return wrongAnswer(`HTTP ${status} with ${rows.length} results for one record`)
  }
  // A refusal may stand among the rows of a 200: that is no answer to what was asked.
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
      return notDone({ outcome: 'notSent', reason, fault: 'throttled' })
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
  // Whether an unknown id is answered 204 or so is not documented alike everywhere.
  if (kind === 'readOne' && code === 'INVALID_DATA' && error['message'] === NO_SUCH_ID)
    return { type: 'rows', rows: [] }
  return notDone({ outcome: 'refused', reason })
}

/** The id of our own earlier record, where the refusal is about the unique reference field. */
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
  if (status === 429) return notDone({ outcome: 'notSent', reason, fault: 'throttled' })
  if (REFUSING_STATUSES.has(status)) return notDone({ outcome: 'refused', reason })
  return notDone(unknown(reason, 'wrongAnswer'))
}

function failureResult(failure: NetworkFailure): NotDone {
  switch (failure.type) {
    case 'unreachable':
      return { outcome: 'notSent', reason: `not reached (${failure.reason})`, fault: 'unreachable' }
    case 'timeout':
      return failure.sent
        ? unknown('no answer in time', 'timeout')
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

function notDone(result: NotDone): ClassifiedAnswer & { readonly type: 'notDone' } {
  return { type: 'notDone', result }
}

/** An answer that arrived and makes no sense: what became of the request is not known. */
export function wrongAnswer(reason: string): ClassifiedAnswer & { readonly type: 'notDone' } {
  return notDone(unknown(reason, 'wrongAnswer'))
}
