// What JSON brought as rows, before anything in it is believed.

import type { CrmId } from '../../../domain/ids.ts'
import { IdRow } from './answer-schemas.ts'

/** One record, or one row of a query. Every value is checked before it is used. */
export type Row = Readonly<Record<string, unknown>>

/** Returns `undefined` for a list and for anything else that is no object. */
export function rowOf(value: unknown): Row | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Row)
    : undefined
}

/** The text, or `null` for an empty one and for what is no text: Zoho writes both for "nothing". */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/**
 * The first of the columns that is missing in a row; `undefined` where every row has all of them.
 * Zoho sends `null` for an empty field. A field that is hidden from the API, or from the token's
 * user, is left out: a row without it is not what was asked for, and never an empty field.
 */
export function missingColumn(
  rows: readonly Row[],
  columns: readonly string[],
): string | undefined {
  return columns.find((column) => rows.some((row) => !Object.hasOwn(row, column)))
}

/** Whether Zoho hides the value, or a part of it, behind asterisks. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.includes('**')
}

/** The ids of the rows; `undefined` when a row has none. */
export function idsOf(rows: readonly Row[]): readonly CrmId[] | undefined {
  return rows.every((row) => IdRow.Check(row)) ? rows.map((row) => row['id'] as CrmId) : undefined
}
