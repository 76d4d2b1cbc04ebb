// Finds the error that an answer of Zoho reports, and what its word means.

import type { CrmId } from '../../../domain/ids.ts'
import { ErrorItem, IdRow, MultipleDetails } from './answer-schemas.ts'
import { type CodeMeaning, meaningOf } from './codes.ts'
import { type Row, rowOf, textOf } from './rows.ts'

/** What the word of an error means; `unknown` for one that is not in `CODE_MEANINGS`. */
export type Word = Exclude<CodeMeaning, 'several'> | 'unknown'

/** Errors inside errors that are followed. Zoho documents one level. */
const NESTED_MAX = 3

/**
 * The errors that an answer reports, each one that stands inside another instead of the one around
 * it. None where nothing in the answer can be read as an error.
 *
 * @param rows the list in the answer, if it is one
 * @param isSuccess whether the status is 2xx: then a row is an error only where it says so
 */
export function errorsIn(
  rows: readonly Row[] | undefined,
  body: unknown,
  isSuccess: boolean,
): readonly Row[] {
  const items = rows ?? [rowOf(body) ?? {}]
  return items
    .filter((item) => (!isSuccess || item['status'] === 'error') && ErrorItem.Check(item))
    .flatMap((item) => flatten(item, 0))
}

function flatten(error: Row, depth: number): readonly Row[] {
  const { details } = error
  const isNested = meaningOf(codeOf(error)) === 'several' && MultipleDetails.Check(details)
  if (!isNested || depth === NESTED_MAX || details.errors.length === 0) return [error]
  return details.errors.flatMap((one) => flatten(one, depth + 1))
}

export function codeOf(error: Row): string {
  return textOf(error['code']) ?? ''
}

/** The word of all errors together: the one that leaves most open decides. */
export function wordOf(errors: readonly Row[]): Word {
  const words = errors.map(wordOfOne)
  const order = ['failed', 'unknown', 'throttled', 'token'] as const
  return order.find((word) => words.includes(word)) ?? 'refused'
}

function wordOfOne(error: Row): Word {
  const meaning = meaningOf(codeOf(error))
  if (meaning === 'several') return 'unknown'
  // Zoho reports throttling as INTERNAL_ERROR, too, with the throttle word as its message.
  if (meaning === undefined || meaning === 'failed') {
    const words = textOf(error['message'])?.match(/[A-Z_]{2,64}/g) ?? []
    if (words.some((word) => meaningOf(word) === 'throttled')) return 'throttled'
  }
  return meaning ?? 'unknown'
}

/** The record that `DUPLICATE_DATA` names, and its module where Zoho names that, too. */
export type Duplicate = { readonly id: CrmId; readonly module: string | null }

/**
 * What the errors of a create tell about our reference:
 *
 * - a `Duplicate`  Zoho names the record that has it.
 * - `unnamed`      a record has it, and Zoho does not name it in a way that can be read.
 * - `unclear`      a record has a value of this one, and Zoho does not tell of which field.
 * - `undefined`    nothing.
 */
export function duplicateIn(
  errors: readonly Row[],
  referenceField: string,
): Duplicate | 'unnamed' | 'unclear' | undefined {
  const found = errors
    .filter((error) => codeOf(error) === 'DUPLICATE_DATA')
    .map((error) => rowOf(error['details']) ?? {})
  const ours = found.filter((details) => details['api_name'] === referenceField)
  for (const details of ours) {
    const record = rowOf(details['duplicate_record'])
    const named = [record, details].find((one) => IdRow.Check(one))
    if (named === undefined) continue
    return { id: named['id'] as CrmId, module: textOf(rowOf(record?.['module'])?.['api_name']) }
  }
  if (ours.length > 0) return 'unnamed'
  return found.some((details) => textOf(details['api_name']) === null) ? 'unclear' : undefined
}

/** Zoho's sentences for an id that no record has. */
const NO_SUCH_ID: readonly string[] = ['the id given seems to be invalid', 'invalid record id']

/** Whether the errors of a read by id are about the id: there is no such record. */
export function areAboutTheId(errors: readonly Row[]): boolean {
  return errors.length > 0 && errors.every(isAboutTheId)
}

function isAboutTheId(error: Row): boolean {
  if (codeOf(error) !== 'INVALID_DATA') return false
  const details = rowOf(error['details']) ?? {}
  const message = textOf(error['message'])?.toLowerCase() ?? ''
  const isNamed = 'resource_path_index' in details || details['api_name'] === 'id'
  return isNamed || NO_SUCH_ID.includes(message)
}
