// Turns requests away where more came at once than the one thread gets through quickly.

import type { FastifyInstance } from 'fastify'
import { TurnedAway } from '../request/turned-away.ts'

/**
 * Milliseconds of work in one turn of the event loop after which no further request is begun in it. All
 * that the process does waits for the turn to end: health checks, callers at the door, sales on their way.
 * At full throughput with 256 callers a turn took 29 ms, and 68 ms where other programs wanted both
 * processors several times over (measured): a machine of a third of that speed turns nobody away.
 */
export const TURN_WORK_MS_MAX = 250

/** `Retry-After`: the next turn may have room, but a caller who asks at once makes it longer. */
const SHED_RETRY_MS = 1_000

/**
 * Comes before the key is judged, which costs a read. The first request of a turn always passes, so that
 * no load and no measure keeps everybody out. What needs no key is always answered: it is
 * cheap, and who looks after the gateway asks for it.
 *
 * @param turnWorkMs milliseconds for which the process has worked in this turn, since its first request
 */
export function shedLoad(app: FastifyInstance, turnWorkMs: () => number): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404 || request.routeOptions.config.access === 'public') return done()
    done(turnWorkMs() > TURN_WORK_MS_MAX ? new TurnedAway('load', SHED_RETRY_MS) : undefined)
  })
}
