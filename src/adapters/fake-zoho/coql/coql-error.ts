// The errors with which a COQL query is refused.
import type { JsonObject } from '../schema/json.ts'
import { type Answer, refuse } from '../wire/answers.ts'

/** Thrown while a query is read or run. Who took the query in catches it and returns `answer`. */
export class CoqlError extends Error {
  override readonly name = 'CoqlError'
  readonly answer: Answer

  constructor(code: string, message: string, details: JsonObject) {
    super(`coql: ${message}`)
    this.answer = refuse(400, code, message, details)
  }
}

/** `at` is an offset in characters. In the answer, as in Zoho's, lines and columns begin at 1. */
export function syntaxErrorAt(query: string, at: number): CoqlError {
  const before = query.slice(0, at)
  return new CoqlError('SYNTAX_ERROR', 'error occurred while parsing the query', {
    near: query.slice(at, at + 20),
    line: before.split('\n').length,
    column: at - before.lastIndexOf('\n'),
  })
}

export function invalidQuery(message: string, details: JsonObject): CoqlError {
  return new CoqlError('INVALID_QUERY', message, details)
}
