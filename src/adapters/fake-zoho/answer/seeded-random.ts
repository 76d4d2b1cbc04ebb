// Random numbers that a seed repeats.
export interface RandomNumbers {
  /** A number from 0, inclusive, to 1, exclusive. */
  next(): number
  /** Begins the sequence again. */
  restart(): void
}

/** The same seed gives the same sequence; when the seed changes, another sequence begins. */
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
