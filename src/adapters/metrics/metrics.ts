// The metrics of one service, as Prometheus reads them.

import { Registry } from 'prom-client'
import type { Timer } from '../../application/base/clock.port.ts'
import type { Meter } from '../../application/base/meter.port.ts'
import { type Instant, msBetween } from '../../domain/time.ts'
import { makeGauges, type Sources } from './gauges.ts'
import { makeMeter } from './meter.ts'
import { collectProcessMetrics } from './process-metrics.ts'

/** Milliseconds for which a text is shown again: it costs queries, and anybody may ask for it. */
const MADE_ANEW_MS = 1_000

export type Metrics = {
  /** The content type of the text. */
  readonly contentType: string

  /** All metrics in the text format of Prometheus, made anew once a second at most. */
  text(): Promise<string>
}

/** The meter is there before the store, whose commits it counts; the other metrics once the store is. */
export type MadeMetrics = {
  readonly meter: Meter

  /** Adds what is asked for at each scrape. */
  complete(sources: Sources): Metrics
}

/** @param options `ofProcess` adds the metrics of the process, which are about real time */
export function makeMetrics(options: { readonly ofProcess?: true } = {}): MadeMetrics {
  const registry = new Registry()
  const meter = makeMeter(registry)
  if (options.ofProcess) collectProcessMetrics(registry)

  return {
    meter,
    complete(sources) {
      const update = makeGauges(registry, sources)
      const text = keptFor(MADE_ANEW_MS, sources.clock, async () => {
        await update()
        return registry.metrics()
      })
      return { contentType: registry.contentType, text }
    },
  }
}

/** The same promise for all who ask within `ms` milliseconds; one that failed is not kept. */
function keptFor<Value>(
  ms: number,
  clock: Timer,
  make: () => Promise<Value>,
): () => Promise<Value> {
  let kept: { readonly at: Instant; readonly made: Promise<Value> } | undefined
  return () => {
    const now = clock.instant()
    if (kept !== undefined && msBetween(kept.at, now) < ms) return kept.made
    const made = make()
    const own = { at: now, made }
    kept = own
    made.catch(() => {
      if (kept === own) kept = undefined
    })
    return made
  }
}
