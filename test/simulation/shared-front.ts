import type { FastifyInstance } from 'fastify'
import { makeServer, type ServerDeps } from '../../src/adapters/http/server.ts'

type Front = { readonly server: FastifyInstance; turnTo(deps: ServerDeps): void }

let front: Front | undefined

/**
 * The HTTP front of a process, which takes over that of the one before: to build one is most of
 * what a start costs. It keeps no state of its own, and when a process starts, whatever its
 * predecessor had begun waits for a promise that never comes.
 */
export async function sharedFront(deps: ServerDeps): Promise<FastifyInstance> {
  if (front === undefined) {
    let current = deps
    const server = await makeServer(forwarding(() => current))
    const turnTo = (next: ServerDeps) => {
      current = next
    }
    front = { server, turnTo }
  }
  front.turnTo(deps)
  return front.server
}

/** The next process gets a new one: one that stops in order closes its own for good. */
export function leaveFront(): void {
  front = undefined
}

/** An object that is, at any time and in all its depth, the one that `target` gives then. */
function forwarding<T extends object>(target: () => T): T {
  return new Proxy(target(), {
    get(_, key) {
      const value: unknown = Reflect.get(target(), key)
      if (typeof value === 'function') {
        return (...args: unknown[]) => {
          const now = target()
          return (Reflect.get(now, key) as (...args: unknown[]) => unknown).apply(now, args)
        }
      }
      const isObject = typeof value === 'object' && value !== null && typeof key === 'string'
      return isObject ? forwarding(() => Reflect.get(target(), key) as object) : value
    },
  })
}
