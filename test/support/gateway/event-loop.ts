import type { EventLoop } from '../../../src/adapters/http/server.ts'

/** An event loop to which nobody comes, and in which so much was done in this turn. */
export function loopWith(turnWorkMs: () => number): EventLoop {
  return { turnWorkMs, afterComers: (then) => then() }
}
