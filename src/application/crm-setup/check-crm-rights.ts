// Checks by a trial that the token may create, find and delete the records of a sale.

import type { CrmId } from '../../domain/ids.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS, type CreateStep, DELETE_STEPS } from '../../domain/sale/steps.ts'
import { dayAfter } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import type { Random } from '../base/random.port.ts'
import type { CallOptions, Crm } from '../crm/crm.port.ts'
import { askAgain } from './ask-again.ts'
import type { CrmAdmin, CrmNeeds } from './crm-admin.port.ts'
import { type CrmFinding, findingOf, fine, wrong } from './crm-finding.ts'
import { findTrialContactAndProduct, type GivenIds } from './trial-contact-and-product.ts'
import { type Created, type Trial, trialRecord } from './trial-records.ts'

/**
 * Creates one record of each kind as a sale would, finds it by its reference, deletes it, and looks
 * that it is gone. Created records are deleted whatever fails; the findings name those that are
 * left.
 */
export type CheckRights = (given: GivenIds) => Promise<readonly CrmFinding[]>

type Deps = {
  readonly crm: Crm
  readonly admin: Pick<CrmAdmin, 'readFirst'>
  readonly needs: CrmNeeds
  readonly clock: Clock
  readonly random: Pick<Random, 'saleId'>
  /** Milliseconds one call may take. */
  readonly requestTimeoutMs: number
  /** Days from now to the closing date of the Deal. */
  readonly closingDays: number
}

export function makeCheckRights(deps: Deps): CheckRights {
  const { clock, random, closingDays } = deps

  return async function checkRights(given) {
    const found = await findTrialContactAndProduct(deps, given)
    if (found.type === 'notFound') return [found.finding]
    const saleId = random.saleId()
    // No reference of a sale begins like this, so nothing takes these records for a sale's.
    const reference = `check-${saleId}`
    const now = clock.now()
    const requestedOn = dayAfter(now, 0)
    const closingDate = dayAfter(now, closingDays)
    const trial = { ...found.trial, saleId, reference, requestedOn, closingDate }
    const created: Created = new Map()
    const findings = await createAll(deps, trial, created)
    for (const step of DELETE_STEPS) {
      findings.push(...(await deleteAndLook(deps, step, reference, created.get(step))))
    }
    return findings
  }
}

/** @param created gets the id of each record that was created */
async function createAll(deps: Deps, trial: Trial, created: Created): Promise<CrmFinding[]> {
  const findings: CrmFinding[] = []
  for (const step of CREATE_STEPS) {
    const module = deps.needs.recordModules[step]
    const check = `right to create ${module}`
    const record = trialRecord(step, trial, created)
    if (record === undefined) {
      findings.push(wrong(check, 'Not tried: it points at the record before it.'))
      continue
    }
    const result = await deps.crm.createRecord(record, deps.requestTimeoutMs)
    findings.push(createFinding(check, module, trial.reference, result))
    if (result.type !== 'done') continue
    created.set(step, result.value)
    findings.push(await foundFinding(deps, step, trial.reference, result.value))
  }
  return findings
}

function createFinding(
  check: string,
  module: string,
  reference: string,
  result: CallResult<CrmId>,
): CrmFinding {
  if (result.type === 'unknown' || (result.type === 'refused' && result.isOpen)) {
    const late = `Try again. A record with the reference ${reference} may yet turn up: delete it.`
    return wrong(check, `${late} ${saidBy(result)}`)
  }
  return findingOf(check, result, `Let the user create ${module}, and grant the scope for it.`)
}

async function foundFinding(
  deps: Deps,
  step: CreateStep,
  reference: string,
  id: CrmId,
): Promise<CrmFinding> {
  const module = deps.needs.recordModules[step]
  const check = `${module} found by its reference`
  const found = await lookUp(deps, step, reference)
  if (found.type === 'done' && !found.value.includes(id)) {
    return wrong(check, `It was not: let the token's user see every record of ${module}.`)
  }
  return findingOf(check, found, `Let the user read ${module}, and grant ZohoCRM.coql.READ.`)
}

/**
 * Deletes the record that was created, and those that a look-up finds: a create whose answer was
 * lost may have made one.
 */
async function deleteAndLook(
  deps: Deps,
  step: CreateStep,
  reference: string,
  known: CrmId | undefined,
): Promise<readonly CrmFinding[]> {
  const { crm, clock, needs } = deps
  const module = needs.recordModules[step]
  const before = await lookUp(deps, step, reference)
  const ids = new Set(before.type === 'done' ? before.value : [])
  if (known !== undefined) ids.add(known)
  if (ids.size === 0 && before.type === 'done') return []
  const check = `right to delete ${module}`
  const left = `LEFT BEHIND in ${module}: ${[...ids].join(', ') || 'perhaps a record'}, reference`
  const remedy = `Let the user delete ${module}, and grant the scope. ${left} ${reference}.`
  for (const id of ids) {
    const deleted = await askAgain(clock, () =>
      crm.deleteRecord(step, id, { ...optionsOf(deps), isSeen: true }),
    )
    if (deleted.type !== 'done') return [wrong(check, `${remedy} ${saidBy(deleted)}`)]
  }
  const after = await lookUp(deps, step, reference)
  if (after.type !== 'done') return [wrong(check, `${remedy} ${saidBy(after)}`)]
  if (after.value.length > 0) return [wrong(check, remedy)]
  return [fine(check), fine(`${module} seen to be gone`)]
}

function lookUp(
  deps: Deps,
  step: CreateStep,
  reference: string,
): Promise<CallResult<readonly CrmId[]>> {
  return askAgain(deps.clock, () => deps.crm.findByReference(step, reference, optionsOf(deps)))
}

function optionsOf({ requestTimeoutMs }: Deps): CallOptions {
  return { withinMs: requestTimeoutMs, priority: 'rollback' }
}

function saidBy(result: Exclude<CallResult<unknown>, { readonly type: 'done' }>): string {
  return `The CRM said: ${result.reason}`
}
