import type { FaultKind } from './faults.ts'
import type { Operation } from './operation.ts'

export type JournalEntry = {
  readonly method: string
  /** Without the query: it may hold a name or an address. */
  readonly path: string
  readonly operation: Operation
  /** HTTP status of the answer; `null` when none leaves. */
  readonly status: number | null
  readonly fault: FaultKind['type'] | null
}

/** The oldest entries go first. */
export const JOURNAL_ENTRIES_MAX = 10_000

export type Journal = {
  readonly entries: readonly JournalEntry[]
  add(entry: JournalEntry): void
}

export function makeJournal(): Journal {
  const entries: JournalEntry[] = []
  return {
    entries,
    add(entry) {
      entries.push(entry)
      if (entries.length > JOURNAL_ENTRIES_MAX) entries.shift()
    },
  }
}
