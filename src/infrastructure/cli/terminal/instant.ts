import { InvalidArgumentError } from 'commander'
import { type EpochMs, parseInstant } from '../../../domain/time.ts'

/** The value of an option that is a time. @throws {InvalidArgumentError} which the user is shown. */
export function instant(text: string): EpochMs {
  const at = parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError('A time such as 2026-11-24T10:00:00Z.')
  return at
}
