// Measures the work of this process in the present turn of the event loop.

import process from 'node:process'

/**
 * What it returns gives the milliseconds for which the process has worked since it was first asked in this
 * turn; 0 at that first time. It is the time of the processor, not that of the clock: another program that
 * takes the processor makes a turn longer, but not its work, and neither does a disk that is waited for.
 */
export function makeTurnWork(
  workedMs: () => number = workedMsHere,
  atEndOfTurn: (then: () => void) => void = setImmediate,
): () => number {
  let before: number | undefined
  const end = () => {
    before = undefined
  }

  return function turnWorkMs() {
    const worked = workedMs()
    if (before === undefined) {
      before = worked
      atEndOfTurn(end)
    }
    return worked - before
  }
}

/** Of all threads: those that collect what V8 has freed do it for this one. */
function workedMsHere(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
