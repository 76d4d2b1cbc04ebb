// Collects the writes of one turn of the event loop, so that all of them share one commit. It knows
// no database: one is given to it as a function that writes a group.

/**
 * Writes of one group. A group holds up the turn in which it is written, and with it the answers of
 * all others; beyond so many, a larger group hardly makes the share of one write in the commit less.
 */
const GROUP_MAX = 256

/** What came of one write of a group that was committed. */
export type Written<Answer> =
  | { readonly type: 'stored'; readonly answer: Answer }
  /** Nothing of this write was stored. The others of its group were. */
  | { readonly type: 'refused'; readonly error: unknown }

export interface GroupCommit<Write, Answer> {
  /**
   * Adds a write to the next group. Resolves with its answer once its group is durable. The writes
   * are written in the order in which they were added.
   *
   * @throws the reason why this write was refused, or why its whole group was not committed
   */
  add(write: Write): Promise<Answer>

  /** Waits until all that was added is durable or refused. */
  idle(): Promise<void>
}

export type GroupCommitDeps<Write, Answer> = {
  /**
   * Writes a group in one transaction. Resolves when it is durable, with what came of each write, in
   * the order of the writes.
   *
   * @throws whatever kept the transaction from being committed
   */
  readonly writeGroup: (group: readonly Write[]) => Promise<readonly Written<Answer>[]>
  /**
   * Whether an error is about the database, so that each write of the group gets it. After any other
   * error each write of the group is written once more, alone, and only one that fails again gets it.
   */
  readonly concernsAll: (error: unknown) => boolean
  /** Calls `then` once, after everything that is ready to run in this turn has run. */
  readonly endOfTurn: (then: () => void) => void
}

/**
 * A write that comes alone waits for the end of its turn, and for no timer. What is added while a
 * group is being written forms the next group. The queue holds what its callers wait for, so it is as
 * long as there are callers.
 */
export function makeGroupCommit<Write, Answer>(
  deps: GroupCommitDeps<Write, Answer>,
): GroupCommit<Write, Answer> {
  type Waiting = PromiseWithResolvers<Answer> & { readonly write: Write }
  const { writeGroup, concernsAll, endOfTurn } = deps
  let waiting: Waiting[] = []
  let isWriting = false
  let newest: Promise<unknown> = Promise.resolve()

  return {
    add(write) {
      const added = { ...Promise.withResolvers<Answer>(), write }
      waiting.push(added)
      newest = added.promise
      if (!isWriting) {
        isWriting = true
        endOfTurn(writeNext)
      }
      return added.promise
    },

    async idle() {
      // The newest one is the last of its group, and no group is overtaken.
      await newest.catch(() => undefined)
    },
  }

  async function writeNext(): Promise<void> {
    const group = waiting.slice(0, GROUP_MAX)
    waiting = waiting.slice(GROUP_MAX)
    await writeAll(group)
    isWriting = waiting.length > 0
    if (isWriting) endOfTurn(writeNext)
  }

  async function writeAll(group: readonly Waiting[]): Promise<void> {
    try {
      const written = await writeGroup(group.map(({ write }) => write))
      for (const [index, one] of group.entries()) settle(one, written[index])
    } catch (error) {
      if (group.length === 1 || concernsAll(error)) {
        for (const { reject } of group) reject(error)
        return
      }
      for (const one of group) await writeAll([one])
    }
  }

  function settle({ resolve, reject }: Waiting, written: Written<Answer> | undefined): void {
    if (written === undefined) reject(new Error('a group of writes came back shorter'))
    else if (written.type === 'stored') resolve(written.answer)
    else reject(written.error)
  }
}
