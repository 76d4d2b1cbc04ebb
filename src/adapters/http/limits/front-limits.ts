// Limits the connections of the HTTP front.

import type { Server, Socket } from 'node:net'
import type { Timer } from '../../../application/base/clock.port.ts'
import type { Logger } from '../../../application/base/logger.port.ts'
import type { Meter } from '../../../application/base/meter.port.ts'
import { LONG_AGO, msBetween } from '../../../domain/time.ts'

export type FrontLimits = {
  /** How long an idle connection is kept. It has to be longer than that of a proxy before us. */
  readonly keepAliveMs: number
  /** Open connections, all together. */
  readonly socketsMax: number
  /** Open connections of one address. */
  readonly socketsPerAddress: number
  /** Addresses and networks of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
}

/** Milliseconds between two log lines about it: whoever opens thousands must not fill the log. */
const LOG_EVERY_MS = 60_000

/** Closes a connection at once where too many are open, all together or of its address. */
export function limitConnections(
  server: Pick<Server, 'on'>,
  limits: FrontLimits,
  deps: {
    readonly clock: Timer
    readonly logger: Pick<Logger, 'warn'>
    readonly meter: Pick<Meter, 'turnedAway'>
  },
): void {
  const { clock, logger, meter } = deps
  // The addresses with an open connection, so never more than there are connections.
  const open = new Map<string, number>()
  let all = 0
  let refused = 0
  let loggedAt = LONG_AGO

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'closed'
    const own = open.get(address) ?? 0
    if (all >= limits.socketsMax || own >= limits.socketsPerAddress) {
      socket.destroy()
      refuse(own)
      return
    }
    all += 1
    open.set(address, own + 1)
    socket.once('close', () => {
      all -= 1
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
  })

  function refuse(ofAddress: number): void {
    refused += 1
    meter.turnedAway('sockets')
    const now = clock.instant()
    if (msBetween(loggedAt, now) < LOG_EVERY_MS) return
    logger.warn({ refused, open: all, ofAddress }, 'connections closed: too many are open')
    loggedAt = now
    refused = 0
  }
}
