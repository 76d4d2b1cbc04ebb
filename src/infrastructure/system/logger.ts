// The logger of the process.

import { type Logger, pino } from 'pino'
import { makeLogLines } from './log-lines.ts'

/** Members that never reach a log line, should somebody log them against the rule. */
const REDACTED = [
  'req.headers',
  'headers.authorization',
  'headers["x-api-key"]',
  'key',
  'token',
  'password',
]

export type ProcessLogger = {
  readonly logger: Logger
  /** Lines that were dropped since the start of the process. */
  readonly dropped: () => number
}

/** Writes JSON lines to stderr; stdout is for results. A line that cannot be written is dropped. */
export function makeLogger(level: string): ProcessLogger {
  const lines = makeLogLines((dropped) =>
    logger.warn(
      { dropped },
      'log lines were dropped: stderr was not read, or could not be written',
    ),
  )
  const logger = pino({ level, redact: REDACTED }, lines)
  return { logger, dropped: lines.dropped }
}
