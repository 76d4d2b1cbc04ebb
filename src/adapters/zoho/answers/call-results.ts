// Turns a classified answer into the `CallResult` that a port returns.

import type { CallResult } from '../../../domain/sale/outcome.ts'
import type { ClassifiedAnswer, NotDone } from './classify-answer.ts'
import type { Row } from './rows.ts'

/**
 * The result of a read.
 *
 * @param read returns what the rows stand for, or `undefined` when they are not what was asked for
 */
export function readAs<Value>(
  answer: ClassifiedAnswer,
  read: (rows: readonly Row[]) => Value | undefined,
): CallResult<Value> {
  if (answer.type !== 'rows') return resultOf(answer)
  const value = read(answer.rows)
  return value === undefined
    ? wrongAnswer('a row that is not what was asked for')
    : { type: 'done', value }
}

/** The result of an answer that is not the one its caller can use. */
export function resultOf(answer: ClassifiedAnswer): NotDone {
  return answer.type === 'notDone'
    ? answer.result
    : wrongAnswer(`an answer out of place (${answer.type})`)
}

function wrongAnswer(reason: string): NotDone {
  return { type: 'unknown', reason, fault: 'wrongAnswer' }
}
