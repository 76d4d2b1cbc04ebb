// Puts off what takes long in a turn of the event loop until no caller is at the door.

/**
 * Connections that come in before a group of sales is written, or requests are served, at most. While
 * they do, a turn takes a fraction of a millisecond, so they take about as long as a full group.
 */
const COMERS_MAX = 128

/**
 * Turns after which Deno is made to look at its sockets. It accepts many connections then, but while
 * turns follow one another it looks only after 61 (tokio's `event_interval`).
 */
const DENO_TURNS_MAX = 20

export interface Turns {
  /** To be called for each connection that is accepted. */
  readonly onConnection: () => void

  /**
   * Calls `then` at once; while callers come in, after the first turn that brings none. Those who
   * wait are called in their order.
   */
  readonly afterComers: (then: () => void) => void

  /**
   * Calls `then` once, after everything that is ready to run in this turn and in the next; in a later
   * one, where callers come in meanwhile.
   */
  readonly endOfTurn: (then: () => void) => void
}

/**
 * The system hands over one connection a turn (libuv since 1.45). A turn in which a group of sales is
 * written, or goes on after that, takes many milliseconds. So callers would wait outside for as many
 * such turns as there are callers before them, unseen by any limit of ours. A turn in which the requests
 * of a thousand connections are served is as long. While each turn brings a connection, the next
 * group and the requests are therefore put off, and the turns stay short.
 *
 * In Node and in Deno a `fetch` is on the wire a turn after it was called (measured). A group at the end
 * of the same turn would hold it up: the reads of a new sale would wait for its first event, and a
 * create for the events of other sales.
 *
 * @param nextTurn calls its argument in the next turn, after all that is ready to run then
 */
export function makeTurns(nextTurn: (then: () => void) => void = nextTurnHere()): Turns {
  let hasComer = false
  let isComing = false
  let cameInTurn = false
  let turnsOfComers = 0
  // Bounded, because the front has at most so many connections, and each so many requests under way.
  let waiting: (() => void)[] = []

  /** Ends the wait of `afterComers`, or looks again at the end of the next turn. */
  function lookForMore(): void {
    if (cameInTurn && turnsOfComers < COMERS_MAX) {
      cameInTurn = false
      turnsOfComers += 1
      nextTurn(lookForMore)
      return
    }
    isComing = false
    const due = waiting
    waiting = []
    for (const then of due) then()
  }

  return {
    onConnection() {
      hasComer = true
      cameInTurn = true
      if (isComing) return
      isComing = true
      turnsOfComers = 0
      nextTurn(lookForMore)
    },

    afterComers(then) {
      if (isComing) waiting.push(then)
      else then()
    },

    endOfTurn(then) {
      let comers = 0
      nextTurn(() => nextTurn(look))

      function look(): void {
        if (!hasComer || comers === COMERS_MAX) {
          then()
          return
        }
        hasComer = false
        comers += 1
        nextTurn(look)
      }
    },
  }
}

/** How the runtime of this process calls something in its next turn. */
function nextTurnHere(): (then: () => void) => void {
  if (!('Deno' in globalThis)) return setImmediate
  let turns = 0
  return (then) => {
    turns += 1
    if (turns % DENO_TURNS_MAX === 0) setTimeout(then, 0)
    else setImmediate(then)
  }
}
