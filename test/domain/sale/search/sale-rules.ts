import type { CrmId } from '../../../../src/domain/ids.ts'
import type { Leftover, SaleEvent } from '../../../../src/domain/sale/events.ts'
import type { Outcome } from '../../../../src/domain/sale/outcome.ts'
import { referenceOf } from '../../../../src/domain/sale/reference.ts'
import type { Sale } from '../../../../src/domain/sale/state.ts'
import { CREATE_STEPS } from '../../../../src/domain/sale/steps.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { modelPolicy, NOW, type World } from './sale-model.ts'
import type { Domain, Move } from './sale-moves.ts'

/** What may never be seen of one world, by its name. `undefined` when all is well. */
export function brokenBy(domain: Domain, world: World): string | undefined {
  const { live, heldBack, sale, told } = world
  const isOwn = ({ id }: { readonly id: string }) => told.own.some((record) => record.id === id)
  if (CREATE_STEPS.some((step) => live.filter((record) => record.step === step).length > 1)) {
    return 'two live records for one step'
  }
  if (
    told.decision === 'completed' &&
    !(told.own.length === 3 && live.filter(isOwn).length === 3)
  ) {
    return 'a completed sale without one of its own records'
  }
  if (told.stuck && told.decision === 'compensated' && !isInSight(world)) {
    return 'a stuck sale that has lost sight of a leftover'
  }
  const told200 = domain.answer(sale).type === 'succeeded'
  if (told200 && told.decision !== 'completed') return 'answers 200 for what is not completed'
  if (!told200 && told.decision === 'completed') return 'has no answer for what is completed'
  const told500 = domain.answer(sale).type === 'failed'
  if (told500 && told.decision !== 'compensated') return 'answers 500 for what has not failed'
  if (!told500 && told.decision === 'compensated') return 'has no answer for what has failed'
  const known = { contactRead: world.contactRead }
  if (domain.next(sale, NOW, modelPolicy, known).type !== 'rest') return undefined
  if (told.decision === 'none') return 'at rest without a decision'
  if (heldBack.length > 0) return 'at rest while a create may still be applied'
  if (told.named.length > 0) return 'at rest, and a record that was named is not deleted'
  const left = live.filter((record) => told.decision === 'compensated' || !isOwn(record))
  return left.length > 0 ? `at rest, ${told.decision}, and leaves a record behind` : undefined
}

/** What may never happen between two worlds, by its name. */
export function brokenOn(domain: Domain, from: World, move: Move): string | undefined {
  const { effect, outcome, events, decided, to } = move
  const { told, sale } = from
  if (decided !== undefined && !isFold(domain, decided, events)) {
    return 'a state that is not what its events make it'
  }
  // The driver sends what is due first while the first event is still being stored.
  if (effect !== undefined && sale.status === 'requested' && effect.type !== 'readTerms') {
    return 'more than a read before the terms are recorded'
  }
  if (effect?.type === 'create' && !from.contactRead) return 'a create without the addresses'
  if (effect?.type === 'readContact' && told.decision !== 'none') {
    return 'the contact read after the decision'
  }
  if (effect?.type === 'readContact' && from.contactRead) return 'the contact read once more'
  if (effect?.type === 'create' && told.decision !== 'none') return 'a create after the decision'
  if (effect?.type === 'create' && told.own.some(({ step }) => step === effect.draft.step)) {
    return 'a create for a step that is done'
  }
  if (effect?.type === 'delete' && told.decision === 'completed') {
    if (told.own.some(({ id }) => id === effect.id)) return "a completed sale's own record deleted"
  }
  if (effect?.type === 'lookUp' && 'unanswered' in sale) {
    const isDue = sale.unanswered.some(({ step }) => step === effect.step)
    if (!isDue) return 'a look-up for a step that is not unanswered'
  }
  if (effect?.type === 'delete') {
    const isNamed = told.named.some(({ id }) => id === effect.id)
    if (effect.isSeen === isNamed) return 'a delete that is wrong about what was seen'
  }
  if (told.decision !== 'none' && told.decision !== to.told.decision) return 'a decision taken back'
  if (told.decision === 'none' && to.told.decision === 'completed' && isLate(from)) {
    return 'completed after the deadline'
  }
  const isCutOff = outcome?.type === 'interrupted' && 'idempotent' in sale && !sale.idempotent
  if (isCutOff && to.told.decision === 'none') {
    return 'goes forward after a restart, though nobody can ask again'
  }
  let state = sale
  for (const event of events) {
    const after = domain.evolve(state, event, NOW.instant)
    const isNoted = ['SaleCompleted', 'SaleInterrupted', 'OwnerWoke'].includes(event.type)
    if (after === state && !isNoted) return `${event.type} written where it means nothing`
    if (event.type === 'SaleStuck') {
      if (told.stuck) return 'called stuck twice'
      if (!isListed(from, event.data.leftovers)) return 'a leftover that is not listed'
    }
    const id = createdIdIn(event)
    if (id !== undefined && !shownBy(outcome).includes(id)) return 'a record that nothing has shown'
    state = after
  }
  return isNameLost(from, move) ? 'a name that is not written down' : undefined
}

