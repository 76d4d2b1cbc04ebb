// The calls that the fake has received, for tests to look at.
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
  /** When the answer left or the caller went away; `null` before that. */
  readonly endedAtMs: number | null
  /** Calls in flight when this one arrived, itself included; calls for a token count apart. */
  readonly inFlight: number
}

/** Entries that are kept. Beyond, the oldest are dropped: a soak test must not fill the memory. */
export const JOURNAL_ENTRIES_MAX = 10_000

export type Journal = {
  readonly entries: readonly JournalEntry[]
  /** Returns the function that records the end of the call. */
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
