// Virtual time, for the simulation and for tests of the whole service.

type Timer = { readonly at: number; readonly order: number; fire: (() => void) | undefined }

/** What is held may take so many milliseconds of the true time. */
const HELD_MS_MAX = 60_000

/** Turns of the event loop at one instant: an application that is awake for longer never sleeps. */
const TURNS_MAX = 10_000

/**
 * Time that passes only when nothing else can happen: it jumps from timer to timer, in the order of
 * their times and, at one time, in the order in which they were set.
 */
export class VirtualTime {
  /** Milliseconds since the Unix epoch, as a clock that is right would show them. */
  now: number
  /** Counts whatever the simulated world sees of the application; see `settle`. */
  activity = 0
  readonly #heap: Timer[] = []
  readonly #held = new Set<Promise<unknown>>()
  readonly #quietTurns: number
  #order = 0

  /** @param quietTurns see `settle`; one where the world sees all that the application does */
  constructor(startAt: number, quietTurns = 1) {
    this.now = startAt
    this.#quietTurns = quietTurns
  }

  /** Calls `fire` after so many milliseconds, not before the next turn. Gives back how to cancel. */
  after(ms: number, fire: () => void): () => void {
    this.activity += 1
    const at = this.now + Math.max(0, Math.round(ms))
    const timer: Timer = { at, order: this.#order++, fire }
    this.#push(timer)
    return () => {
      timer.fire = undefined
    }
  }

  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.after(ms, resolve)
    return promise
  }

  /** When the next timer is due; `undefined` without one. */
  nextAt(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].fire === undefined) this.#pop()
    return this.#heap[0]?.at
  }

  /** Lets the next timer fire, and all that comes of it. `false` when there is none. */
  async step(): Promise<boolean> {
    if (this.nextAt() === undefined) return false
    const timer = this.#pop()
    if (timer === undefined) return false
    this.now = timer.at
    timer.fire?.()
    await this.settle()
    return true
  }

  /** Until the work is done no time passes: it waits for something that is not of this world. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#held.add(work)
    try {
      return await work
    } finally {
      this.#held.delete(work)
      this.activity += 1
    }
  }

  /**
   * Waits until the application waits for a timer in everything it does. A turn of the event loop
   * runs all that promises and streams have to do; so many in which the world saw nothing of the
   * application are the last.
   */
  settle(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let quiet = 0
    let turns = 0
    let seen = this.activity
    // No promise for each turn: a test runner that watches every promise makes each of them dear.
    const turn = () => {
      if (this.#held.size > 0) return void this.#untilHeldIsDone().then(count, reject)
      count()
    }
    const count = () => {
      quiet = seen === this.activity ? quiet + 1 : 0
      seen = this.activity
      turns += 1
      if (quiet >= this.#quietTurns) return resolve()
      if (turns === TURNS_MAX) {
        return reject(new Error(`the application never waits, at ${this.now}`))
      }
      setImmediate(turn)
    }
    setImmediate(turn)
    return promise
  }

  async #untilHeldIsDone(): Promise<void> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('held for too long')), HELD_MS_MAX)
    await Promise.race([Promise.allSettled(this.#held), late.promise])
    clearTimeout(timer)
    this.activity += 1
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let i = heap.push(timer) - 1
    while (i > 0) {
      const up = (i - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || isBefore(parent, timer)) break
      heap[i] = parent
      i = up
    }
    heap[i] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let i = 0
    for (;;) {
      const left = 2 * i + 1
      const [a, b] = [heap[left], heap[left + 1]]
      const least = a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left
      const child = heap[least]
      if (child === undefined || isBefore(last, child)) break
      heap[i] = child
      i = least
    }
    heap[i] = last
    return first
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
