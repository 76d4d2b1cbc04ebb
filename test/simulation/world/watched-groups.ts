// What the world sees of the groups in which one process writes.
import type { LogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'

/** A group of so many writes counts as one of many. */
export const MANY = 5

/** The writes of one process, counted by the group in which they are written. */
export class WatchedGroups {
  /** Writes of the group whose transaction is open, or was committed just now; 0 at other times. */
  size = 0
  /** Writes that were added and are neither durable nor refused. */
  #unsettled = 0
  #gathered = 0

  /** To be called when the writer takes its next group. */
  onTurn(): void {
    this.#gathered = this.#unsettled
  }

  watch(writer: LogWriter): LogWriter {
    return {
      ...writer,
      write: async (one) => {
        this.#unsettled += 1
        try {
          return await writer.write({
            ...one,
            write: (group, answers) => {
              this.size = this.#gathered
              return one.write(group, answers)
            },
          })
        } finally {
          this.#unsettled -= 1
        }
      },
    }
  }
}

/** How a group of so many writes is named in the tally. */
export function groupOf(size: number): string {
  return size >= MANY ? `groups of ${MANY} and more` : size > 1 ? 'groups of 2 to 4' : 'groups of 1'
}
