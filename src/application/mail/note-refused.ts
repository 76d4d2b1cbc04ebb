// The log lines about mails that are not accepted: one a minute, however many are tried.

import type { EpochMs } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
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
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Pick<Logger, 'warn'>
}): NoteRefused {
  let saidAt: EpochMs | undefined
  let attempts = 0

  return function noteRefused(fields, error) {
    attempts += 1
    const quietMs = saidAt === undefined ? LINE_EVERY_MS : clock.now() - saidAt
    // A clock that was set back must not keep the lines away.
    if (quietMs >= 0 && quietMs < LINE_EVERY_MS) return
    logger.warn({ ...fields, attempts, reason: reasonOf(error) }, 'mail not accepted')
    saidAt = clock.now()
    attempts = 0
  }
}

function reasonOf({ message, cause }: AppError): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
