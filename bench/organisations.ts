// How many organisations of Zoho a number of sales a minute needs: a simulation on virtual time, the same for the same input.
//   node bench/organisations.ts --sales 10000 --places 10 --call-ms 400
import process from 'node:process'
import { parseArgs } from 'node:util'
import { percentile } from './base/arithmetic.ts'

export type Load = {
  /** Sales a minute, which come by chance, all organisations together and each as many. */
  readonly salesAMinute: number
  /** Calls in flight that an organisation allows. */
  readonly places: number
  /** Half of the calls take less than so many milliseconds. */
  readonly callMs: number
}

/** One call in a hundred takes so many times the median or longer. The times are log-normal between. */
const SLOWEST = 4

/** Of the standard normal distribution: one value in a hundred is above it. */
const NORMAL_99 = 2.326

/** Of ln(time). */
const SIGMA = Math.log(SLOWEST) / NORMAL_99

/** Calls of a sale: the contact and the products at the same time, then three creates, one after the other. */
const READS = 2
const CALLS = READS + 3

/** Milliseconds in which 99 of 100 sales are to be answered: half of `SALE_DEADLINE_MS`, which the gateway aims at. */
const ANSWER_WITHIN_MS = 15_000

/** Virtual minutes of a run, and those at its beginning that do not count. */
const MINUTES = 20
const WARM_UP_MINUTES = 5

/** Organisations that are played. They are all alike and know nothing of one another, so these stand for all. */
const PLAYED_MAX = 4

/** Tries, each with one organisation more. */
const TRIES_MAX = 100

/** The least number of organisations in which 99 of 100 sales are answered in 15 s. */
export function organisationsNeeded(load: Load): number {
  const least = Math.ceil(placesNeeded(load) / load.places)
  for (let count = least; count < least + TRIES_MAX; count += 1) {
    if (p99Ms(load, count) <= ANSWER_WITHIN_MS) return count
  }
  throw new Error(
    `more than ${TRIES_MAX} organisations above the ${least} whose places are all taken`,
  )
}

/** Places that are taken at all times, on average. */
export function placesNeeded({ salesAMinute, callMs }: Load): number {
  const meanMs = callMs * Math.exp(SIGMA ** 2 / 2)
  return (salesAMinute / 60_000) * CALLS * meanMs
}

/** The time from a sale's request to its answer that 99 of 100 do not exceed. */
export function p99Ms(load: Load, organisations: number): number {
  const played = Math.min(organisations, PLAYED_MAX)
  const everyMs = (60_000 * organisations) / load.salesAMinute
  const times = Array.from({ length: played }, (_, seed) => play(load, everyMs, makeChance(seed)))
  return percentile(times.flat(), 99)
}

type Sale = { readonly at: number; callsDone: number }

/** Plays one organisation, and says how long each sale took that was asked for after the warm-up. */
function play({ places, callMs }: Load, everyMs: number, chance: Chance): readonly number[] {
  const times: number[] = []
  const endAt = MINUTES * 60_000
  const inFlight: { readonly at: number; readonly sale: Sale }[] = []
  // Sales on their way go first, as in the gateway.
  const onTheWay = makeQueue<Sale>()
  const fresh = makeQueue<Sale>()
  let nextSaleAt = everyMs * chance.exponential()

  for (let now = 0; now < endAt; ) {
    const ended = soonest(inFlight)
    const call = inFlight[ended]
    if (call === undefined || nextSaleAt <= call.at) {
      now = nextSaleAt
      nextSaleAt += everyMs * chance.exponential()
      const sale = { at: now, callsDone: 0 }
      for (let read = 0; read < READS; read += 1) fresh.add(sale)
    } else {
      now = call.at
      inFlight.splice(ended, 1)
      const { sale } = call
      sale.callsDone += 1
      if (sale.callsDone === CALLS) {
        if (sale.at >= WARM_UP_MINUTES * 60_000) times.push(now - sale.at)
      } else if (sale.callsDone >= READS) onTheWay.add(sale)
    }
    while (inFlight.length < places) {
      const sale = onTheWay.take() ?? fresh.take()
      if (sale === undefined) break
      inFlight.push({ at: now + callMs * Math.exp(SIGMA * chance.normal()), sale })
    }
  }
  return times
}

function soonest(calls: readonly { readonly at: number }[]): number {
  let found = 0
  for (let index = 1; index < calls.length; index += 1) {
    if ((calls[index]?.at ?? Infinity) < (calls[found]?.at ?? Infinity)) found = index
  }
  return found
}

function makeQueue<T>() {
  let items: T[] = []
  let taken = 0
  return {
    add: (item: T) => void items.push(item),
    take(): T | undefined {
      const item = items[taken]
      if (item === undefined) {
        items = []
        taken = 0
      } else taken += 1
      return item
    },
  }
}

type Chance = { exponential(): number; normal(): number }

/** Chance that is the same for the same seed (the generator mulberry32). */
function makeChance(seed: number): Chance {
  let state = seed
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const exponential = () => -Math.log(1 - fraction())
  // Box and Muller.
  const normal = () => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * fraction())
  return { exponential, normal }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sales: { type: 'string', default: '10000' },
      places: { type: 'string', default: '10' },
      'call-ms': { type: 'string', default: '400' },
    },
  })
  const load = {
    salesAMinute: Number(values.sales),
    places: Number(values.places),
    callMs: Number(values['call-ms']),
  }
  const count = organisationsNeeded(load)
  const seconds = (p99Ms(load, count) / 1_000).toFixed(1)
  process.stdout.write(`${count} organisations; 99 of 100 sales are answered in ${seconds} s\n`)
}
