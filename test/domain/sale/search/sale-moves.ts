import type { answer } from '../../../../src/domain/sale/answer.ts'
import type { decide } from '../../../../src/domain/sale/decide.ts'
import type { Effect } from '../../../../src/domain/sale/effect.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import type { evolve } from '../../../../src/domain/sale/evolve.ts'
import type { next } from '../../../../src/domain/sale/next.ts'
import type { Outcome } from '../../../../src/domain/sale/outcome.ts'
import { initialSale, type Sale } from '../../../../src/domain/sale/state.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import * as model from './sale-model.ts'

/** The domain as the driver sees it; handed in, so that a faulty one can be searched as well. */
export type Domain = {
  readonly decide: typeof decide
  readonly evolve: typeof evolve
  readonly next: typeof next
  readonly answer: typeof answer
  readonly beliefs?: model.Beliefs
}

/** One thing that can happen to a world. */
export type Move = {
  readonly label: string
  readonly to: model.World
  /** What is sent in it. */
  readonly effect?: Effect
  /** What is recorded in it. */
  readonly outcome?: Outcome
  readonly events: readonly SaleEvent[]
  /** The sale before and after the events, as `decide` was given and returned it. */
  readonly decided?: { readonly before: Sale; readonly after: Sale }
}

/** What a restart does to the wall clock: nobody promises it to agree between two processes. */
const RESTART_CLOCKS_MS = {
  right: 0,
  ahead: 100 * model.TICK_MS,
  behind: -100 * model.TICK_MS,
} as const

const INTERRUPTED: Outcome = { type: 'interrupted' }
const TIME_PASSED: Outcome = { type: 'timePassed' }

export function requested(domain: Domain, idempotent: boolean) {
  const event = { ...a.requested, data: { ...a.requested.data, idempotent } }
  return domain.evolve(initialSale(a.saleId), event, model.NOW.instant)
}

/** What the driver can do now and how it can end, without a fault first; none when at rest. */
export function driverMoves(domain: Domain, world: model.World): readonly Move[] {
  if (world.pending !== null) {
    const move = record(domain, { ...world, pending: null }, world.pending)
    return [{ ...move, label: `recorded: ${say(world.pending)}` }]
  }
  const known = { contactRead: world.contactRead }
  const due = domain.next(world.sale, model.NOW, model.modelPolicy, known)
  if (due.type === 'rest') return []
  if (due.type === 'wait') {
    if (due.until > model.NOW.instant)
      return [{ label: 'wait for a tick', to: model.tick(world), events: [] }]
    return [{ ...record(domain, world, TIME_PASSED), label: 'time passed' }]
  }
  const effect = due.effects[world.tried]
  if (effect === undefined) {
    const tried = due.effects.flatMap(failedOf)
    const move = record(domain, world, { type: 'roundFailed', tried })
    return [{ ...move, label: 'try again after a tick', to: model.tick(move.to) }]
  }
  return model.fates(world, effect, domain.beliefs ?? {}).map(([fate, change]) => {
    const label = `${say(effect)}: ${fate}`
    if (isFruitless(change)) return { ...record(domain, world, change.pending), label, effect }
    return { label, to: model.sorted({ ...world, ...change }), effect, events: [] }
  })
}

/** What can happen at any moment, whatever the driver is at. */
export function otherMoves(domain: Domain, world: model.World): readonly Move[] {
  const late = world.heldBack.map((heldBack) => {
    const to = model.sorted(model.applyLate(world, heldBack))
    return { label: `${heldBack.step} applied late`, to, events: [] }
  })
  const clocks = Object.entries(RESTART_CLOCKS_MS).slice(0, world.crm === 'late' ? 1 : 3)
  const restarts = clocks.map(([clock, byMs]) => {
    const sale = model.aged(world.sale, byMs)
    const move = record(domain, { ...world, sale, pending: null }, INTERRUPTED)
    const after = model.withUnnamedShown(move.to)
    const to = { ...after, tried: 0, contactRead: isDecided(after) }
    return { ...move, label: `crash and restart, clock ${clock}`, to }
  })
  const tick = { label: 'a tick', to: model.tick(world), events: [] }
  return [...late, tick, ...restarts, ...ownerMoves(domain, world)]
}

