// Both clocks in one: for tests in which wall time never jumps, so that one number says when something is.

import type { SaleId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { evolve } from '../../../src/domain/sale/evolve.ts'
import { initialSale, type Sale } from '../../../src/domain/sale/state.ts'
import { type EpochMs, type Instant, instantAt, type Now } from '../../../src/domain/time.ts'

export function instantOf(at: EpochMs): Instant {
  return instantAt(at)
}

export function nowAt(at: EpochMs): Now {
  return { wall: at, instant: instantOf(at) }
}

/** The sale after more events, in the process that recorded each of them when it happened. */
export function evolveAll(sale: Sale, events: readonly SaleEvent[]): Sale {
  return events.reduce((before, event) => evolve(before, event, instantOf(event.at)), sale)
}

/** The sale in the process that recorded each of its events when it happened. */
export function driven(saleId: SaleId, events: readonly SaleEvent[]): Sale {
  return evolveAll(initialSale(saleId), events)
}
