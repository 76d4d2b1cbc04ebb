// The ids of records.
// With a 7 in front an id has 19 digits and is below 2^63. The ids of the sample data have 18.
const PREFIX = '7'
const EPOCH_DIGITS = 13
const COUNTER_ZEROS = '00000'

/**
 * Makes ids like Zoho's: digits only, each greater than the one before. They begin at the clock, so
 * that no id repeats after a restart, as long as fewer than 100,000 are taken per millisecond.
 */
export function makeIds(startedAtMs: number): () => string {
  const startedAt = String(Math.trunc(startedAtMs)).padStart(EPOCH_DIGITS, '0')
  let last = BigInt(PREFIX + startedAt + COUNTER_ZEROS)
  return function nextId() {
    last += 1n
    return String(last)
  }
}

export function isId(text: string): boolean {
  return /^\d{1,19}$/.test(text)
}

/** Compares ids as numbers. They are too large for a JavaScript number, so it compares texts. */
export function compareIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}
