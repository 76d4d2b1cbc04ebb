// The rule by which the places of the calls in flight are shared out among the instances; pure.

import type { PlaceAnswer, PlaceQuestion } from './place-desk.port.ts'

/**
 * Milliseconds after its last question for which an instance counts as one that waits: several times those
 * from one question to the next. One that died while it waited holds up nobody for longer.
 */
export const WAITS_FOR_MS = 1_500

/** The lot of one instance. Times are milliseconds by the clock of who keeps the lots. */
export type Lot = {
  readonly holder: string
  readonly places: number
  /** The question since which it waits for more places, by its number; `null` where it does not wait. */
  readonly waitsSince: number | null
  readonly askedAt: number
  /** From then on the places are free, and the lot is to be removed. */
  readonly freeAt: number
}

/**
 * Answers a question: the lot as it is from now on.
 *
 * Nobody gets a place that is lent. Where others wait, nobody is to have more than its share, which is
 * `max` / instances, rounded up; rounded down while one of those that wait has less than that. Where there
 * are more instances than places, a share is none: who has a place gives it back after the call, and waits
 * behind those that waited before. So each instance has its turn.
 *
 * @param lots of all instances
 * @param turn the number of this question; each has a greater one than those before
 */
export function sharePlaces(
  lots: readonly Lot[],
  question: PlaceQuestion,
  turn: number,
  now: number,
): Lot & PlaceAnswer {
  const { holder, max, needed, wanted } = question
  const counted = lots.filter(({ freeAt }) => freeAt > now)
  const own = counted.find((lot) => lot.holder === holder)
  const others = counted.filter((lot) => lot !== own)
  const waiting = others.filter(
    (lot) => lot.waitsSince !== null && now - lot.askedAt < WAITS_FOR_MS,
  )
  const had = own?.places ?? 0
  const keep = Math.min(question.keep, had)
  const room = max - sumOf(others, ({ places }) => places)

  const members = 1 + others.filter((lot) => lot.places > 0 || waiting.includes(lot)).length
  const least = Math.max(1, Math.floor(max / members))
  const hungry = waiting.filter(({ places }) => places < least)
  const share = shareOf({ max, members, othersWait: waiting.length > 0, hungry: hungry.length > 0 })

  // Who gives something back waits anew, behind all others.
  const waitedSince = keep < had ? null : (own?.waitsSince ?? null)
  const since = waitedSince ?? turn
  const isHungry = keep < least
  const before = isHungry ? hungry.filter(({ waitsSince }) => (waitsSince ?? turn) < since) : hungry
  const free = room - sumOf(before, ({ places }) => least - places)
  const most = isHungry ? Math.max(share, least) : share
  const places = Math.max(keep, Math.min(wanted, most, free))

  return {
    holder,
    places,
    share,
    waitsSince: places >= needed ? null : places > had ? turn : since,
    askedAt: now,
    freeAt: now + question.keptMs,
  }
}

function shareOf(all: {
  readonly max: number
  readonly members: number
  readonly othersWait: boolean
  readonly hungry: boolean
}): number {
  const { max, members, othersWait, hungry } = all
  if (!othersWait) return max
  return hungry ? Math.floor(max / members) : Math.ceil(max / members)
}

function sumOf(lots: readonly Lot[], figure: (lot: Lot) => number): number {
  return lots.reduce((sum, lot) => sum + figure(lot), 0)
}
