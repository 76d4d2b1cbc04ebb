// The trace of a caller (W3C Trace Context), for the log lines about its request.

import type { IncomingMessage } from 'node:http'

/** Version, trace, parent and flags. A later version may have more behind them. Source: W3C Trace Context, 3.2. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** The id of the trace that the caller is in; `undefined` without one, or where the header is malformed. */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const given = request.headers['traceparent']
  if (typeof given !== 'string') return undefined
  const [, version, traceId, more] = TRACEPARENT.exec(given) ?? []
  // Version 00 has these four parts and no other.
  return version === '00' && more !== undefined ? undefined : traceId
}
