// How the values of PostgreSQL become values here.

import pg from 'pg'

const { INT8, NUMERIC, BYTEA } = pg.types.builtins

const bytes: (text: string) => unknown = pg.types.getTypeParser(BYTEA)

/** Parsers of one connection: those of the whole process, which others share, stay as they are. */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [INT8, toSafeInteger],
  // A sum of amounts has more digits than a number holds.
  [NUMERIC, (text) => text],
  [BYTEA, bytes],
])

/** The parser for each type: `int8` is a number, `numeric` a text and `bytea` a `Buffer`. */
export const valueTypes: pg.CustomTypesConfig = {
  // `pg` declares one overload for each type that it knows.
  getTypeParser: ((type: number, format?: 'text' | 'binary') =>
    PARSERS.get(type) ??
    pg.types.getTypeParser(type, format as 'text')) as typeof pg.types.getTypeParser,
}

/** @throws {RangeError} when a number would not hold it exactly */
function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('database: an int8 is beyond 2^53')
  return value
}
