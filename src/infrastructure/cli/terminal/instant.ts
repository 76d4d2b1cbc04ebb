// Options that are times.
import { InvalidArgumentError } from 'commander'
import { type EpochMs, parseInstant } from '../../../domain/time.ts'

/** Parses an option that is a time. @throws {InvalidArgumentError} with an example of a time. */
export function instant(text: string): EpochMs {
  const at = parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError('Give a time such as 2026-11-24T10:00:00Z.')
  return at
}
