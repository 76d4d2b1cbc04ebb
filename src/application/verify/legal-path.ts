import { assertNever } from '../../domain/assert-never.ts'
import type { CrmId, SaleId } from '../../domain/ids.ts'
import { isAtRest, isClearing } from '../../domain/sale/aftermath.ts'
import type { Leftover, SaleEvent } from '../../domain/sale/events.ts'
import { evolve, isForward } from '../../domain/sale/evolve.ts'
import { referenceOf } from '../../domain/sale/reference.ts'
import { createDue, type ForwardSale, initialSale, type Sale } from '../../domain/sale/state.ts'
import { type CreateStep, DELETE_STEPS } from '../../domain/sale/steps.ts'

/** A sale as its events told it so far, and what of them decides which event may come next. */
export type SalePath = {
  readonly sale: Sale
  readonly last: SaleEvent | undefined
  /** Steps of the records that a look-up, or a late answer, told of just before, all of one step. */
  readonly found: readonly CreateStep[]
}

export function beginPath(saleId: SaleId): SalePath {
  return { sale: initialSale(saleId), last: undefined, found: [] }
}

/** The path with one more event, legal or not, so that those after it can be judged, too. */
export function along(path: SalePath, event: SaleEvent): SalePath {
  const step = createdStep(event)
  const isStranger = step !== undefined && isClearing(path.sale)
  return {
    sale: evolve(path.sale, event),
    last: event,
    found: isStranger ? [...path.found.filter((other) => other === step), step] : [],
  }
}

/**
 * Why `decide` would never have written this event there; `undefined` when it may have. What the
 * CRM said and what time it was is not known, so this is necessary, not sufficient.
 */
export function whyIllegal(path: SalePath, event: SaleEvent): string | undefined {
  const { sale, last } = path
  if (sale.status === 'absent') {
    return event.type === 'SaleRequested' ? undefined : 'the sale was never requested'
  }
  if (event.type === 'SaleRequested') return 'the sale was requested before'
  return whyNotNow(path, event) ?? whyNotOf(sale, last, event, path.found)
}

/** Some events are written together with the one before them: then nothing else may follow it. */
function whyNotNow({ sale, last, found }: SalePath, event: SaleEvent): string | undefined {
  if (last?.type === 'SalesOrderCreated' && sale.status === 'completed' && found.length === 0) {
    return event.type === 'SaleCompleted' ? undefined : 'the Sales Order completes the sale'
  }
  if (event.type === 'SaleCompleted') return 'no Sales Order was created just before'
  if (last?.type === 'SaleInterrupted' && isForward(sale) && !sale.idempotent) {
    const isDecided =
      event.type === 'CompensationRequired' && event.data.failedStep === 'interrupted'
    return isDecided ? undefined : 'without a key the interrupted sale is rolled back'
  }
  if (isAtRest(sale)) return 'the sale is at rest'
  const isEnding = event.type === 'SaleRolledBack' || event.type === 'SaleSettled'
  if (isClearing(sale) && isCleared(sale)) {
    return isEnding ? undefined : 'nothing is left, and that is not said'
  }
  const isLookUp = event.type === 'ReferenceLookedUp' || createdStep(event) === found[0]
  if (found.length > 0 && !isLookUp && !isLateAnswer(found)) return 'the look-up is not said'
  return undefined
}

/** A Sales Order that came too late is told right after the decision, and by no look-up. */
function isLateAnswer(found: readonly CreateStep[]): boolean {
  return found.length === 1 && found[0] === 'salesOrder'
}

function whyNotOf(
  sale: Exclude<Sale, { readonly status: 'absent' }>,
  last: SaleEvent | undefined,
  event: Exclude<SaleEvent, { readonly type: 'SaleRequested' }>,
  found: readonly CreateStep[],
): string | undefined {
  switch (event.type) {
    case 'SalePriced':
      return sale.status === 'requested' ? undefined : 'its terms were fixed before'
    case 'DealCreated':
      return whyNoRecord(sale, last, 'deal', event.data.dealId)
    case 'QuoteCreated':
      return whyNoRecord(sale, last, 'quote', event.data.quoteId)
    case 'SalesOrderCreated':
      return whyNoRecord(sale, last, 'salesOrder', event.data.salesOrderId)
    case 'SaleCompleted':
      return undefined
    case 'CreateUnanswered':
      return isForward(sale) &&
        createDue(sale) === event.data.step &&
        !isOpen(sale, event.data.step)
        ? undefined
        : `no ${event.data.step} was under way, or it is open already`
    case 'SaleInterrupted':
      return undefined
    case 'CompensationRequired':
      return isForward(sale) ? whyNotFailed(sale, last, event.data.failedStep) : 'it is decided'
    case 'ReferenceLookedUp':
      return whyNotLookedUp(sale, event.data, found)
    case 'SalesOrderDeleted':
      return whyNotDeleted(sale, 'salesOrder', event.data.salesOrderId)
    case 'QuoteDeleted':
      return whyNotDeleted(sale, 'quote', event.data.quoteId)
    case 'DealDeleted':
      return whyNotDeleted(sale, 'deal', event.data.dealId)
    case 'SaleRolledBack':
      return isFailed(sale) && isCleared(sale) ? undefined : 'something is left, or it did not fail'
    case 'SaleSettled':
      return sale.status === 'completed' && isCleared(sale)
        ? undefined
        : 'something is left, or it is not complete'
    case 'SaleStuck':
      return whyNotStuck(sale, event.data.leftovers)
    default:
      return assertNever(event)
  }
}

