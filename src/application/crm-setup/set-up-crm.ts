// Creates the reference field in the modules of a sale's records.

import type { CallResult } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS, type CreateStep } from '../../domain/sale/steps.ts'
import { referenceFinding } from './check-crm-fields.ts'
import type { CrmAdmin, CrmNeeds } from './crm-admin.port.ts'
import { type CrmFinding, findingOf, wrong } from './crm-finding.ts'

/** What became of the reference field in one module. */
export type SetUp = {
  readonly step: CreateStep
  readonly created: boolean
  /** How the field is at the end. */
  readonly finding: CrmFinding
}

/**
 * Creates the field in each module that has none, if the token may do so. A field that exists is
 * never changed, so the command can be repeated.
 */
export type SetUpCrm = () => Promise<readonly SetUp[]>

export function makeSetUpCrm(deps: {
  readonly admin: Pick<CrmAdmin, 'readGrant' | 'readFields' | 'createReferenceField'>
  readonly needs: CrmNeeds
  readonly requestTimeoutMs: number
}): SetUpCrm {
  const { admin, needs, requestTimeoutMs } = deps

  return async function setUpCrm() {
    const mayCreate = await isAllowed()
    const results: SetUp[] = []
    for (const step of CREATE_STEPS) {
      const before = await look(step)
      if (before.finding.ok || !before.absent || !mayCreate) {
        results.push({ step, created: false, finding: before.finding })
        continue
      }
      const made = await admin.createReferenceField(step, requestTimeoutMs)
      // The answer may be lost, and Zoho may have given the field another name. A look shows both.
      const after = await look(step)
      const finding = after.absent ? notMade(before.finding, made) : after.finding
      results.push({ step, created: after.finding.ok, finding })
    }
    return results
  }

  /** A token whose scopes the CRM does not list may be allowed, so it is tried. */
  async function isAllowed(): Promise<boolean> {
    const grant = await admin.readGrant(requestTimeoutMs)
    if (grant.type !== 'done') return false
    const grants = grant.value ?? []
    return grants.every(({ neededFor, granted }) => neededFor !== 'setUp' || granted)
  }

  async function look(
    step: CreateStep,
  ): Promise<{ readonly finding: CrmFinding; readonly absent: boolean }> {
    const module = needs.recordModules[step]
    const fields = await admin.readFields(module, requestTimeoutMs)
    if (fields.type !== 'done') {
      const remedy = 'Grant ZohoCRM.settings.fields.READ, or do it by hand.'
      return { finding: findingOf(`fields of ${module}`, fields, remedy), absent: false }
    }
    const absent = fields.value.every(({ name }) => name !== needs.referenceField)
    return { finding: referenceFinding(module, needs.referenceField, fields.value), absent }
  }
}

function notMade(before: CrmFinding, made: CallResult<void>): CrmFinding {
  if (made.type !== 'done') return findingOf(before.check, made, before.remedy ?? '')
  const remedy = 'Zoho made a field, and shows none of this name: look at its API name, or repeat.'
  return wrong(before.check, remedy)
}
