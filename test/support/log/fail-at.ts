// A database that goes away after a number of changes, for what has to be resumed.

import type { CopyEnd } from '../../../src/adapters/sql/copies/copy-end.ts'

/** Counts the statements of both ends of a copy that change something, and calls `end` right after the last one. */
export class ChangeCount {
  #left: number
  readonly #end: () => never

  constructor(changes: number, end: () => never) {
    this.#left = changes
    this.#end = end
  }

  /** The end of a copy, as one whose changes are counted. */
  of(end: CopyEnd): CopyEnd {
    const counted = end.database.kysely.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (result.numAffectedRows === undefined) return result
        this.#left -= 1
        if (this.#left < 0) this.#end()
        return result
      },
    })
    return { ...end, database: { ...end.database, kysely: counted } }
  }
}
