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

/** JSON lines on stderr: stdout is for what was asked for. */
export function makeLogger(level: string): Logger {
  return pino({ level, redact: REDACTED }, destination({ fd: 2, sync: true }))
}
