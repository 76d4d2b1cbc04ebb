import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS, type CreateStep, DELETE_STEPS } from '../../domain/sale/steps.ts'
import { dayAfter } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Random } from '../base/random.port.ts'
import type { CallTerms, Crm, NewRecord } from '../crm/crm.port.ts'
import { askAgain } from './ask-again.ts'
import { type CrmFinding, fine, judged, wrong } from './check-crm-fields.ts'
import type { CrmAdmin, CrmNeeds } from './crm-admin.port.ts'
import {
  findTrialContactAndProduct,
  type GivenIds,
  type TrialContactAndProduct,
} from './trial-contact-and-product.ts'

/**
 * Creates one record of each kind as a sale would, finds it by its reference, deletes it and sees
 * it gone. What was created is deleted whatever fails; what is left is named.
 */
export type CheckRights = (given: GivenIds) => Promise<readonly CrmFinding[]>

type Made = Map<CreateStep, CrmId>
type Marks = Pick<NewRecord, 'saleId' | 'reference'>

export function makeCheckRights(deps: {
  readonly crm: Crm
  readonly admin: Pick<CrmAdmin, 'readFirst'>
  readonly needs: CrmNeeds
  readonly clock: Clock
  readonly random: Pick<Random, 'saleId'>
  readonly requestTimeoutMs: number
  /** Days from now to the closing date of the Deal. */
  readonly closingDays: number
}): CheckRights {
  const { crm, needs, clock, random, requestTimeoutMs, closingDays } = deps
  const terms: CallTerms = { withinMs: requestTimeoutMs, priority: 'rollback' }

  return async function checkRights(given) {
    const found = await findTrialContactAndProduct(deps, given)
    if (found.type === 'notFound') return [found.finding]
    const saleId = random.saleId()
    // No sale's reference reads like this, so nothing takes these records for a sale's.
    const marks = { saleId, reference: `check-${saleId}` }
    const made: Made = new Map()
    const findings = await createAll(marks, found.trial, made)
    for (const step of DELETE_STEPS) findings.push(...(await clearUp(step, marks.reference, made)))
    return findings
  }

  async function createAll(
    marks: Marks,
    trial: TrialContactAndProduct,
    made: Made,
  ): Promise<CrmFinding[]> {
    const findings: CrmFinding[] = []
    for (const step of CREATE_STEPS) {
      const module = needs.recordModules[step]
      const check = `right to create ${module}`
      const record = recordOf(step, marks, trial, made)
      if (record === undefined) {
        findings.push(wrong(check, 'Not tried: it points at the record before it.'))
        continue
      }
      const created = await crm.createRecord(record, requestTimeoutMs)
      findings.push(createFinding(check, module, marks.reference, created))
      if (created.outcome !== 'done') continue
      made.set(step, created.value)
      findings.push(await foundAgain(step, marks.reference, created.value))
    }
    return findings
  }

  function recordOf(
    step: CreateStep,
    marks: Marks,
    { contactId, contact, line }: TrialContactAndProduct,
    made: Made,
  ): NewRecord | undefined {
    const common = { ...marks, contactId, accountId: contact.accountId }
    const [dealId, quoteId] = [made.get('deal'), made.get('quote')]
    if (step === 'deal') {
      const closingDate = dayAfter(clock.now(), closingDays)
      return { ...common, step, amount: line.unitPrice, closingDate }
    }
    const sold = { lines: [line], addresses: contact.addresses }
    if (dealId === undefined) return undefined
    if (step === 'quote') return { ...common, ...sold, step, dealId }
    return quoteId === undefined ? undefined : { ...common, ...sold, step, dealId, quoteId }
  }

  async function foundAgain(step: CreateStep, reference: string, id: CrmId): Promise<CrmFinding> {
    const module = needs.recordModules[step]
    const check = `${module} found by its reference`
    const found = await lookUp(step, reference)
    if (found.outcome === 'done' && !found.value.includes(id)) {
      return wrong(check, `It was not: let the token's user see every record of ${module}.`)
    }
    return judged(check, found, `Let the user read ${module}, and grant ZohoCRM.coql.READ.`)
  }

  /** Deletes what is known, and what a look-up shows: a create may have worked unheard. */
  async function clearUp(
    step: CreateStep,
    reference: string,
    made: Made,
  ): Promise<readonly CrmFinding[]> {
    const module = needs.recordModules[step]
    const known = made.get(step)
    const before = await lookUp(step, reference)
    const ids = new Set(before.outcome === 'done' ? before.value : [])
    if (known !== undefined) ids.add(known)
    if (ids.size === 0 && before.outcome === 'done') return []
    const check = `right to delete ${module}`
    const left = `LEFT BEHIND in ${module}: ${[...ids].join(', ') || 'perhaps a record'}, reference`
    const remedy = `Let the user delete ${module}, and grant the scope. ${left} ${reference}.`
    for (const id of ids) {
      const deleted = await askAgain(clock, () => crm.deleteRecord(step, id, terms))
      if (deleted.outcome !== 'done') return [wrong(check, `${remedy} ${saidBy(deleted)}`)]
    }
    const after = await lookUp(step, reference)
    if (after.outcome !== 'done') return [wrong(check, `${remedy} ${saidBy(after)}`)]
    if (after.value.length > 0) return [wrong(check, remedy)]
    return [fine(check), fine(`${module} seen to be gone`)]
  }

  function lookUp(step: CreateStep, reference: string): Promise<CallResult<readonly CrmId[]>> {
    return askAgain(clock, () => crm.findByReference(step, reference, terms))
  }
}

function createFinding(
  check: string,
  module: string,
  reference: string,
  created: CallResult<CrmId>,
): CrmFinding {
  if (created.outcome === 'unknown') {
    const late = `Try again. A record with the reference ${reference} may yet turn up: delete it.`
    return wrong(check, `${late} ${saidBy(created)}`)
  }
  return judged(check, created, `Let the user create ${module}, and grant the scope for it.`)
}

function saidBy(result: Exclude<CallResult<unknown>, { readonly outcome: 'done' }>): string {
  return `The CRM said: ${result.reason}`
}
