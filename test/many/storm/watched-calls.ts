// Reads the journal of the fake Zoho again and again, because it keeps the newest calls only.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalEntry } from '../../../src/adapters/fake-zoho/answer/journal.ts'
import type { FakeProcess } from '../../crash/site/fake-process.ts'

/** Often enough for fewer calls in between than the journal keeps. */
const READ_EVERY_MS = 2_000

/** So many calls in a row are no others. */
const SAME = 30

export type WatchedCalls = {
  readonly calls: readonly JournalEntry[]
  /** Reads the journal until `over` is aborted, and then once more. */
  run(over: AbortSignal): Promise<void>
}

export function watchCalls(fake: Pick<FakeProcess, 'journal'>): WatchedCalls {
  const calls: JournalEntry[] = []

  return {
    calls,
    async run(over) {
      while (!over.aborted) {
        await read()
        await sleep(READ_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
      }
      await read()
    },
  }

  async function read(): Promise<void> {
    const journal = await fake.journal()
    const known = calls.slice(-SAME).map(nameOf).join()
    const isKnownUntil = (end: number) =>
      journal
        .slice(Math.max(0, end - SAME), end)
        .map(nameOf)
        .join() === known
    let end = journal.length
    while (end > 0 && !isKnownUntil(end)) end -= 1
    assert.ok(end > 0 || calls.length === 0, 'calls were forgotten before they were read')
    for (const call of journal.slice(end)) calls.push(call)
  }
}

function nameOf({ startedAtMs, operation, path, inFlight }: JournalEntry): string {
  return `${startedAtMs} ${operation} ${path} ${inFlight}`
}
