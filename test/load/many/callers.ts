// Who asks for sales all the time, at one gateway after the other, and asks again with the same key when there was no answer.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import type { Instance } from './many-stage.ts'

const SALE = {
  contactId: SAMPLE_CONTACT_ID,
  products: [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 2 }],
}

/** Between two tries of one request: for 409, 429, 503, and a connection that broke. */
const PAUSE_MS = 200

/** Tries of one request: together a minute, and no sale takes as long. */
const TRIES_MAX = 300

/** What one caller was told about one sale. */
export type Answer = {
  readonly saleId: string | null
  readonly status: number
  /** From the first try to the answer. */
  readonly ms: number
}

export type Callers = {
  asked(): number
  answers(): readonly Answer[]
  /** Requests that were sent again, because a connection broke or the answer was to come later. */
  repeats(): number
  /** Answers from each instance, by its name. */
  from(name: string): number
  /** Asks for no more sales, and resolves when each that was asked for has its answer. */
  finish(): Promise<void>
}

/** @throws {Error} from `finish`, for a sale without an answer, or with one that no caller may get */
export function startCallers(instances: readonly Instance[], key: string, count: number): Callers {
  const answers: Answer[] = []
  const from = new Map<string, number>()
  let [asked, repeats, turn, isOver] = [0, 0, 0, false]
  const work = Promise.all(Array.from({ length: count }, callAgainAndAgain))
  // It is waited for in `finish`; until then its failure must not end the process.
  work.catch(() => undefined)
  return {
    asked: () => asked,
    answers: () => answers,
    repeats: () => repeats,
    from: (name) => from.get(name) ?? 0,
    async finish() {
      isOver = true
      await work
    },
  }

  async function callAgainAndAgain(): Promise<void> {
    while (!isOver) {
      asked += 1
      await callUntilAnswered(`sale-${asked}`)
    }
  }

  async function callUntilAnswered(idempotencyKey: string): Promise<void> {
    const startedAt = performance.now()
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      turn += 1
      const instance = instances[turn % instances.length]
      const url = instance?.url()
      if (instance === undefined || url === undefined) {
        if (instances.every((one) => one.url() === undefined)) await sleep(PAUSE_MS)
        continue
      }
      const answer = await makeClient(url, key).sell(SALE, idempotencyKey)
      if (answer?.status === 200 || answer?.status === 500) {
        from.set(instance.name, (from.get(instance.name) ?? 0) + 1)
        const { status, saleId } = answer
        answers.push({ saleId, status, ms: performance.now() - startedAt })
        return
      }
      if (answer !== undefined && ![409, 429, 503].includes(answer.status)) {
        throw new Error(`demo:many: ${instance.name} answered ${answer.status}: ${answer.text}`)
      }
      repeats += 1
      await sleep(PAUSE_MS)
    }
    throw new Error(`demo:many: ${idempotencyKey} was not answered in ${TRIES_MAX} tries`)
  }
}
