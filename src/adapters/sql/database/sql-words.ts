// The few words in which the two databases differ. All else is said once, in the queries themselves.

import type { Expression, RawBuilder } from 'kysely'
import type { Schema } from './schema.ts'

/** Members of an event's body, from the outermost in: `['data', 'saleId']`. */
export type MemberPath = readonly [string, ...string[]]

/** Many rows as one parameter of one statement, whatever their number. */
export type RowsAsOne = {
  /** Makes the parameter. */
  textOf(rows: readonly object[]): string

  /** Selects these columns of all rows in the parameter, as the table has them. */
  select(table: keyof Schema, columns: readonly string[], text: string): RawBuilder<unknown>
}

export type SqlWords = {
  /**
   * The text of a member of the body of an event, as the indexes have it.
   *
   * @param table the name of the table in the query; left out where it reads one table only
   */
  member(path: MemberPath, table?: 'event'): RawBuilder<string | null>

  /** The same, and null where the body is no JSON, as after a damage of the disk. */
  memberOfAny(path: MemberPath, table?: 'event'): RawBuilder<string | null>

  /** The id of the record that an event names, as the index `event_record` has it. */
  readonly recordId: RawBuilder<string | null>

  /** Whether a member, a list of texts, holds this text; null where the body is no JSON. */
  memberHolds(path: MemberPath, text: string): RawBuilder<boolean | null>

  /** The texts as a list for `in`: one parameter, so that a list of any length is the same statement. */
  listOf<Text extends string>(texts: readonly Text[]): Expression<Text>

  /** Set where a statement with many parameters costs more than its rows. */
  readonly rowsAsOne?: RowsAsOne

  /** Locks the rows of a query, leaving out those that another transaction has locked. It stands at the end. */
  readonly skipLocked: RawBuilder<unknown>

  /** Names the index that a query has to use, where the planner would take another. */
  indexedBy(name: string): RawBuilder<unknown>
}
