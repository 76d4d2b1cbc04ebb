// Domains with one thought left out. The search has to find each.
import type { CrmId } from '../../../../src/domain/ids.ts'
import { answer } from '../../../../src/domain/sale/answer.ts'
import { type Decided, decide } from '../../../../src/domain/sale/decide.ts'
import type { Leftover, SaleEvent } from '../../../../src/domain/sale/events.ts'
import { evolve, isForward } from '../../../../src/domain/sale/evolve.ts'
import { type KnownHere, next } from '../../../../src/domain/sale/next.ts'
import type { Outcome } from '../../../../src/domain/sale/outcome.ts'
import type { SalePolicy } from '../../../../src/domain/sale/policy.ts'
import { referenceOf } from '../../../../src/domain/sale/reference.ts'
import type { Sale } from '../../../../src/domain/sale/state.ts'
import type { CreateStep } from '../../../../src/domain/sale/steps.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { evolveAll, instantOf } from '../../../support/time/one-clock.ts'
import { type CrmKind, NOW } from './sale-model.ts'
import type { Domain } from './sale-moves.ts'

export const right: Domain = { decide, evolve, next, answer }

/** A domain with one thought left out, and the rule that the search is to see broken by it. */
export type Mutant = {
  readonly name: string
  readonly crm: CrmKind
  readonly rule: string
  readonly domain: Domain
}

const LEAVES_A_RECORD = 'at rest, compensated, and leaves a record behind'
const LEAVES_A_REQUEST = 'at rest while a create may still be applied'
const NAMED_IS_LEFT = 'at rest, and a record that was named is not deleted'
const WRONG_SIGHT = 'a delete that is wrong about what was seen'
const NO_ID = '0' as CrmId
const NEVER_RESTS = 'never comes to rest'
const NOT_ITS_FOLD = 'a state that is not what its events make it'

/** `change` is given the state before the event, what the true `evolve` makes of it, and the event. */
function evolvesTo(change: (before: Sale, after: Sale, event: SaleEvent) => Sale): Domain {
  const changed: typeof evolve = (sale, event, now) => change(sale, evolve(sale, event, now), event)
  return {
    ...right,
    evolve: changed,
    decide(sale, ...rest) {
      const { events } = decide(sale, ...rest)
      return {
        events,
        sale: events.reduce((before, event) => changed(before, event, NOW.instant), sale),
      }
    },
  }
}

function decidesOn(change: (outcome: Outcome) => Outcome): Domain {
  return { ...right, decide: (sale, outcome, ...rest) => decide(sale, change(outcome), ...rest) }
}

function records(
  change: (events: readonly SaleEvent[], sale: Sale) => readonly SaleEvent[],
): Domain {
  return {
    ...right,
    decide(sale, ...rest) {
      const events = change(decide(sale, ...rest).events, sale)
      return { events, sale: evolveAll(sale, events) }
    },
  }
}

/** `change` is given what is decided, and the state before it. */
function returns(change: (decided: Decided, before: Sale) => Decided): Domain {
  return { ...right, decide: (sale, ...rest) => change(decide(sale, ...rest), sale) }
}

/** `change` is given what is at hand, and the state. */
function has(change: (known: KnownHere, sale: Sale) => KnownHere): Domain {
  return {
    ...right,
    next: (sale, now, policy, known) => next(sale, now, policy, change(known, sale)),
  }
}

function policed(change: Partial<SalePolicy>): Domain {
  return {
    ...right,
    decide: (sale, outcome, now, policy) => decide(sale, outcome, now, { ...policy, ...change }),
    next: (sale, now, policy, known) => next(sale, now, { ...policy, ...change }, known),
  }
}

function withAnswer(sale: Sale, step: string): Sale {
  if (!('unanswered' in sale)) return sale
  return { ...sale, unanswered: sale.unanswered.filter((other) => other.step !== step) }
}

const CREATED: Readonly<Record<string, CreateStep>> = {
  DealCreated: 'deal',
  QuoteCreated: 'quote',
  SalesOrderCreated: 'salesOrder',
}

