// Searches all that can become of a sale, breadth first.
import { type CrmKind, firstWorld, type World } from './sale-model.ts'
import { type Domain, driverMoves, otherMoves, requested } from './sale-moves.ts'
import { brokenBy, brokenOn } from './sale-rules.ts'

/** A driver that meets no more faults is at rest after so many moves, wherever it stands. */
const MOVES_TO_REST_MAX = 60

/** A model that is not finite is found out here, and not by the memory that it fills. */
const WORLDS_MAX = 3_000_000

export type Searched = {
  readonly worlds: number
  readonly transitions: number
  /** The longest way to rest from any world, when there is no more fault. */
  readonly movesToRest: number
  /** The states of the sale that were seen. */
  readonly statuses: ReadonlySet<string>
  readonly violation: { readonly rule: string; readonly trace: readonly string[] } | undefined
}

type Visit = {
  readonly world: World
  readonly from: number
  readonly label: string
  /** Where the driver goes from here without a fault; `undefined` at rest. */
  onward?: number
}

/**
 * Visits all that can become of a sale with and of one without a key, the shortest way first, and
 * stops at the first rule that is broken. Then asks of each world whether the driver comes to rest.
 */
export function search(domain: Domain, crm: CrmKind, heldBackMax: number): Searched {
  const pure = remembering(domain)
  const partsOf = makeParts()
  const numbers = new Map<string, number>()
  const visits: Visit[] = []
  const statuses = new Set<string>()
  let transitions = 0

  function visit(reached: World, from: number, label: string): number {
    const { world, key } = partsOf(reached)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, visits.length)
    return visits.push({ world, from, label }) - 1
  }

  function searched(rule?: string, at = 0, last: readonly string[] = []): Searched {
    const found = { worlds: visits.length, transitions, movesToRest: 0, statuses }
    if (rule === undefined) return { ...found, violation: undefined }
    return { ...found, violation: { rule, trace: [...traceTo(visits, at), ...last] } }
  }

  for (const idempotent of [true, false]) {
    const first = firstWorld(requested(pure, idempotent), crm, heldBackMax)
    visit(first, -1, `requested ${idempotent ? 'with' : 'without'} a key`)
  }
  for (let number = 0; number < visits.length; number += 1) {
    const here = visits[number]
    if (here === undefined || number === WORLDS_MAX) return searched('too many worlds', number)
    statuses.add(here.world.sale.status)
    const broken = brokenBy(pure, here.world)
    if (broken !== undefined) return searched(broken, number)
    const driven = driverMoves(pure, here.world)
    for (const [index, move] of [...driven, ...otherMoves(pure, here.world)].entries()) {
      transitions += 1
      const wrong = brokenOn(pure, here.world, move)
      if (wrong !== undefined) return searched(wrong, number, [move.label])
      const reached = visit(move.to, number, move.label)
      if (index === 0 && driven.length > 0) here.onward = reached
    }
  }
  const movesToRest = waysToRest(visits)
  const lost = movesToRest.findIndex((moves) => moves > MOVES_TO_REST_MAX)
  if (lost !== -1) return searched('never comes to rest', lost)
  const longest = movesToRest.reduce((most, moves) => Math.max(most, moves), 0)
  return { ...searched(), movesToRest: longest }
}

/** For each visit, how many moves without a fault lead to rest; infinite when none do. */
function waysToRest(visits: readonly Visit[]): readonly number[] {
  const moves: number[] = []
  for (let number = 0; number < visits.length; number += 1) {
    const path: number[] = []
    const walked = new Set<number>()
    let at: number | undefined = number
    while (at !== undefined && moves[at] === undefined && !walked.has(at)) {
      walked.add(at)
      path.push(at)
      at = visits[at]?.onward
    }
    let count = at === undefined ? -1 : (moves[at] ?? Number.POSITIVE_INFINITY)
    for (const passed of path.toReversed()) {
      count += 1
      moves[passed] = count
    }
  }
  return moves
}

function traceTo(visits: readonly Visit[], number: number): readonly string[] {
  const trace: string[] = []
  let visit = visits[number]
  while (visit !== undefined) {
    trace.push(visit.label)
    visit = visits[visit.from]
  }
  return trace.reverse()
}

/**
 * Gives equal parts of worlds the same object and the same number, so that a world has a short
 * key, and what was worked out for one object serves for all that equal it.
 */
function makeParts() {
  const byText = new Map<string, object>()
  const numbers = new WeakMap<object, number>()

  function same<Part extends object>(part: Part): Part {
    if (numbers.has(part)) return part
    const text = JSON.stringify(part)
    const met = byText.get(text)
    // Equal text is equal data: a world holds nothing but plain data.
    if (met !== undefined) return met as Part
    byText.set(text, part)
    numbers.set(part, byText.size)
    return part
  }

  return (world: World): { readonly world: World; readonly key: string } => {
    const sale = same(world.sale)
    const told = same(world.told)
    const live = same(world.live)
    const heldBack = same(world.heldBack)
    const pending = world.pending === null ? null : same(world.pending)
    const parts = [sale, told, live, heldBack, pending].map((part) => part && numbers.get(part))
    const { tried, contactRead, stopsLeft, asleepAt } = world
    const key = [...parts, tried, contactRead, stopsLeft, asleepAt].join()
    return { world: { ...world, sale, told, live, heldBack, pending }, key }
  }
}

/** The domain is pure: what it once said of two objects it would say again. */
function remembering(domain: Domain): Domain {
  return { ...domain, decide: remember(domain.decide), evolve: remember(domain.evolve) }
}

function remember<First extends object, Second extends object, Rest extends unknown[], Result>(
  work: (first: First, second: Second, ...rest: Rest) => Result,
): (first: First, second: Second, ...rest: Rest) => Result {
  const byFirst = new WeakMap<First, WeakMap<Second, Result>>()
  return (first, second, ...rest) => {
    const bySecond = byFirst.get(first) ?? new WeakMap<Second, Result>()
    byFirst.set(first, bySecond)
    const met = bySecond.get(second)
    if (met !== undefined) return met
    const result = work(first, second, ...rest)
    bySecond.set(second, result)
    return result
  }
}
