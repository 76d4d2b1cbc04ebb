// The logger of the process.

import { destination, type Logger, pino } from 'pino'

/** Members that never reach a log line, should somebody log them against the rule. */
const REDACTED = [
  'req.headers',
  'headers.authorization',
  'headers["x-api-key"]',
  'key',
  'token',
  'password',
]

/** Bytes of log lines that wait while stderr is a file on a full disk. Later lines are lost. */
const WAITING_BYTES_MAX = 1024 * 1024

/** Writes JSON lines to stderr; stdout is for results. A line that cannot be written is dropped. */
export function makeLogger(level: string): Logger {
  const lines = destination({ fd: 2, sync: true, maxLength: WAITING_BYTES_MAX })
  lines.on('error', () => undefined)
  return pino({ level, redact: REDACTED }, lines)
}
