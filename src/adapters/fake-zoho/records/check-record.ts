// Checks one record of a create by Zoho's rules.
import type { Field, Form } from '../schema/fields.ts'
import { asObject, type Json, type JsonObject, own } from '../schema/json.ts'
import type { Module, Schema } from '../schema/modules.ts'
import { isDate } from '../schema/time.ts'
import { type Refusal, refusal } from '../wire/answers.ts'
import { layoutsOf } from '../world/layouts.ts'
import { lookupId, type Records } from '../world/records.ts'
import { COLLEAGUE, OWNER } from '../world/sample-data.ts'
import { valuesOf } from '../world/settings.ts'
import type { World } from '../world/world.ts'

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

type Checking = Pick<World, 'records' | 'schema' | 'settings' | 'nextId'>

/** The place of a value in the request, in the two forms that Zoho gives. */
type Place = { readonly api_name: string; readonly json_path: string }

/**
 * Returns the record to store, with the fields that its module has and no others, or a refusal for
 * the first thing that is wrong. Uniqueness is not checked here.
 */
export function checkRecord(
  given: Json,
  path: string,
  module: Module,
  world: World,
): Checked<JsonObject> {
  const record = asObject(given)
  if (record === undefined) return wrongType('jsonobject', { api_name: 'data', json_path: path })
  const wanted = own(record, 'Layout')
  if (isEmpty(wanted)) return checkForm(record, path, module, world)
  const layout = layoutsOf(module.name, world.settings.current).find(
    ({ id }) => id === lookupId(wanted),
  )
  if (layout === undefined) {
    return invalidId({ api_name: 'Layout', json_path: `${path}.Layout` })
  }
  const form = { ...module, mandatory: [...module.mandatory, ...layout.required] }
  const checked = checkForm(record, path, form, world)
  if (!checked.ok) return checked
  return accepted({ ...checked.value, Layout: { name: layout.name, id: layout.id } })
}

function checkForm(
  given: JsonObject,
  path: string,
  form: Form,
  world: Checking,
): Checked<JsonObject> {
  const missing = form.mandatory.find((name) => isEmpty(own(given, name)))
  if (missing !== undefined) {
    const place = { api_name: missing, json_path: `${path}.${missing}` }
    return refused(refusal('MANDATORY_NOT_FOUND', 'required field not found', place))
  }
  const values: [string, Json][] = []
  for (const [name, field] of form.fields) {
    const value = own(given, name)
    if (isEmpty(value)) continue
    const place = { api_name: name, json_path: `${path}.${name}` }
    const checked =
      field.type === 'subform'
        ? checkLines(value, field.form, place, world)
        : checkValue(value, field, place, world)
    if (!checked.ok) return checked
    values.push([name, checked.value])
  }
  return accepted(Object.fromEntries(values))
}

function checkLines(value: Json, form: Form, place: Place, world: Checking): Checked<Json> {
  if (!Array.isArray(value)) return wrongType('jsonarray', place)
  const lines: JsonObject[] = []
  for (const [index, item] of value.entries()) {
    const path = `${place.json_path}[${index}]`
    const line = asObject(item)
    if (line === undefined) return wrongType('jsonobject', { ...place, json_path: path })
    const checked = checkForm(line, path, form, world)
    if (!checked.ok) return checked
    const empty = Object.fromEntries([...form.fields.keys()].map((name) => [name, null]))
    lines.push({ ...empty, ...checked.value, id: world.nextId() })
  }
  return accepted(lines)
}

function checkValue(
  value: Json,
  field: Exclude<Field, { readonly type: 'subform' }>,
  place: Place,
  { records, schema, settings }: Checking,
): Checked<Json> {
  switch (field.type) {
    case 'text':
      if (typeof value !== 'string') return wrongType('text', place)
      if (value.length <= field.lengthMax) return accepted(value)
      return invalid({ maximum_length: field.lengthMax, ...place })
    case 'picklist': {
      const values = valuesOf(field, settings.current)
      if (typeof value !== 'string') return wrongType('text', place)
      return values.includes(value)
        ? accepted(value)
        : invalid({ supported_values: values, ...place })
    }
    case 'double':
      if (field.word === 'integer' && !Number.isInteger(value)) return wrongType('integer', place)
      return typeof value === 'number' ? accepted(value) : wrongType('double', place)
    case 'boolean':
      return typeof value === 'boolean' ? accepted(value) : wrongType('boolean', place)
    case 'date':
      return typeof value === 'string' && isDate(value) ? accepted(value) : wrongType('date', place)
    case 'lookup':
      return checkLookup(value, schema[field.module], place, records)
    case 'system':
      if (place.api_name === 'Owner') return checkOwner(value, place)
      // Set by the create itself; a value in the request is ignored.
      return accepted(null)
  }
}

function checkLookup(
  value: Json,
  target: Schema[keyof Schema],
  place: Place,
  records: Records,
): Checked<Json> {
  if (asObject(value) === undefined) return wrongType('jsonobject', place)
  const record = records.find(target.name, lookupId(value) ?? '')
  if (record === undefined) return invalidId(place)
  return accepted({ name: own(record, target.nameField), id: record.id })
}

/** The owner of a record, by its id. Who is not given owns it as the user of the token. */
function checkOwner(value: Json, place: Place): Checked<Json> {
  const user = [OWNER, COLLEAGUE].find(({ id }) => id === lookupId(value))
  if (user === undefined) return invalidId(place)
  return accepted({ name: user.name, id: user.id, email: user.email })
}

/** For Zoho an empty text and an empty list are the same as a field that was left out. */
function isEmpty(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

const accepted = <T>(value: T): Checked<T> => ({ ok: true, value })
const refused = (why: Refusal) => ({ ok: false, refusal: why }) as const

const invalid = (details: JsonObject) => refused(refusal('INVALID_DATA', 'invalid data', details))

function invalidId(place: Place) {
  return refused(refusal('INVALID_DATA', 'the id given seems to be invalid', place))
}

function wrongType(expected: string, place: Place) {
  return invalid({ expected_data_type: expected, ...place })
}
