// The fields of a module, as Zoho describes them.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CrmField } from '../../../application/crm-setup/crm-admin.port.ts'
import { type Row, rowOf } from '../answers/rows.ts'
import type { ZohoRequest } from '../call/zoho-call.ts'

const FieldRow = Compile(
  Type.Object({
    api_name: Type.String({ minLength: 1 }),
    data_type: Type.String(),
    length: Type.Optional(Type.Unknown()),
    unique: Type.Optional(Type.Unknown()),
    private: Type.Optional(Type.Unknown()),
    system_mandatory: Type.Optional(Type.Unknown()),
    read_only: Type.Optional(Type.Unknown()),
    field_read_only: Type.Optional(Type.Unknown()),
    operation_type: Type.Optional(Type.Unknown()),
    pick_list_values: Type.Optional(Type.Unknown()),
  }),
)

const PickListValue = Compile(
  Type.Object({
    display_value: Type.Optional(Type.String()),
    actual_value: Type.Optional(Type.String()),
    type: Type.Optional(Type.Unknown()),
  }),
)

export function fieldsPath(module: string): string {
  return `/crm/v8/settings/fields?module=${module}`
}

/** The request that creates the reference field: one line of text of the greatest length, unique. */
export function newReferenceField(module: string, name: string): ZohoRequest {
  // Zoho makes the API name from the label, with an underscore in the place of each space.
  const label = name.replaceAll('_', ' ')
  const unique = { case_sensitive: false }
  const body = JSON.stringify({
    fields: [{ field_label: label, data_type: 'text', length: 255, unique }],
  })
  return { kind: 'create', method: 'POST', path: fieldsPath(module), body, priority: 'new' }
}

/** The rows as fields; `undefined` when a row describes no field. */
export function fieldsOf(rows: readonly Row[]): readonly CrmField[] | undefined {
  const fields = rows.map(fieldOf)
  return fields.every((field) => field !== undefined) ? fields : undefined
}

function fieldOf(row: Row): CrmField | undefined {
  if (!FieldRow.Check(row)) return undefined
  const { api_name: name, data_type: type, length, unique } = row
  return {
    name,
    type,
    lengthMax: typeof length === 'number' ? length : null,
    unique: isUnique(unique),
    restricted: rowOf(row.private)?.['restricted'] === true,
    mandatory: row.system_mandatory === true,
    writable:
      row.read_only !== true &&
      row.field_read_only !== true &&
      rowOf(row.operation_type)?.['api_create'] !== false &&
      !COMPUTED_TYPES.includes(type),
    values: valuesOf(row.pick_list_values),
  }
}

/** Fields that Zoho fills itself, whatever it reports about writing them. */
const COMPUTED_TYPES = ['autonumber', 'formula', 'rollup_summary']

/** A unique field has an object that describes how; the object of any other field is empty. */
function isUnique(unique: unknown): boolean {
  return unique === true || Object.keys(rowOf(unique) ?? {}).length > 0
}

/** Both names of each value: Zoho's documents differ on which of them a create takes. */
function valuesOf(list: unknown): readonly string[] | null {
  if (!Array.isArray(list) || list.length === 0) return null
  const used = list.filter((one) => PickListValue.Check(one) && one.type !== 'unused')
  const texts = used.flatMap((one) => [one.actual_value, one.display_value])
  return [...new Set(texts.filter((text) => text !== undefined))]
}
