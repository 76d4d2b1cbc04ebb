// Seven in front makes 19 digits below 2^63; the sample data's ids have 18.
const PREFIX = '7'
const EPOCH_DIGITS = 13
const COUNTER_ZEROS = '00000'

/**
 * Ids as Zoho makes them: digits only, rising. They begin from the clock, so that none recurs
 * after a restart as long as fewer than 100,000 are taken per millisecond.
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

/** Orders ids as the numbers they are, which are too large for a JavaScript number. */
export function compareIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}
