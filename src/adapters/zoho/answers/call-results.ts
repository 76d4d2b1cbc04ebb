import type { CallResult } from '../../../domain/sale/outcome.ts'
import { type ClassifiedAnswer, wrongAnswer } from './classify-answer.ts'
import type { Row } from './rows.ts'

/** Rows as what they stand for; `read` says `undefined` to rows that were not asked for. */
export function readAs<Value>(
  answer: ClassifiedAnswer,
  read: (rows: readonly Row[]) => Value | undefined,
): CallResult<Value> {
  if (answer.type !== 'rows') return resultOf(answer)
  const value = read(answer.rows)
  return value === undefined
    ? resultOf(wrongAnswer('a row that is not what was asked for'))
    : { outcome: 'done', value }
}

/** The result of an answer that is neither rows nor a success. */
export function resultOf(
  answer: ClassifiedAnswer,
): Exclude<CallResult<never>, { readonly outcome: 'done' }> {
  if (answer.type === 'notDone') return answer.result
  const reason = `an answer out of place (${answer.type})`
  return { outcome: 'unknown', reason, fault: 'wrongAnswer' }
}
