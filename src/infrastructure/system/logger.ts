import { destination, type Logger, pino } from 'pino'

/** Paths that are never to be logged; the rule is not to log them in the first place. */
const REDACTED = [
  'req.headers',
  'headers.authorization',
  'headers["x-api-key"]',
  'key',
  'token',
  'password',
]

/** Lines that wait for room where stderr is a file on a full disk; those beyond it are lost. */
const WAITING_BYTES_MAX = 1024 * 1024

/** JSON lines on stderr: stdout is for what was asked for. A line that cannot be written ends nothing. */
export function makeLogger(level: string): Logger {
  const lines = destination({ fd: 2, sync: true, maxLength: WAITING_BYTES_MAX })
  lines.on('error', () => undefined)
  return pino({ level, redact: REDACTED }, lines)
}
