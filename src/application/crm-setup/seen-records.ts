// Remembers which records of which sales were seen, with one byte for each event of the log.

import { CREATE_STEPS, type CreateStep } from '../../domain/sale/steps.ts'

/** A sale is named by the position of its first event in the log. */
export type SeenRecords = {
  add(position: number, step: CreateStep): void
  has(position: number, step: CreateStep): boolean
}

const BYTES_FIRST = 65_536

export function makeSeenRecords(): SeenRecords {
  let bits = new Uint8Array(BYTES_FIRST)
  return {
    add(position, step) {
      if (position >= bits.length) {
        const grown = new Uint8Array(2 * position)
        grown.set(bits)
        bits = grown
      }
      bits[position] = (bits[position] ?? 0) | bitOf(step)
    },
    has: (position, step) => ((bits[position] ?? 0) & bitOf(step)) !== 0,
  }
}

function bitOf(step: CreateStep): number {
  return 1 << CREATE_STEPS.indexOf(step)
}