function isNameLost({ told }: World, { outcome, events }: Move): boolean {
  if (outcome?.type !== 'created' || outcome.result.type !== 'unknown') return false
  const { namedId } = outcome.result
  if (namedId === undefined || told.named.some(({ id }) => id === namedId)) return false
  return !events.some((event) => event.type === 'RecordNamed' && event.data.id === namedId)
}

function createdIdIn(event: SaleEvent): CrmId | undefined {
  switch (event.type) {
    case 'DealCreated':
      return event.data.dealId
    case 'QuoteCreated':
      return event.data.quoteId
    case 'SalesOrderCreated':
      return event.data.salesOrderId
    default:
      return undefined
  }
}

/** The records that an answer or a look has shown. */
function shownBy(outcome: Outcome | undefined): readonly CrmId[] {
  if (outcome?.type === 'created') {
    return outcome.result.type === 'done' ? [outcome.result.value] : []
  }
  if (outcome?.type !== 'lookedUp' || outcome.result.type !== 'done') return []
  return outcome.result.value
}

/** Whether the state that `decide` returned is the one that the log will show after a restart. */
function isFold(
  domain: Domain,
  { before, after }: NonNullable<Move['decided']>,
  events: readonly SaleEvent[],
): boolean {
  if (events.length === 0) return before === after
  const known = judgedFolds.get(after)
  if (known?.before === before && known.events === events) return known.isFold
  const folded = events.reduce((sale, event) => domain.evolve(sale, event, NOW.instant), before)
  const isFold = folded === after || JSON.stringify(folded) === JSON.stringify(after)
  judgedFolds.set(after, { before, events, isFold })
  return isFold
}

/** The last judgement on each state: the search asks about the same one again and again. */
const judgedFolds = new WeakMap<
  Sale,
  { readonly before: Sale; readonly events: readonly SaleEvent[]; readonly isFold: boolean }
>()

/** Whether the sale still knows of all that is left, by its id or by its reference. */
function isInSight(world: World): boolean {
  const { sale } = world
  if (sale.status !== 'stuck') return true
  return isListed(world, [
    ...sale.records,
    ...sale.unanswered.map(({ step }) => ({ step, reference: referenceOf(sale.saleId, step) })),
  ])
}

/** Whether each record, and each request that may make one, is among the leftovers. */
function isListed({ live, heldBack, told }: World, leftovers: readonly Leftover[]): boolean {
  const unanswered = leftovers.filter((leftover) => 'reference' in leftover).map(({ step }) => step)
  const ids = leftovers.flatMap((leftover) => ('id' in leftover ? [leftover.id] : []))
  const own = told.own.map(({ id }) => id)
  return (
    told.named.every(({ id }) => ids.includes(id)) &&
    live.every(
      ({ id, step }) => ids.includes(id) || unanswered.includes(step) || own.includes(id),
    ) &&
    heldBack.every(({ step }) => unanswered.includes(step))
  )
}

function isLate({ sale }: World): boolean {
  return 'requestedAt' in sale && a.now >= sale.requestedAt + modelPolicy.deadlineMs
}
