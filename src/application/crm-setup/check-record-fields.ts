// Compares what each record of a sale is sent with, with what the CRM takes and what it requires.

import { isEmailAddress } from '../../domain/contact.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import { parseInstant } from '../../domain/time.ts'
import type {
  CrmField,
  CrmLayout,
  FurtherField,
  FurtherText,
  FurtherValue,
  NeededRecord,
} from './crm-admin.port.ts'
import { type CrmFinding, findingOf, fine, warned, wrong } from './crm-finding.ts'

/** The CRM's words for the types of fields that take such a value. */
const TYPES: Readonly<Record<FurtherValue['type'], readonly string[]>> = {
  text: ['text', 'textarea', 'email', 'phone', 'website', 'picklist', 'date', 'datetime'],
  number: ['integer', 'bigint', 'double', 'currency', 'percent'],
  boolean: ['boolean'],
  link: ['lookup', 'ownerlookup', 'userlookup'],
}

/** How the file writes a value of such a field. */
const WRITTEN: readonly (readonly [types: readonly string[], how: string])[] = [
  [['date'], 'a day as a text, 2026-11-29, or {date}'],
  [['datetime'], 'a time as a text, 2026-11-29T10:00:00+03:00'],
  [['picklist'], 'a text, one of its values'],
  [['integer', 'bigint'], 'a whole number'],
  [['email'], 'a text, an e-mail address'],
  [TYPES.text, 'a text'],
  [TYPES.number, 'a number'],
  [TYPES.boolean, 'true or false'],
  [TYPES.link, '{"id": "…"}'],
]

/** A layout is no field of a module: its own findings are about it. */
const LAYOUT = 'Layout'

/** Findings about one record, from the descriptions of its fields alone. */
export function recordFindings(
  record: NeededRecord,
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  const further = record.further.filter(({ name }) => name !== LAYOUT)
  return [
    ...further.map((one) => furtherFinding(record, one, fields)),
    ...mandatoryFindings(record, fields),
  ]
}

function furtherFinding(
  { module, source }: NeededRecord,
  { name, value }: FurtherField,
  fields: readonly CrmField[],
): CrmFinding {
  const check = `field ${module}.${name} (${source})`
  const field = fields.find((known) => known.name === name)
  if (field === undefined) {
    const what = `add ${name} to ${module} and to what the token's user may see`
    return wrong(check, `There is no such field: correct its API name, or ${what}.`)
  }
  if (!field.writable) return wrong(check, 'Remove it from the file: nobody can write this field.')
  const why = unfit(value, field)
  if (why !== undefined) return wrong(check, why)
  if (field.unique) {
    if (value.type !== 'text' || value.marks === 'none') {
      return wrong(check, 'Put {saleId} into it: it is unique, so only one sale could have it.')
    }
    if (value.marks === 'nearly') {
      return warned(check, 'Put {saleId} into it: it is unique, and {shortId} can come twice.')
    }
  }
  if (field.values !== null && value.type === 'text' && !value.isFixed) {
    return warned(check, `See that it is always one of ${listed(field.values)}.`)
  }
  return fine(check)
}

/** What to do about a value that the field does not take; `undefined` where it takes it. */
function unfit(value: FurtherValue, field: CrmField): string | undefined {
  const how = WRITTEN.find(([types]) => types.includes(field.type))?.[1]
  if (how === undefined) return `Remove it: the file cannot fill a field of type ${field.type}.`
  const isOfType = TYPES[value.type].includes(field.type) && isWellFormed(value, field)
  if (!isOfType) return `Write ${how}: the field is of type ${field.type}.`
  if (value.type === 'text') return unfitText(value, field)
  const digits = value.type === 'number' ? `${value.value}`.replaceAll(/\D/g, '').length : 0
  return field.lengthMax !== null && digits > field.lengthMax
    ? `Use a shorter number: the field holds ${field.lengthMax} digits.`
    : undefined
}

function isWellFormed(value: FurtherValue, { type }: CrmField): boolean {
  if (value.type === 'number') {
    return type !== 'integer' && type !== 'bigint' ? true : Number.isInteger(value.value)
  }
  if (value.type !== 'text') return true
  const { sample, isFixed } = value
  switch (type) {
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(sample) && parseInstant(sample) !== undefined
    case 'datetime':
      return sample.includes('T') && parseInstant(sample) !== undefined
    case 'email':
      return !isFixed || isEmailAddress(sample)
    default:
      return true
  }
}

