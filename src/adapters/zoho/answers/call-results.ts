// Turns a classified answer into the `CallResult` that a port returns.

import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ClassifiedAnswer, NotDone } from './classify-answer.ts'
import type { Row } from './rows.ts'

/** The result of a read, by what `read` makes of its rows. */
export function readAs<Value>(
  answer: ClassifiedAnswer,
  read: (rows: readonly Row[]) => CallResult<Value>,
): CallResult<Value> {
  return answer.type === 'rows' ? read(answer.rows) : resultOf(answer)
}

/** The result of an answer that is not the one its caller can use. */
export function resultOf(answer: ClassifiedAnswer): NotDone {
  if (answer.type === 'notDone') return answer.result
  return wrongAnswer(`an answer out of place (${answer.type})`)
}

export function done<Value>(value: Value): CallResult<Value> {
  return { type: 'done', value }
}

/** `undefined` stands for rows that are not what was asked for. */
export function usable<Value>(value: Value | undefined): CallResult<Value> {
  return value === undefined ? wrongAnswer() : done(value)
}

/** For rows that are not what was asked for. They are asked for again. */
export function wrongAnswer(reason = 'a row that is not what was asked for'): NotDone {
  return { type: 'unknown', reason, fault: 'wrongAnswer' }
}

/** The reason of an answer that lacks a column, in words that a person can act on. */
export function hiddenField(field: string, of: string): string {
  const why = 'it is hidden from the API, or its right is missing'
  return `the CRM does not show the field ${field} of ${of}: ${why}`
}