/**
 * An owner is stopped before its create is sent, and another one takes the sale over. Whenever the first one
 * wakes, it sends the create, and records only then that it woke.
 */
function ownerMoves(domain: Domain, world: model.World): readonly Move[] {
  const { asleepAt } = world
  if (asleepAt === null) return world.stopsLeft > 0 ? stops(domain, world) : []
  return model.wakes(world, asleepAt).map(([fate, awake]) => {
    // A look that was sent before shows nothing of this create: the owner drops what came of it.
    const pending = awake.pending?.type === 'lookedUp' ? null : awake.pending
    const move = record(domain, { ...awake, pending }, { type: 'ownerWoke', step: asleepAt })
    return { ...move, label: `a former owner woke, its ${asleepAt} ${fate}` }
  })
}

function stops(domain: Domain, world: model.World): readonly Move[] {
  const known = { contactRead: world.contactRead }
  const due = domain.next(world.sale, model.NOW, model.modelPolicy, known)
  if (world.pending !== null || due.type !== 'perform' || due.effects[0].type !== 'create')
    return []
  const { step } = due.effects[0].draft
  if (step !== 'quote') return []
  const move = record(domain, world, INTERRUPTED)
  const to = { ...move.to, tried: 0, contactRead: isDecided(move.to), stopsLeft: 0, asleepAt: step }
  return [{ ...move, label: `stopped at its ${step}, and taken over`, to }]
}

function record(domain: Domain, world: model.World, outcome: Outcome): Omit<Move, 'label'> {
  const { events, sale: after } = domain.decide(world.sale, outcome, model.NOW, model.modelPolicy)
  const decided = { before: world.sale, after }
  const isRead = isContactFound(outcome)
  const contactRead = world.contactRead || isRead
  if (events.length === 0) {
    // The driver goes on at once with the addresses it has read; all else that moved nothing waits.
    const tried = outcome.type === 'contactRead' && isRead ? 0 : world.tried + 1
    return { to: { ...world, contactRead, tried }, outcome, events, decided }
  }
  const sale = model.aged(after, 0)
  const told = events.reduce(model.tell, world.told)
  const to = { ...world, sale, told, contactRead, tried: 0 }
  // No create is sent after the decision: from then on the addresses make no difference.
  return { to: isDecided(to) ? { ...to, contactRead: true } : to, outcome, events, decided }
}

/** A delete or a look-up as it fails. Which way makes no difference to the sale. */
function failedOf(effect: Effect): readonly Outcome[] {
  switch (effect.type) {
    case 'delete': {
      const { step, id } = effect
      return [{ type: 'deleted', step, id, result: a.refused }]
    }
    case 'lookUp': {
      const { step, look } = effect
      return [{ type: 'lookedUp', step, look, result: a.refused }]
    }
    default:
      return []
  }
}

function isContactFound(outcome: Outcome): boolean {
  if (outcome.type !== 'termsRead' && outcome.type !== 'contactRead') return false
  return outcome.contact.type === 'done' && outcome.contact.value !== null
}

/**
 * A delete or a look-up that changed nothing and learnt nothing: whatever happens before it is
 * recorded might as well have happened before it was sent, so that moment is left out.
 */
function isFruitless({ pending, live }: model.Fate[1]): boolean {
  const isRepeatable = pending.type === 'deleted' || pending.type === 'lookedUp'
  return isRepeatable && pending.result.type !== 'done' && live === undefined
}

function isDecided(world: model.World): boolean {
  return world.told.decision !== 'none'
}

function say(what: Effect | Outcome): string {
  const step = 'draft' in what ? what.draft.step : 'step' in what ? what.step : ''
  const result = 'result' in what ? what.result.type : ''
  return [what.type, step, result].filter((word) => word !== '').join(' ')
}
