// The gateways of a storm: each is started again when it is gone.

import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayProcess } from '../../../src/infrastructure/demo/gateway-process.ts'
import type { Fleet } from '../fleet/fleet.ts'

const START_AGAIN_MS = 300

/** While the database is away, no start succeeds. */
const STARTS_MAX = 200

/** Those that are stopped count, too. */
const MIN_SERVING = 2

export type Crew = {
  /** SIGKILLs so far. */
  readonly kills: number
  /** The address of one that serves; a stopped one looks as if it did. */
  url(turn: number): string
  /** Kills one that is not stopped; it is started again in the background. */
  killOne(chance: number): Promise<void>
  /** Stops the last one for a while, and returns when it was continued. */
  stopOne(ms: number): Promise<number>
  /** Resolves when all serve, to the address of one. */
  untilAllServe(): Promise<string>
}

/** @param first the gateways, as they were started */
export function makeCrew(fleet: Fleet, first: readonly GatewayProcess[]): Crew {
  const serving: (GatewayProcess | undefined)[] = [...first]
  const starts: Promise<void>[] = []
  const last = serving.length - 1
  let isStopped = false
  let kills = 0

  return {
    get kills() {
      return kills
    },

    url(turn) {
      const living = serving.filter((one) => one !== undefined)
      return living[turn % Math.max(1, living.length)]?.url ?? first[0]?.url ?? ''
    },

    async killOne(chance) {
      const index = Math.floor(chance * (isStopped ? last : serving.length))
      const gateway = serving[index]
      // On a loaded machine a start takes longer than it is to the next kill.
      if (gateway === undefined || serving.filter(Boolean).length < MIN_SERVING) return
      serving[index] = undefined
      kills += 1
      await fleet.kill(gateway)
      starts.push(restart(index))
    },

    async stopOne(ms) {
      isStopped = true
      await untilServes(last)
      const pid = serving[last]?.pid ?? 0
      process.kill(pid, 'SIGSTOP')
      fleet.interrupted()
      await sleep(ms)
      fleet.interrupted()
      process.kill(pid, 'SIGCONT')
      isStopped = false
      return Date.now()
    },

    async untilAllServe() {
      await Promise.all(starts)
      return serving[0]?.url ?? ''
    },
  }

  async function restart(index: number): Promise<void> {
    for (let tries = 1; serving[index] === undefined; tries += 1) {
      serving[index] = await fleet.startOne(index).catch((error) => {
        if (tries === STARTS_MAX) throw error
        return undefined
      })
      await sleep(START_AGAIN_MS)
    }
  }

  async function untilServes(index: number): Promise<void> {
    while (serving[index] === undefined) await sleep(START_AGAIN_MS)
  }
}
