// The id of a request, in its answer, its log lines and its events.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a request id is made of, so that it cannot harm a log. */
export const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/

/** Returns the caller's own id where it cannot harm a log, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}
