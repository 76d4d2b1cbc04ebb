// Reads the events of a time, whatever they belong to.

import type { EpochMs } from '../../domain/time.ts'
import type { EvidenceLog } from '../evidence/bundle/evidence-log.port.ts'
import type { EventRecord } from '../log/event-record.ts'
import type { SaleReader } from '../log/sale-reader.port.ts'

/** Events read at once. */
const PAGE_EVENTS = 500

export type ReadPeriod = {
  /** How many positions lie between the first and the last event of the time, with these. Reads the whole log. */
  readonly length: (from: EpochMs, to: EpochMs) => Promise<number>
  /**
   * The events from `from`, inclusive, to `to`, exclusive, in the order of the log, page by page. One that
   * cannot be read is left out.
   */
  readonly events: (from: EpochMs, to: EpochMs) => AsyncGenerator<readonly EventRecord[]>
}

export function makeReadPeriod(deps: {
  readonly evidence: Pick<EvidenceLog, 'span'>
  readonly saleReader: Pick<SaleReader, 'events'>
}): ReadPeriod {
  const { evidence, saleReader } = deps

  return {
    length: async (from, to) => {
      const span = await evidence.span(from, to)
      return span === undefined ? 0 : span.last - span.first + 1
    },
    events,
  }

  async function* events(from: EpochMs, to: EpochMs): AsyncGenerator<readonly EventRecord[]> {
    const span = await evidence.span(from, to)
    if (span === undefined) return
    // The loop is bounded by the length of the span.
    for (let after = span.first - 1; after < span.last; ) {
      const page = await saleReader.events(after, Math.min(PAGE_EVENTS, span.last - after))
      yield page.flatMap((event) => ('unreadable' in event || !isWithin(event.at) ? [] : event))
      after = page.at(-1)?.position ?? span.last
    }

    function isWithin(at: string): boolean {
      const ms = Date.parse(at)
      return ms >= from && ms < to
    }
  }
}
