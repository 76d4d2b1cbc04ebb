// The log lines about mails that are not accepted: one a minute, however many are tried.

import { LONG_AGO, msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'
import type { AppError } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'

/** The shortest time from one line to the next, in milliseconds. */
const LINE_EVERY_MS = 60_000

/** Notes one failed attempt. @param fields of the line, where this attempt writes one */
export type NoteRefused = (fields: Readonly<Record<string, unknown>>, error: AppError) => void

/**
 * A mail server that is down refuses all that waits at once. The first attempt writes its line, and
 * those of the minute after it are counted in the next. No stack: the reason is the server's.
 */
export function makeNoteRefused({
  clock,
  logger,
}: {
  readonly clock: Timer
  readonly logger: Pick<Logger, 'warn'>
}): NoteRefused {
  let saidAt = LONG_AGO
  let attempts = 0

  return function noteRefused(fields, error) {
    attempts += 1
    if (msBetween(saidAt, clock.instant()) < LINE_EVERY_MS) return
    logger.warn({ ...fields, attempts, reason: reasonOf(error) }, 'mail not accepted')
    saidAt = clock.instant()
    attempts = 0
  }
}

function reasonOf({ message, cause }: AppError): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
