import type { FaultKind } from '../faults/fault-kinds.ts'
import type { Operation } from '../faults/operation.ts'
import type { ExceededLimit } from './rate-limits.ts'

export type JournalEntry = {
  readonly method: string
  /** Without the query: it may hold a name or an address. */
  readonly path: string
  readonly operation: Operation
  /** HTTP status of the answer; `null` when none leaves. */
  readonly status: number | null
  readonly fault: FaultKind['type'] | ExceededLimit | null
  /** When the call arrived, in milliseconds since the Unix epoch. */
  readonly startedAtMs: number
  /** When its answer left, or its caller; `null` as long as neither has. */
  readonly endedAtMs: number | null
  /** Calls in flight when this one arrived, it among them; tokens are counted by themselves. */
  readonly inFlight: number
}

/** The oldest entries go first. */
export const JOURNAL_ENTRIES_MAX = 10_000

export type Journal = {
  readonly entries: readonly JournalEntry[]
  /** Returns what is to be told when the call ended. */
  add(entry: Omit<JournalEntry, 'endedAtMs'>): (endedAtMs: number) => void
  clear(): void
}

export function makeJournal(): Journal {
  const entries: JournalEntry[] = []
  return {
    entries,
    add(begun) {
      const entry: { -readonly [K in keyof JournalEntry]: JournalEntry[K] } = {
        ...begun,
        endedAtMs: null,
      }
      entries.push(entry)
      if (entries.length > JOURNAL_ENTRIES_MAX) entries.shift()
      return (endedAtMs) => {
        entry.endedAtMs = endedAtMs
      }
    },
    clear() {
      entries.length = 0
    },
  }
}
