// The metrics of the process itself: processor, memory, delay of the event loop, open files.

import process from 'node:process'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

/**
 * What prom-client reads below `/proc`, where Deno lets nobody read: it would say 0 for ever. The
 * collections of garbage are not reported to us there either, so that their histogram would stay empty.
 */
const NOT_ON_DENO = [
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'nodejs_gc_duration_seconds',
]

/**
 * To be called once in the life of a process, because it measures the event loop with a timer of its
 * own, and only where time is real.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  if (!('Deno' in globalThis)) return
  for (const name of NOT_ON_DENO) registry.removeSingleMetric(name)
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage().rss)
    },
  })
}
