import type { CallResult } from '../../domain/sale/outcome.ts'
import { CREATE_STEPS } from '../../domain/sale/steps.ts'
import type { CrmAdmin, CrmField, CrmNeeds } from './crm-admin.port.ts'

/** One thing that was looked at. `remedy` is what a person is to do about it. */
export type CrmFinding =
  | { readonly check: string; readonly ok: true; readonly remedy: null }
  | { readonly check: string; readonly ok: false; readonly remedy: string }

/** `<sale id>:salesOrder` is the longest reference: a shorter field would cut it, or refuse it. */
const REFERENCE_CHARS = 47

export function fine(check: string): CrmFinding {
  return { check, ok: true, remedy: null }
}

export function wrong(check: string, remedy: string): CrmFinding {
  return { check, ok: false, remedy }
}

/** What a call found, or what to do about its failure: `remedy` helps where the CRM said no. */
export function judged(check: string, result: CallResult<unknown>, remedy: string): CrmFinding {
  switch (result.outcome) {
    case 'done':
      return fine(check)
    case 'refused':
      return wrong(check, `${remedy} The CRM said: ${result.reason}`)
    case 'unknown':
    case 'notSent':
      return wrong(check, `Try again, the CRM could not be asked: ${result.reason}`)
  }
}

export type ReferenceFields =
  | { readonly type: 'ok' }
  /** Sales would not be safe. The findings are those that are wrong, with what to do. */
  | { readonly type: 'missing'; readonly findings: readonly CrmFinding[] }
  /** The CRM could not be asked, or does not let the token look. */
  | { readonly type: 'unknown'; readonly reason: string }

/** What a start has to know: are the reference fields there, and unique, on all three modules? */
export async function checkReferenceFields(deps: {
  readonly admin: Pick<CrmAdmin, 'readFields'>
  readonly needs: CrmNeeds
  readonly requestTimeoutMs: number
}): Promise<ReferenceFields> {
  const { admin, needs, requestTimeoutMs } = deps
  const findings: CrmFinding[] = []
  let reason: string | undefined
  for (const step of CREATE_STEPS) {
    const module = needs.recordModules[step]
    const fields = await admin.readFields(module, requestTimeoutMs)
    if (fields.outcome === 'done') {
      findings.push(referenceFinding(module, needs.referenceField, fields.value))
    } else {
      reason ??= `the fields of ${module} could not be read: ${fields.reason}`
    }
  }
  const missing = findings.filter(({ ok }) => !ok)
  if (missing.length > 0) return { type: 'missing', findings: missing }
  return reason === undefined ? { type: 'ok' } : { type: 'unknown', reason }
}

/** Without this field a create whose answer was lost cannot be told from one never made. */
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
  return fine(check)
}

const HOW_ELSE = 'Or name another field in ZOHO_REFERENCE_FIELD.'

/** A finding for each field that sales need in a module. */
export function fieldFindings(
  module: string,
  names: readonly string[],
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  return names.map((name) => {
    const check = `field ${module}.${name}`
    if (fields.some((field) => field.name === name)) return fine(check)
    return wrong(check, `Show it: add ${name} to ${module}, and to what the token's user may see.`)
  })
}

/** A finding for each value of a setting that has to be among those a field offers. */
export function valueFindings(
  needed: CrmNeeds['values'],
  module: string,
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  return needed
    .filter((one) => one.module === module)
    .map(({ field: name, value, setting }) => {
      const check = `value ${module}.${name} "${value}" (${setting})`
      // A field that is missing is a finding of its own.
      const values = fields.find((field) => field.name === name)?.values ?? null
      if (values === null || values.includes(value)) return fine(check)
      const known = values.map((one) => `"${one}"`).join(', ')
      return wrong(check, `Set ${setting} to one of ${known}, or add the value in Zoho.`)
    })
}
