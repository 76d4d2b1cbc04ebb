// How far a process has seen the log, so that it does not go on with a shorter one, or with another.
import { type Hash, sameBytes } from '../../domain/log/hash.ts'
import { AppError } from '../base/errors.ts'

/**
 * Where the log ended. A database that takes over from another one has the same log up to a point, and may have
 * another after it; so the same event at the end means the same log before it.
 */
export type LogEnd = {
  readonly size: number
  /** The leaf of the last event. */
  readonly leaf: Hash
}

/** The furthest end that this process has seen: what it has stored itself, and what it has read. In memory. */
export interface KnownLog {
  /** `undefined` before the first. */
  newest(): LogEnd | undefined

  /** Notes an end; one that is not further is nothing new. */
  note(end: LogEnd): void
}

/** The log is not what this process has seen of it: it must stop, and write nothing more. */
export class LogDiffers extends AppError {
  readonly why: string
  /** How many events the log has. */
  readonly size: number

  constructor(why: string, size: number) {
    super('lost', `the log is not what it was: ${why}`)
    this.why = why
    this.size = size
  }
}

export function makeKnownLog(): KnownLog {
  let newest: LogEnd | undefined
  return {
    newest: () => newest,
    note(end) {
      if (end.size > (newest?.size ?? 0)) newest = end
    },
  }
}

/** @throws {LogDiffers} for a log of `size` events that was longer */
export function requireLength(known: LogEnd | undefined, size: number): void {
  if (known !== undefined && size < known.size) throw new LogDiffers(tooShort(size, known), size)
}

/** What is wrong with a log of `size` events that was longer. */
export function tooShort(size: number, known: Pick<LogEnd, 'size'>): string {
  return `the log has ${size} events, this gateway has seen ${known.size}`
}

/**
 * @param leaf the one that the log of `size` events has in the place of that of `known`
 * @throws {LogDiffers} where it is another one
 */
export function requireLeaf(known: LogEnd, leaf: Hash | undefined, size: number): void {
  if (leaf !== undefined && sameBytes(leaf, known.leaf)) return
  const why = `the log has ${size} events, and event ${known.size} is not the one that this gateway has seen`
  throw new LogDiffers(why, size)
}