function unfitText(value: FurtherText, field: CrmField): string | undefined {
  if (field.values !== null) {
    if (!value.isFixed || field.values.includes(value.sample)) return undefined
    return `Use one of ${listed(field.values)}, or add the value in Zoho.`
  }
  if (field.lengthMax !== null && value.lengthMin > field.lengthMax) {
    return `Make it shorter: it has ${value.lengthMin} characters, the field holds ${field.lengthMax}.`
  }
  return undefined
}

function listed(values: readonly string[]): string {
  return values.map((one) => `"${one}"`).join(', ')
}

/** Every field without which the CRM refuses each record, whatever its layout is. */
function mandatoryFindings(
  record: NeededRecord,
  fields: readonly CrmField[],
): readonly CrmFinding[] {
  const mandatory = fields.filter(({ mandatory, writable }) => mandatory && writable)
  const findings = mandatory.flatMap(({ name }) => {
    const check = `mandatory field ${record.module}.${name}`
    if (record.sometimesFilled.includes(name) && !isFurther(record, name)) {
      return [
        warned(check, 'Make it optional: it stays empty where the contact has no such value.'),
      ]
    }
    return isFilled(record, name) ? [] : [wrong(check, `${NOTHING_FILLS}. ${fillRemedy(record)}`)]
  })
  const check = `mandatory fields of ${record.module}`
  return findings.length === 0 ? [fine(check)] : findings
}

const NOTHING_FILLS = 'Nothing fills it, so Zoho would refuse every sale'

/**
 * Findings about what the layouts of a record require. Zoho enforces it only for the layout that a
 * record is sent with: without one it is a warning.
 */
export function layoutFindings(
  record: NeededRecord,
  fields: readonly CrmField[],
  layouts: CallResult<readonly CrmLayout[]>,
): readonly CrmFinding[] {
  const { module, source, further } = record
  const sent = further.find(({ name }) => name === LAYOUT)?.value
  const check = `layouts of ${module}`
  if (layouts.type !== 'done') {
    const finding = findingOf(check, layouts, LAYOUTS_REMEDY)
    return [finding.ok || sent !== undefined ? finding : warned(check, finding.remedy)]
  }
  if (sent === undefined) {
    const findings = layouts.value.flatMap((layout) =>
      missingIn(layout).map((name) =>
        warned(
          `mandatory field ${module}.${name} (layout "${layout.name}")`,
          `Nothing fills it. Zoho asks for it once a Layout is sent. ${fillRemedy(record)}`,
        ),
      ),
    )
    return findings.length === 0 ? [fine(check)] : findings
  }
  const layoutCheck = `field ${module}.${LAYOUT} (${source})`
  const layout = layouts.value.find(({ id }) => sent.type === 'link' && sent.id === id)
  if (layout === undefined) {
    const known = layouts.value.map(({ id, name }) => `{"id": "${id}"} ("${name}")`).join(', ')
    return [wrong(layoutCheck, `${module} has no such layout. Use one of ${known}.`)]
  }
  const findings = missingIn(layout).map((name) =>
    wrong(
      `mandatory field ${module}.${name} (layout "${layout.name}")`,
      `${NOTHING_FILLS}. ${fillRemedy(record)}`,
    ),
  )
  return [fine(layoutCheck), ...findings]

  /** Fields that the module itself requires have a finding of their own. */
  function missingIn({ required }: CrmLayout): readonly string[] {
    return required.filter((name) => {
      const field = fields.find((known) => known.name === name)
      if (field !== undefined && (field.mandatory || !field.writable)) return false
      return !isFilled(record, name) && !record.sometimesFilled.includes(name)
    })
  }
}

const LAYOUTS_REMEDY =
  'Grant ZohoCRM.settings.layouts.READ: without it nobody knows which fields a layout requires.'

function isFilled(record: NeededRecord, name: string): boolean {
  return record.filled.includes(name) || isFurther(record, name)
}

function isFurther({ further }: NeededRecord, field: string): boolean {
  return further.some(({ name }) => name === field)
}

function fillRemedy({ module, source }: NeededRecord): string {
  const optional = 'make it optional in Zoho'
  return source === null
    ? `The gateway cannot fill it: ${optional}.`
    : `Name it in ${source} under "${module}", or ${optional}.`
}
