import type { Clock } from '../../../src/application/base/clock.port.ts'
import { type EpochMs, type Instant, instantAt } from '../../../src/domain/time.ts'

/** Clocks that stand still until a test moves them. Sleepers wake when their time has come. */
export class ManualClock implements Clock {
  #wall = Date.parse('2026-11-24T10:00:00.000Z')
  #monotonic = 5_000
  readonly #sleepers = new Set<{ readonly dueAt: number; readonly wake: () => void }>()

  now(): EpochMs {
    return this.#wall as EpochMs
  }

  instant(): Instant {
    return instantAt(this.#monotonic)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (signal?.aborted) return Promise.resolve()
    const sleeper = { dueAt: this.#monotonic + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    return promise.finally(() => this.#sleepers.delete(sleeper))
  }

  advance(ms: number): void {
    this.#wall += ms
    this.#monotonic += ms
    for (const sleeper of this.#sleepers) if (sleeper.dueAt <= this.#monotonic) sleeper.wake()
  }

  /** Somebody sets the wall clock, or the machine was suspended for so long. */
  jump(ms: number): void {
    this.#wall += ms
  }
}