function whyNoRecord(
  sale: Sale,
  last: SaleEvent | undefined,
  step: CreateStep,
  id: CrmId,
): string | undefined {
  if (isForward(sale)) return createDue(sale) === step ? undefined : `no ${step} was under way`
  if (!isClearing(sale)) return 'the sale is at rest'
  if (sale.records.some((record) => record.id === id)) return 'the record is known'
  if (sale.status === 'completed' && Object.values(sale.firstIds).includes(id)) {
    return "the record is the sale's own"
  }
  const isLate =
    step === 'salesOrder' &&
    last?.type === 'CompensationRequired' &&
    last.data.failedStep === 'deadline' &&
    sale.firstIds.quote !== null
  return isLate || isOpen(sale, step) ? undefined : `the ${step} is not open`
}

function whyNotFailed(
  sale: ForwardSale,
  last: SaleEvent | undefined,
  failedStep: (SaleEvent & { readonly type: 'CompensationRequired' })['data']['failedStep'],
): string | undefined {
  switch (failedStep) {
    case 'contact':
    case 'deadline':
      return undefined
    case 'products':
      return sale.status === 'requested' ? undefined : 'the products were read before'
    case 'interrupted':
      return last?.type === 'SaleInterrupted' && !sale.idempotent
        ? undefined
        : 'no interruption ends it'
    default:
      return createDue(sale) === failedStep ? undefined : `no ${failedStep} was under way`
  }
}

function whyNotLookedUp(
  sale: Sale,
  data: (SaleEvent & { readonly type: 'ReferenceLookedUp' })['data'],
  found: readonly CreateStep[],
): string | undefined {
  const { step, look } = data
  if (!isClearing(sale) || !isOpen(sale, step)) return `the ${step} is not open`
  if (sale.status === 'completed' && look === 'first') return 'a completed sale looks once'
  // The first of them may have been the late answer to a create.
  const told = found.every((other) => other === step) ? found.length : -1
  const mayBeLate = step === 'salesOrder' && found.length > 0 && sale.status !== 'completed'
  const fits = data.found === told || (mayBeLate && data.found === told - 1)
  return fits ? undefined : `it found ${data.found}, and not so many records were told`
}

function whyNotDeleted(sale: Sale, step: CreateStep, id: CrmId): string | undefined {
  if (!isClearing(sale)) return 'nothing was to be deleted'
  const record = sale.records.find((known) => known.id === id)
  if (record?.step !== step) return `no such ${step} was to be deleted`
  const before = DELETE_STEPS.slice(0, DELETE_STEPS.indexOf(step))
  const above = sale.records.find((known) => before.includes(known.step))
  return above === undefined ? undefined : `the ${above.step} has to go first`
}

function whyNotStuck(sale: Sale, leftovers: readonly Leftover[]): string | undefined {
  if (!isClearing(sale)) return 'nothing was to be cleared'
  if (sale.status === 'stuck' || (sale.status === 'completed' && sale.reportedStuck)) {
    return 'that was said before'
  }
  const left = [
    ...sale.records.map(({ step, id }) => `${step} ${id}`),
    ...sale.open.map(({ step }) => `${step} ${referenceOf(sale.saleId, step)}`),
  ]
  const said = leftovers.map((one) => `${one.step} ${'id' in one ? one.id : one.reference}`)
  return left.join() === said.join() ? undefined : 'something else was left'
}

function isOpen(sale: Sale, step: CreateStep): boolean {
  return 'open' in sale && sale.open.some((open) => open.step === step)
}

function isFailed(sale: Sale): boolean {
  return sale.status === 'rollingBack' || sale.status === 'stuck'
}

function isCleared(sale: Sale): boolean {
  return isClearing(sale) && sale.records.length === 0 && sale.open.length === 0
}

function createdStep(event: SaleEvent): CreateStep | undefined {
  switch (event.type) {
    case 'DealCreated':
      return 'deal'
    case 'QuoteCreated':
      return 'quote'
    case 'SalesOrderCreated':
      return 'salesOrder'
    default:
      return undefined
  }
}
