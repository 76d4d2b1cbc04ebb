import type { Clock } from '../../../src/application/base/clock.port.ts'
import type { EpochMs } from '../../../src/domain/time.ts'

/** A clock that stands still until a test moves it. Sleepers wake when their time has come. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-11-24T10:00:00.000Z')
  readonly #sleepers = new Set<{ readonly dueAt: number; readonly wake: () => void }>()

  now(): EpochMs {
    return this.#now as EpochMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (signal?.aborted) return Promise.resolve()
    const sleeper = { dueAt: this.#now + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    return promise.finally(() => this.#sleepers.delete(sleeper))
  }

  advance(ms: number): void {
    this.#now += ms
    for (const sleeper of this.#sleepers) if (sleeper.dueAt <= this.#now) sleeper.wake()
  }
}