function withoutUnseen(sale: Sale): Sale {
  if (!('records' in sale)) return 'named' in sale ? { ...sale, named: [] } : sale
  return { ...sale, records: sale.records.filter(({ isSeen }) => isSeen) }
}

function withAllSeen(sale: Sale): Sale {
  if (!('records' in sale)) return sale
  return { ...sale, records: sale.records.map((record) => ({ ...record, isSeen: true })) }
}

function isUnseen(sale: Sale, leftover: Leftover): boolean {
  if (!('records' in sale) || !('id' in leftover)) return false
  return sale.records.some(({ id, isSeen }) => id === leftover.id && !isSeen)
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a refusal settles an unanswered step',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: evolvesTo((_, after, event) =>
      event.type === 'CompensationRequired' ? withAnswer(after, event.data.failedStep) : after,
    ),
  },
  {
    name: 'a success settles an unanswered step',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) => {
      const step = CREATED[event.type]
      return step !== undefined && isForward(before) ? withAnswer(after, step) : after
    }),
  },
  {
    name: 'a restart leaves no step unanswered',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: evolvesTo((before, after, event) =>
      event.type === 'SaleInterrupted' && isForward(before) ? before : after,
    ),
  },
  {
    name: 'a create without an answer leaves no step unanswered',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: records((events) => events.filter(({ type }) => type !== 'CreateUnanswered')),
  },
  {
    name: 'an unanswered step is written nowhere, and a restart forgets it',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: evolvesTo((before, after, event) =>
      event.type === 'SaleInterrupted' && 'unanswered' in before
        ? evolve({ ...before, unanswered: [] }, event, NOW.instant)
        : after,
    ),
  },
  {
    name: 'the first look settles an unanswered step',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((_, after, event) =>
      event.type === 'ReferenceLookedUp' ? withAnswer(after, event.data.step) : after,
    ),
  },
  {
    name: 'settle time is not counted anew by a new process',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) =>
      event.type === 'SaleInterrupted' && 'settleFrom' in before && 'settleFrom' in after
        ? { ...after, settleFrom: before.settleFrom }
        : after,
    ),
  },
  {
    name: 'settle time is counted from the last event',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) => {
      if (isForward(after)) return { ...after, lastAt: event.at }
      if (!('lastAt' in before) || !('settleFrom' in after)) return after
      return { ...after, settleFrom: instantOf(before.lastAt as EpochMs) }
    }),
  },
  {
    name: 'the wake of a former owner is not recorded',
    crm: 'late',
    rule: LEAVES_A_RECORD,
    domain: records((events) => events.filter(({ type }) => type !== 'OwnerWoke')),
  },
  {
    name: 'the wake of a former owner opens nothing',
    crm: 'late',
    rule: LEAVES_A_RECORD,
    domain: evolvesTo((before, after, event) => (event.type === 'OwnerWoke' ? before : after)),
  },
  {
    name: 'a sale that is rolled back stays so when a former owner wakes',
    crm: 'late',
    rule: LEAVES_A_RECORD,
    domain: evolvesTo((before, after, event) =>
      event.type === 'OwnerWoke' && before.status === 'rolledBack' ? before : after,
    ),
  },
  {
    name: 'a sale that is stuck does not look again when a former owner wakes',
    crm: 'late',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) =>
      event.type === 'OwnerWoke' && before.status === 'stuck' ? before : after,
    ),
  },
  {
    name: 'a settled sale stays so when a former owner wakes',
    crm: 'late',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) => {
      const wasSettled = before.status === 'completed' && before.settled
      return event.type === 'OwnerWoke' && wasSettled ? before : after
    }),
  },
  {
    name: 'settle time is not counted anew when a former owner wakes',
    crm: 'late',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) =>
      event.type === 'OwnerWoke' && 'settleFrom' in before && 'settleFrom' in after
        ? { ...after, settleFrom: before.settleFrom }
        : after,
    ),
  },
  {
    name: 'a step that is open already is not opened anew when a former owner wakes',
    crm: 'late',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((before, after, event) => {
      const isOpen = 'unanswered' in before && before.unanswered.length > 0
      return event.type === 'OwnerWoke' && isOpen && !isForward(before) ? before : after
    }),
  },
  {
    name: 'a completed sale is settled at once',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: evolvesTo((_, after, event) =>
      event.type === 'SaleCompleted' && after.status === 'completed'
        ? { ...after, settled: true }
        : after,
    ),
  },
  {
    name: 'what a look finds is not recorded',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: decidesOn((outcome) =>
      outcome.type === 'lookedUp' && outcome.result.type === 'done'
        ? { ...outcome, result: { type: 'done', value: [] } }
        : outcome,
    ),
  },
  {
    name: 'a stuck sale forgets its unanswered steps',
    crm: 'lenient',
    rule: 'a stuck sale that has lost sight of a leftover',
    domain: evolvesTo((_, after, event) =>
      event.type === 'SaleStuck' && after.status === 'stuck' ? { ...after, unanswered: [] } : after,
    ),
  },
  {
    name: 'an unanswered step is not listed among the leftovers',
    crm: 'lenient',
    rule: 'a leftover that is not listed',
    domain: records((events) =>
      events.map((event) =>
        event.type === 'SaleStuck'
          ? a.stuck(...event.data.leftovers.filter((leftover) => 'id' in leftover))
          : event,
      ),
    ),
  },
  {
    name: 'an unanswered delete counts as done',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: decidesOn((outcome) =>
      outcome.type === 'deleted' && outcome.result.type === 'unknown'
        ? { ...outcome, result: { type: 'done', value: undefined } }
        : outcome,
    ),
  },
  {
    name: 'a rollback without known records is over, whatever is unanswered',
    crm: 'lenient',
    rule: LEAVES_A_RECORD,
    domain: records((events, sale) => {
      const after = evolveAll(sale, events)
      const isOver = after.status === 'rollingBack' && after.records.length === 0
      const over: SaleEvent = a.rolledBack
      return isOver ? [...events, over] : events
    }),
  },
  {
    name: 'a Sales Order that came too late completes the sale',
    crm: 'lenient',
    rule: 'completed after the deadline',
    domain: records((events) => {
      const order = events.find((event) => event.type === 'SalesOrderCreated')
      const isLate = events.some((event) => event.type === 'CompensationRequired')
      if (order === undefined || !isLate) return events
      return [order, { type: 'SaleCompleted', at: order.at, data: {} }]
    }),
  },
  {
    name: 'a sale without a key goes forward after a restart',
    crm: 'lenient',
    rule: 'goes forward after a restart, though nobody can ask again',
    domain: records((events, sale) => (isForward(sale) ? events.slice(0, 1) : events)),
  },
  {
    name: 'the deadline is not looked at',
    crm: 'lenient',
    rule: 'completed after the deadline',
    domain: policed({ deadlineMs: Number.POSITIVE_INFINITY }),
  },
  {
    name: 'there is no settle time',
    crm: 'lenient',
    rule: LEAVES_A_REQUEST,
    domain: policed({ settleMs: 0 }),
  },
  {
    name: 'a completed sale takes back its own records',
    crm: 'lenient',
    rule: "a completed sale's own record deleted",
    domain: {
      ...right,
      next: (sale, ...rest) => {
        const due = next(sale, ...rest)
        if (sale.status !== 'completed' || due.type === 'rest') return due
        const effect = {
          type: 'delete',
          step: 'deal',
          id: sale.firstIds.deal ?? NO_ID,
          isSeen: true,
        } as const
        return { type: 'perform', effects: [effect] }
      },
    },
  },
  {
    name: 'a stuck sale sends its create once more',
    crm: 'lenient',
    rule: 'a create after the decision',
    domain: {
      ...right,
      next: (sale, ...rest) => {
        if (sale.status !== 'stuck') return next(sale, ...rest)
        const { saleId, requestedAt, contactId, products, idempotent } = sale
        const request = { saleId, requestedAt, contactId, products, idempotent }
        const again = {
          ...request,
          ...a.priced.data,
          status: 'priced',
          begunAt: NOW.instant,
          unanswered: [],
          named: [],
        } as const
        return next(again, ...rest)
      },
    },
  },
  {
    name: 'a duplicate is adopted without a read',
    crm: 'lenient',
    rule: 'a completed sale without one of its own records',
    domain: { ...right, beliefs: { adoptsUnread: true } },
  },
  {
    name: 'a named record is adopted before a read has shown it',
    crm: 'odd',
    rule: 'a record that nothing has shown',
    domain: decidesOn((outcome) => {
      if (outcome.type !== 'created' || outcome.result.type !== 'unknown') return outcome
      const { namedId } = outcome.result
      return namedId === undefined ? outcome : { ...outcome, result: a.done(namedId) }
    }),
  },
  {
    name: 'a name is dropped',
    crm: 'odd',
    rule: 'a name that is not written down',
    domain: records((events) => events.filter(({ type }) => type !== 'RecordNamed')),
  },
  {
    name: 'the decision forgets what was named',
    crm: 'odd',
    rule: NAMED_IS_LEFT,
    domain: evolvesTo((_, after, event) =>
      event.type === 'CompensationRequired' ? withoutUnseen(after) : after,
    ),
  },
  {
    name: 'a completed sale forgets what was named',
    crm: 'odd',
    rule: NAMED_IS_LEFT,
    domain: evolvesTo((_, after, event) =>
      event.type === 'SalesOrderCreated' ? withoutUnseen(after) : after,
    ),
  },
  {
    name: 'a restart forgets what was named',
    crm: 'odd',
    rule: NAMED_IS_LEFT,
    domain: evolvesTo((_, after, event) =>
      event.type === 'SaleInterrupted' ? withoutUnseen(after) : after,
    ),
  },
  {
    name: 'a named record is gone when no read shows it',
    crm: 'odd',
    rule: LEAVES_A_RECORD,
    domain: { ...right, beliefs: { trustsEmptyReads: true } },
  },
  {
    name: 'a named record is deleted like one that was seen',
    crm: 'odd',
    rule: WRONG_SIGHT,
    domain: evolvesTo((_, after) => withAllSeen(after)),
  },
  {
    name: 'a look that shows a named record does not make it seen',
    crm: 'odd',
    rule: WRONG_SIGHT,
    domain: evolvesTo((before, after, event) => {
      const isKnown = 'records' in before && 'records' in after && event.type in CREATED
      return isKnown && before.records.length === after.records.length ? { ...before } : after
    }),
  },
  {
    name: 'a named record is not listed among the leftovers',
    crm: 'odd',
    rule: 'a leftover that is not listed',
    domain: records((events, sale) =>
      events.map((event) =>
        event.type === 'SaleStuck'
          ? a.stuck(...event.data.leftovers.filter((leftover) => !isUnseen(sale, leftover)))
          : event,
      ),
    ),
  },
  {
    name: 'a refusal in unknown words closes its step',
    crm: 'odd',
    rule: LEAVES_A_RECORD,
    domain: decidesOn((outcome) =>
      outcome.type === 'created' && outcome.result.type === 'refused'
        ? { ...outcome, result: a.refused }
        : outcome,
    ),
  },
  {
    name: 'a create carries no reference',
    crm: 'lenient',
    rule: 'two live records for one step',
    domain: {
      ...right,
      next: (...asked) => {
        const due = next(...asked)
        if (due.type !== 'perform' || due.effects[0].type !== 'create') return due
        const [{ draft, ...create }] = due.effects
        return { type: 'perform', effects: [{ ...create, draft: { ...draft, reference: '' } }] }
      },
    },
  },
  {
    name: 'the Deal is deleted first',
    crm: 'strict',
    rule: NEVER_RESTS,
    domain: {
      ...right,
      next: (sale, ...rest) => {
        const due = next(sale, ...rest)
        if (due.type !== 'perform' || !('records' in sale)) return due
        const [first, ...others] = due.effects
        const deal = sale.records.find(({ step }) => step === 'deal')
        if (first.type !== 'delete' || deal === undefined) return due
        return { type: 'perform', effects: [{ type: 'delete', ...deal }, ...others] }
      },
    },
  },
  {
    name: 'a delete that fails holds up the looks',
    crm: 'strict',
    rule: NEVER_RESTS,
    domain: {
      ...right,
      next: (...asked) => {
        const due = next(...asked)
        return due.type === 'perform' ? { ...due, effects: [due.effects[0]] } : due
      },
    },
  },
  {
    name: 'a sale that has only just begun is looked up',
    crm: 'lenient',
    rule: 'more than a read before the terms are recorded',
    domain: {
      ...right,
      next(sale, ...rest) {
        const due = next(sale, ...rest)
        if (sale.status !== 'requested' || due.type !== 'perform') return due
        const reference = referenceOf(sale.saleId, 'deal')
        const look = { type: 'lookUp', step: 'deal', reference, look: 'first' } as const
        return { ...due, effects: [...due.effects, look] }
      },
    },
  },
  {
    name: 'a create is sent after a restart without a read of the contact',
    crm: 'lenient',
    rule: 'a create without the addresses',
    domain: has(() => ({ contactRead: true })),
  },
  {
    name: 'the contact is read again before each create',
    crm: 'lenient',
    rule: 'the contact read once more',
    domain: has(() => ({ contactRead: false })),
  },
  {
    name: 'only the Sales Order waits for the addresses',
    crm: 'lenient',
    rule: 'a create without the addresses',
    domain: has(({ contactRead }, sale) => ({
      contactRead: contactRead || sale.status !== 'quoteCreated',
    })),
  },
  {
    name: 'a rollback reads the contact first',
    crm: 'lenient',
    rule: 'the contact read after the decision',
    domain: {
      ...right,
      next: (sale, ...rest) => {
        const due = next(sale, ...rest)
        if (sale.status !== 'rollingBack' || due.type !== 'perform') return due
        const read = { type: 'readContact', contactId: sale.contactId, until: NOW.instant } as const
        return { type: 'perform', effects: [read, ...due.effects] }
      },
    },
  },
  {
    name: 'a failure is not answered before it is cleared',
    crm: 'lenient',
    rule: 'has no answer for what has failed',
    domain: {
      ...right,
      answer: (sale) => (sale.status === 'rollingBack' ? { type: 'pending' } : answer(sale)),
    },
  },
  {
    name: 'a create without an answer is answered as a failure',
    crm: 'lenient',
    rule: 'answers 500 for what has not failed',
    domain: {
      ...right,
      answer(sale) {
        const isUnsure = isForward(sale) && 'unanswered' in sale && sale.unanswered.length > 0
        return isUnsure ? { type: 'failed' } : answer(sale)
      },
    },
  },
  {
    name: 'a completed sale is not answered before it is settled',
    crm: 'lenient',
    rule: 'has no answer for what is completed',
    domain: {
      ...right,
      answer: (sale) =>
        sale.status === 'completed' && !sale.settled ? { type: 'pending' } : answer(sale),
    },
  },
  {
    name: 'decide returns the state before its events',
    crm: 'lenient',
    rule: NOT_ITS_FOLD,
    domain: returns(({ events }, before) => ({ events, sale: before })),
  },
  {
    name: 'decide returns the state before the ending',
    crm: 'lenient',
    rule: NOT_ITS_FOLD,
    domain: returns(({ events, sale }, before) => {
      const isEnded = sale.status === 'rolledBack'
      return { events, sale: isEnded ? evolveAll(before, events.slice(0, -1)) : sale }
    }),
  },
  {
    name: 'decide returns the state after an ending that it does not record',
    crm: 'lenient',
    rule: NOT_ITS_FOLD,
    domain: returns(({ events, sale }) => ({
      events: events.filter(({ type }) => type !== 'SaleRolledBack'),
      sale,
    })),
  },
  {
    name: 'decide forgets that a restart was recorded',
    crm: 'lenient',
    rule: NOT_ITS_FOLD,
    domain: returns(({ events, sale }, before) => {
      const [first] = events
      return { events, sale: first?.type === 'SaleInterrupted' ? before : sale }
    }),
  },
]
