// `POST /crm/v8/settings/fields?module=M`: new custom fields.
import { TEXT_LENGTH_MAX } from '../schema/fields.ts'
import { asObject, type Json, type JsonObject, own, parseJson } from '../schema/json.ts'
import { type Module, moduleNamed } from '../schema/modules.ts'
import { type Answer, json, type Refusal, refusal, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import type { World } from '../world/world.ts'
import { invalidModule } from './settings-calls.ts'

const FIELDS_PER_CALL_MAX = 5
const LABEL_LENGTH_MAX = 25

/** Creates single-line fields. Zoho creates fields of every type; the gateway needs no other. */
export function createFields(call: Call, world: World): Answer {
  const name = moduleNamed(call.parameters.get('module') ?? undefined)
  if (name === undefined) return invalidModule()
  const body = asObject(parseJson(call.bodyText))
  const fields = body === undefined ? null : own(body, 'fields')
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > FIELDS_PER_CALL_MAX) {
    return refuse(400, 'INVALID_DATA', 'invalid data', {
      expected_data_type: 'jsonarray',
      maximum_length: FIELDS_PER_CALL_MAX,
      ...placeOf('fields', '$.fields'),
    })
  }
  const results = fields.map((field: Json, index) =>
    createField(asObject(field) ?? {}, `$.fields[${index}]`, world, world.schema[name]),
  )
  const made = results.filter(({ status }) => status === 'success').length
  return json(made === results.length ? 201 : made === 0 ? 400 : 207, { fields: results })
}

type Created = {
  readonly code: 'SUCCESS'
  readonly details: { readonly id: string }
  readonly message: 'field created'
  readonly status: 'success'
}

function createField(
  given: JsonObject,
  path: string,
  { customFields, nextId }: World,
  module: Module,
): Created | Refusal {
  const label = own(given, 'field_label')
  const labelPlace = placeOf('field_label', `${path}.field_label`)
  if (label === null || label === '') {
    return refusal('MANDATORY_NOT_FOUND', 'required field not found', labelPlace)
  }
  if (typeof label !== 'string' || label.length > LABEL_LENGTH_MAX) {
    return invalid({ maximum_length: LABEL_LENGTH_MAX, ...labelPlace })
  }
  if (own(given, 'data_type') !== 'text') {
    return invalid({
      supported_values: ['text'],
      ...placeOf('data_type', `${path}.data_type`),
    })
  }
  const lengthMax = own(given, 'length') ?? TEXT_LENGTH_MAX
  if (typeof lengthMax !== 'number' || lengthMax < 1 || lengthMax > TEXT_LENGTH_MAX) {
    return invalid({ maximum_length: TEXT_LENGTH_MAX, ...placeOf('length', `${path}.length`) })
  }
  const apiName = label.trim().replaceAll(/[^A-Za-z0-9]+/g, '_')
  if (module.fields.has(apiName)) return refusal('DUPLICATE_DATA', 'duplicate data', labelPlace)
  if (customFields.isFull()) return refusal('LIMIT_EXCEEDED', 'the limit is exceeded')
  const id = nextId()
  const custom = { id, label, isUnique: isUnique(own(given, 'unique')) }
  customFields.add(module.name, apiName, { type: 'text', word: 'text', lengthMax, custom })
  return { code: 'SUCCESS', details: { id }, message: 'field created', status: 'success' }
}

/** `unique` is `true`, or an object about letter case; `{}` means not unique. */
function isUnique(given: Json): boolean {
  return given === true || Object.keys(asObject(given) ?? {}).length > 0
}

function placeOf(apiName: string, path: string): JsonObject {
  return { api_name: apiName, json_path: path }
}

const invalid = (details: JsonObject) => refusal('INVALID_DATA', 'invalid data', details)
