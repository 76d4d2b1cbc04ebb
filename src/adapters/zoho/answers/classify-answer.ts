// Classifies an answer of Zoho: what it means for the request that was sent.
//
// The principle: the status decides the class, a known word may sharpen it, and an unknown word
// never closes a step. A known word is a code of `CODE_MEANINGS`; every other code is an unknown
// one. Zoho answers with words that nobody has listed, in the language of the organisation, and a
// proxy in front of it answers with pages: no reading of words may make a write final by mistake.
// What Zoho names counts as existing until a delete or a complete look shows otherwise.
//
// How a call ends has six names on its way from the wire to the log:
//
// 1. `Exchange`         (exchange/exchange.ts) what came back: a status and a JSON, or how the
//                       network failed. The renewal of a token needs no more.
// 2. `ClassifiedAnswer` (here) what that means for this kind of request. It stays in this adapter:
//                       `named`, `oneRead` and `tokenRefused` need another call before anybody can
//                       decide on them, and `rows` are not checked yet.
// 3. `CallEnding`       (limits/call-ending.ts) what the same answer shows about Zoho itself: is it
//                       there, is it too much at once. The limits know nothing of records.
// 4. `CallResult`       (domain/sale/outcome.ts) what the ports `Crm` and `CrmAdmin` return: done,
//                       refused, unknown or not sent. A sale decides on nothing else.
// 5. `CrmCall`          (application/log/crm-call.ts) the same result with what was called, and
//                       when: how the log keeps it for the auditor.
// 6. `Outcome`          (domain/sale/outcome.ts) one or two results with the effect they belong to.
//                       Time that passed and a restart are outcomes, too, and no calls.
//
// There is one name for each reader, so that no reader depends on the name before its own.

import type { CrmId } from '../../../domain/ids.ts'
import type { CallFault, CallResult } from '../../../domain/sale/outcome.ts'
import type { Exchange, NetworkFailure } from '../exchange/exchange.ts'
import {
  FieldsAnswer,
  LayoutsAnswer,
  OrganisationAnswer,
  RowsAnswer,
  WrittenItem,
} from './answer-schemas.ts'
import { NOT_TO_BE_DELETED } from './codes.ts'
import { type ErrorWords, wordsOf } from './error-words.ts'
import {
  areAboutTheId,
  codeOf,
  type Duplicate,
  duplicateIn,
  errorsIn,
  type Word,
  wordOf,
} from './reported-error.ts'
import type { Row } from './rows.ts'

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
 * - `rows`         what a read found; none where it found nothing. `isDoubtful` is a read by id that
 *                  found nothing in words that may be a proxy's; a query decides.
 * - `written`      the one record that was created or deleted.
 * - `named`        a create was not done, and the answer names the record that has our reference.
 *                  It may be our own of an earlier attempt, which only a read by its id can show.
 * - `oneRead`      a delete was refused or answered oddly; one read of the record decides.
 * - `tokenRefused` nothing was done; a new token may help.
 * - `notDone`      everything else; it is the result of the call already.
 */
export type ClassifiedAnswer =
  | { readonly type: 'rows'; readonly rows: readonly Row[]; readonly isDoubtful?: true }
  | { readonly type: 'written'; readonly id: CrmId }
  | ({ readonly type: 'named'; readonly words: ErrorWords } & Duplicate)
  | { readonly type: 'oneRead'; readonly words: ErrorWords }
  | { readonly type: 'tokenRefused'; readonly words: ErrorWords }
  | { readonly type: 'notDone'; readonly result: NotDone }

/** What one kind of request makes of an answer: a cell of the table. `none` is a read of nothing. */
type Cell = 'refused' | 'refusedOpen' | 'unknown' | 'oneRead' | 'none'
type Line = Readonly<Record<RequestKind, Cell>>

function line(create: Cell, remove: Cell, readOne: Cell, read: Cell): Line {
  return { create, delete: remove, readOne, read }
}

