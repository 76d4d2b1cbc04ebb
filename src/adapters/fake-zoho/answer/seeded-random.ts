export interface RandomNumbers {
  /** At least 0, and below 1. */
  next(): number
  /** Begins the row again. */
  restart(): void
}

/** The same row of numbers for the same seed; a seed that changes begins another. */
export function makeRandom(seed: () => number): RandomNumbers {
  let seededWith = seed()
  let state = seededWith
  return {
    next() {
      if (seed() !== seededWith) {
        seededWith = seed()
        state = seededWith
      }
      // Mulberry32, by Tommy Ettinger, in the public domain.
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
    restart() {
      state = seededWith
    },
  }
}
