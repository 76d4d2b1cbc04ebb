// The one writer of a process: collects what is to be added to the log into groups, each of which is
// one transaction.

import type { CompiledQuery, Transaction } from 'kysely'
import { errorCode } from '../../../../application/base/errors.ts'
import type { SaleId } from '../../../../domain/ids.ts'
import { makeGroupCommit, type Written } from '../../../group-commit/group-commit.ts'
import type { Database } from '../../database/database.ts'
import { isCommitInDoubt, toAppError } from '../../database/database-failure.ts'
import { retryConflicts } from '../../database/repeats.ts'
import type { Schema } from '../../database/schema.ts'
import { InDoubt } from './doubt.ts'
import { type Answers, makeLogEndReader } from './log-ends.ts'
import { type LogGroup, openGroup } from './log-group.ts'
import { makeLogRows } from './log-rows.ts'
import { type GroupEvents, makeReadBack, noteEnd, type ReadBackOptions } from './read-back.ts'

/** One write: what it adds, all or nothing. */
export type LogWrite<Answer> = {
  /** The sale to which it adds events; left out for none. */
  readonly saleId?: SaleId
  /** Whether it adds events that belong to no sale. */
  readonly hasOwn?: boolean
  /**
   * What it has to know, read once the log is locked, before any write of the group. What several writes of a
   * group ask by the same object is asked once; what is `undefined` is not asked, and has no rows.
   */
  readonly asks?: readonly (CompiledQuery | undefined)[]
  /**
   * Runs in the transaction of the group, and may run a second time, in a transaction of its own. An
   * AppError `conflict` refuses this write only, so it is thrown before anything is written.
   *
   * @param answers to what it asks, in that order
   */
  readonly write: (group: LogGroup, answers: Answers) => Promise<Answer>
}

export interface LogWriter {
  /**
   * Adds a write to the next group. Resolves when that is durable.
   *
   * @throws what the write threw, or the error of the database that kept its group from being committed
   */
  write<Answer>(write: LogWrite<Answer>): Promise<Answer>

  /** Waits until all that was added is durable or refused. */
  idle(): Promise<void>
}

/** Called when a group of writes is on disk. `ms` are those of its transaction, with the sync. */
export type OnCommit = (writes: number, ms: number) => void

/** `known`: the log that this process has seen; left out where the database is a file of its own. */
export type LogWriterOptions = ReadBackOptions

/**
 * A group whose commit has no answer is read back, while others are written. One without an event is not, and
 * counts as not stored: each such write may be done twice.
 *
 * @param endOfTurn calls its argument once, after everything that is ready to run in this turn
 */
export function makeLogWriter(
  database: Pick<Database, 'kysely' | 'words' | 'logHead' | 'askTogether'>,
  endOfTurn: (then: () => void) => void,
  onCommit: OnCommit = () => undefined,
  { known, pause }: LogWriterOptions = {},
): LogWriter {
  const { kysely } = database
  const rows = makeLogRows(database)
  const ends = makeLogEndReader(database, rows, known)
  const isStored = makeReadBack(database, rows, { known, pause })
  // As many as there are writes whose callers wait, at most.
  const inDoubt = new Set<Promise<unknown>>()
  const commit = makeGroupCommit<LogWrite<unknown>, unknown>({
    writeGroup,
    concernsAll,
    endOfTurn,
  })

  return {
    async write<Answer>(write: LogWrite<Answer>) {
      try {
        return (await commit.add(write)) as Answer
      } catch (error) {
        if (error instanceof InDoubt) return (await error.answerOf(write)) as Answer
        throw error
      }
    },

    async idle() {
      await commit.idle()
      await Promise.allSettled(inDoubt)
    },
  }

  async function writeGroup(
    writes: readonly LogWrite<unknown>[],
  ): Promise<readonly Written<unknown>[]> {
    const startedAt = performance.now()
    let written: Written<unknown>[] = []
    let events: GroupEvents | undefined
    const work = async (tx: Transaction<Schema>) => {
      written = []
      events = undefined
      const asked = [
        ...new Set(writes.flatMap(({ asks = [] }) => asks.flatMap((one) => one ?? []))),
      ]
      const read = await ends.read(tx, {
        saleIds: [...new Set(writes.flatMap(({ saleId }) => saleId ?? []))],
        hasOwn: writes.some((write) => write.hasOwn === true),
        more: asked,
      })
      const answers = new Map(asked.map((query, at) => [query, read.more[at] ?? []]))
      const group = openGroup(tx, read, rows)
      const after = read.last
      for (const write of writes) {
        const its = (write.asks ?? []).map((query) => (query && answers.get(query)) ?? [])
        written.push(await attempt(() => write.write(group, its)))
      }
      await group.writeRows()
      events = { after, leaves: group.leaves }
      return read
    }
    try {
      const { sales } = await retryConflicts(() => kysely.transaction().execute(work))
      onCommit(writes.length, performance.now() - startedAt)
      ends.remember(sales)
      if (events !== undefined) noteEnd(known, events)
      return written
    } catch (error) {
      if (!isCommitInDoubt(error) || events === undefined) throw error
      throw new InDoubt(writes, written, resolve(events))
    }
  }

  function resolve(events: GroupEvents): Promise<boolean> {
    const stored = events.leaves.length === 0 ? Promise.resolve(false) : isStored(events)
    const ended = stored.catch(() => undefined).finally(() => inDoubt.delete(ended))
    inDoubt.add(ended)
    return stored
  }
}

async function attempt(write: () => Promise<unknown>): Promise<Written<unknown>> {
  try {
    return { type: 'stored', answer: await write() }
  } catch (error) {
    if (errorCode(error) !== 'conflict') throw error
    return { type: 'refused', error }
  }
}

/** A database that is busy, full or damaged fails for each write alike. */
function concernsAll(error: unknown): boolean {
  if (error instanceof InDoubt) return true
  const code = errorCode(toAppError('group', error))
  return code === 'unavailable' || code === 'lost'
}