// The table, for every answer that did not do what was asked. `refusedOpen` is refused, and the
// step stays unanswered. A record that is named, throttling and the token are judged before it.
// biome-ignore format: the columns are the point
const LINES = {
  //                    create         delete     read by id  list or query
  nothing:         line('unknown',     'oneRead', 'none',     'none'),
  oddSuccess:      line('unknown',     'oneRead', 'unknown',  'unknown'),
  knownWord:       line('refused',     'oneRead', 'refused',  'refused'),
  unknownWord:     line('refusedOpen', 'oneRead', 'unknown',  'unknown'),
  noRight:         line('refused',     'refused', 'refused',  'refused'),
  noRightUnknown:  line('refusedOpen', 'refused', 'refused',  'refused'),
  noRightNoWord:   line('refusedOpen', 'unknown', 'unknown',  'unknown'),
  notFound:        line('refusedOpen', 'oneRead', 'none',     'unknown'),
  turnedAway:      line('refusedOpen', 'oneRead', 'unknown',  'unknown'),
  locked:          line('refusedOpen', 'refused', 'unknown',  'unknown'),
  nobodyKnows:     line('unknown',     'unknown', 'unknown',  'unknown'),
} as const satisfies Readonly<Record<string, Line>>

/** What an answer reports, as far as it can be read; `none` is an answer without a word. */
type Report = {
  readonly status: number
  readonly rows: readonly Row[] | undefined
  readonly errors: readonly Row[]
  readonly word: Word | 'none'
  readonly words: ErrorWords
}

/** The line of the table for this status and word. */
function lineOf({ status, word, errors }: Report): Line {
  if (isSuccess(status)) {
    if (word === 'refused') return LINES.knownWord
    return status === 204 ? LINES.nothing : LINES.oddSuccess
  }
  switch (status) {
    case 400:
      if (word === 'failed') return LINES.oddSuccess
      return word === 'refused' ? LINES.knownWord : LINES.unknownWord
    case 403:
      if (word === 'none') return LINES.noRightNoWord
      return word === 'refused' ? LINES.noRight : LINES.noRightUnknown
    case 404:
    case 410:
      // A known word about something else than a value, as INVALID_URL_PATTERN: the address of the
      // request is not there. That is no proof that the record is gone.
      return word === 'none' || word === 'unknown' || isInvalidData(errors)
        ? LINES.notFound
        : LINES.turnedAway
    case 423:
      return LINES.locked
    case 408:
    case 425:
      return LINES.nobodyKnows
    default:
      return status >= 400 && status < 500 ? LINES.turnedAway : LINES.nobodyKnows
  }
}

/**
 * Classifies an answer by the table of `LINES`.
 *
 * @param referenceField API name of the unique field that holds our references
 */
export function classifyAnswer(
  kind: RequestKind,
  exchange: Exchange,
  referenceField: string,
): ClassifiedAnswer {
  if (exchange.type === 'failed') return notDone(failureResult(exchange.failure))
  const report = reportOf(kind, exchange.status, exchange.body)
  return (
    doneBy(kind, report) ??
    (kind === 'create' ? byName(report, referenceField) : undefined) ??
    bySignal(report) ??
    byTable(kind, report)
  )
}

function reportOf(kind: RequestKind, status: number, body: unknown): Report {
  const rows = listOf(body)
  const errors = errorsIn(rows, body, isSuccess(status))
  // One record was sent, so one result comes back. With several, nobody knows which is ours.
  if (isWrite(kind) && rows !== undefined && rows.length > 1) {
    const words = { reason: `HTTP ${status} with ${rows.length} results for one record` }
    return { status, rows, errors, word: 'unknown', words }
  }
  return errors.length === 0
    ? { status, rows, errors, word: 'none', words: { reason: `HTTP ${status} without a word` } }
    : { status, rows, errors, word: wordOf(errors), words: wordsOf(errors) }
}

function listOf(body: unknown): readonly Row[] | undefined {
  if (RowsAnswer.Check(body)) return body.data
  if (FieldsAnswer.Check(body)) return body.fields
  if (LayoutsAnswer.Check(body)) return body.layouts
  return OrganisationAnswer.Check(body) ? body.org : undefined
}

