import type { FastifyInstance } from 'fastify'
import { makeServer, type ServerDeps } from '../../src/adapters/http/server.ts'
import type { VirtualTime } from './virtual-time.ts'

type Owner = { readonly deps: ServerDeps; readonly time: VirtualTime }
type Front = { readonly server: FastifyInstance; turnTo(owner: Owner): void }

let front: Front | undefined

/**
 * The HTTP front of a process, which takes over that of the one before: to build one is most of
 * what a start costs. It keeps no state of its own, and when a process starts, whatever its
 * predecessor had begun waits for a promise that never comes.
 */
export async function sharedFront(deps: ServerDeps, time: VirtualTime): Promise<FastifyInstance> {
  front ??= await time.hold(makeFront({ deps, time }))
  front.turnTo({ deps, time })
  return front.server
}

async function makeFront(first: Owner): Promise<Front> {
  let owner = first
  const server = await makeServer(forwarding(() => owner.deps))
  const close = server.close.bind(server)
  // Deno waits for a timer of its own in it.
  Object.assign(server, { close: () => owner.time.hold(close()) })
  const turnTo = (next: Owner) => {
    owner = next
  }
  return { server, turnTo }
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
