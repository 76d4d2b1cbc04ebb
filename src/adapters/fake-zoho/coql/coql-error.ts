import type { JsonObject } from '../schema/json.ts'
import { type Answer, refuse } from '../wire/answers.ts'

/** Thrown inside the COQL reader, and turned into `answer` where a query enters it. */
export class CoqlError extends Error {
  override readonly name = 'CoqlError'
  readonly answer: Answer

  constructor(code: string, message: string, details: JsonObject) {
    super(`coql: ${message}`)
    this.answer = refuse(400, code, message, details)
  }
}

/** `at` is an offset in characters; Zoho counts lines and columns from one. */
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