/** What was asked for; `undefined` for every other answer. */
function doneBy(kind: RequestKind, { status, rows, errors }: Report): ClassifiedAnswer | undefined {
  if (!isSuccess(status) || rows === undefined) return undefined
  if (isWrite(kind)) {
    const id = rows.length === 1 ? writtenId(rows) : undefined
    return id === undefined ? undefined : { type: 'written', id }
  }
  // Zoho may send a refusal as one of the rows of a 200. Then the rows are no answer to a read.
  const isAnswer = errors.length === 0 && (rows.length > 0 || status === 200)
  return isAnswer ? { type: 'rows', rows } : undefined
}

/** The id of the one success among the results; `undefined` where there is none, or more than one. */
function writtenId(rows: readonly Row[]): CrmId | undefined {
  const [item, another] = rows.filter((row) => WrittenItem.Check(row))
  return another === undefined && WrittenItem.Check(item) ? (item.details.id as CrmId) : undefined
}

/** What stopped the request before Zoho looked at the record: the token, or too many calls. */
function bySignal({ status, errors, word, words }: Report): ClassifiedAnswer | undefined {
  if (status === 401) {
    return errors.some((error) => codeOf(error) === 'OAUTH_SCOPE_MISMATCH')
      ? notDone({ type: 'refused', ...words })
      : { type: 'tokenRefused', words }
  }
  if (status === 429) return notDone({ type: 'notSent', fault: 'throttled', ...words })
  const isToldByZoho = isSuccess(status) || (status >= 400 && status < 500)
  if (word === 'throttled') {
    return notDone({ type: isToldByZoho ? 'notSent' : 'unknown', fault: 'throttled', ...words })
  }
  return word === 'token' && isToldByZoho ? { type: 'tokenRefused', words } : undefined
}

/**
 * A create whose answer, whatever its status, names a record or means that there is one. This
 * outweighs the status, 401 and 429 too: a read of the record decides.
 */
function byName(report: Report, referenceField: string): ClassifiedAnswer | undefined {
  const { status, rows, errors, words } = report
  const id = writtenId(rows ?? [])
  if (id !== undefined) {
    // A success beside other results, or under a status that is none.
    return { type: 'named', id, module: null, words: { reason: `HTTP ${status} with a success` } }
  }
  const duplicate = duplicateIn(errors, referenceField)
  if (duplicate === undefined) return undefined
  if (duplicate === 'unnamed') return notDone({ type: 'unknown', fault: 'wrongAnswer', ...words })
  if (duplicate === 'unclear') {
    const isFinal = lineOf(report).create === 'refused'
    return isFinal ? notDone({ type: 'refused', isOpen: true, ...words }) : undefined
  }
  return { type: 'named', ...duplicate, words }
}

function byTable(kind: RequestKind, report: Report): ClassifiedAnswer {
  const { status, errors, word, words } = report
  const cell = lineOf(report)[kind]
  if (kind === 'readOne' && cell === 'refused' && status === 400 && areAboutTheId(errors)) {
    return NONE
  }
  switch (cell) {
    case 'none':
      return isSuccess(status) || word === 'refused' ? NONE : { ...NONE, isDoubtful: true }
    case 'refused':
      return notDone({ type: 'refused', ...words })
    case 'refusedOpen':
      return notDone({ type: 'refused', isOpen: true, ...words })
    case 'unknown':
      return notDone({ type: 'unknown', fault: 'wrongAnswer', ...words })
    case 'oneRead':
      return errors.some((error) => NOT_TO_BE_DELETED.has(codeOf(error)))
        ? notDone({ type: 'refused', ...words })
        : { type: 'oneRead', words }
  }
}

const NONE = { type: 'rows', rows: [] } as const satisfies ClassifiedAnswer

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function isWrite(kind: RequestKind): boolean {
  return kind === 'create' || kind === 'delete'
}

function isInvalidData(errors: readonly Row[]): boolean {
  return errors.every((error) => codeOf(error) === 'INVALID_DATA')
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

function notDone(result: NotDone): ClassifiedAnswer {
  return { type: 'notDone', result }
}
