// Compares the fields of the CRM's modules with what sales need.

import { CREATE_STEPS } from '../../domain/sale/steps.ts'
import { recordFindings } from './check-record-fields.ts'
import type { CrmAdmin, CrmField, CrmNeeds } from './crm-admin.port.ts'
import { type CrmFinding, fine, wrong } from './crm-finding.ts'

/**
 * Characters of the longest reference, `<sale id>:salesOrder`. A shorter field cuts or refuses it.
 */
const REFERENCE_CHARS = 47

export type ReferenceFields =
  /** `refused` is why sales would be refused all the same; what a refused sale made is deleted. */
  | { readonly type: 'ok'; readonly refused: readonly CrmFinding[] }
  /** Sales would not be safe. The findings are those that are not ok. */
  | { readonly type: 'missing'; readonly findings: readonly CrmFinding[] }
  /** The fields could not be read: the CRM did not answer, or the token has no right to. */
  | { readonly type: 'unknown'; readonly reason: string }

/** Checks, at the start of the service, that all three modules have the reference field. */
export async function checkReferenceFields(deps: {
  readonly admin: Pick<CrmAdmin, 'readFields'>
  readonly needs: CrmNeeds
  readonly requestTimeoutMs: number
}): Promise<ReferenceFields> {
  const { admin, needs, requestTimeoutMs } = deps
  const findings: CrmFinding[] = []
  const refused: CrmFinding[] = []
  let reason: string | undefined
  for (const step of CREATE_STEPS) {
    const module = needs.recordModules[step]
    const fields = await admin.readFields(module, requestTimeoutMs)
    if (fields.type === 'done') {
      findings.push(referenceFinding(module, needs.referenceField, fields.value))
      const record = needs.records.find((one) => one.module === module)
      if (record !== undefined) refused.push(...recordFindings(record, fields.value))
    } else {
      reason ??= `the fields of ${module} could not be read: ${fields.reason}`
    }
  }
  const missing = findings.filter(({ ok }) => !ok)
  if (missing.length > 0) return { type: 'missing', findings: missing }
  return reason === undefined
    ? { type: 'ok', refused: refused.filter(({ ok }) => !ok) }
    : { type: 'unknown', reason }
}

/**
 * The field must be there, long enough and unique. Without it nobody can find out whether a create
 * whose answer was lost has made a record.
 */
export function referenceFinding(
  module: string,
  name: string,
  fields: readonly CrmField[],
): CrmFinding {
  const check = `reference field ${module}.${name}`
  const field = fields.find((known) => known.name === name)
  if (field === undefined) {
    return wrong(check, `Create it: gateway zoho setup does so, or says how. ${HOW_ELSE}`)
  }
  if (field.type !== 'text') {
    return wrong(check, `It holds ${field.type}; it has to be a single line of text. ${HOW_ELSE}`)
  }
  if (field.lengthMax !== null && field.lengthMax < REFERENCE_CHARS) {
    return wrong(check, `Make it longer: it holds ${field.lengthMax} characters, 255 are best.`)
  }
  if (!field.unique) {
    return wrong(check, `Edit the field in Zoho and tick "Do not allow duplicate values".`)
  }
  if (field.restricted) return wrong(check, RESTRICTED)
  return fine(check)
}

const RESTRICTED =
  'Allow it for the API: it is a personal field, and the compliance settings of Zoho restrict it.'
const HOW_ELSE = 'Or name another field in ZOHO_REFERENCE_FIELD.'

/** One finding for each field that sales need in a module. */
export function fieldFindings(
  module: string,
  names: readonly string[],
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  return names.map((name) => {
    const check = `field ${module}.${name}`
    const field = fields.find((known) => known.name === name)
    if (field === undefined) {
      const what = `add ${name} to ${module}, and to what the token's user may see`
      return wrong(check, `Show it: ${what}.`)
    }
    return field.restricted ? wrong(check, RESTRICTED) : fine(check)
  })
}

/** One finding for each value of a setting that a field of this module has to offer. */
export function valueFindings(
  needed: CrmNeeds['values'],
  module: string,
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  return needed
    .filter((one) => one.module === module)
    .map(({ field: name, value, setting }) => {
      const check = `value ${module}.${name} "${value}" (${setting})`
      // A missing field passes here, because `fieldFindings` reports it.
      const values = fields.find((field) => field.name === name)?.values ?? null
      if (values === null || values.includes(value)) return fine(check)
      const known = values.map((one) => `"${one}"`).join(', ')
      return wrong(check, `Set ${setting} to one of ${known}, or add the value in Zoho.`)
    })
}
