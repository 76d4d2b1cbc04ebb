// `POST /crm/v8/{Module}`: new records.
import { asObject, type Json, type JsonObject, own, parseJson } from '../schema/json.ts'
import type { Module } from '../schema/modules.ts'
import { zohoTime } from '../schema/time.ts'
import { type Answer, json, type Refusal, refusal, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { filledCurrency } from '../world/currencies.ts'
import type { RecordState } from '../world/record-states.ts'
import type { CrmRecord } from '../world/records.ts'
import { OWNER } from '../world/sample-data.ts'
import type { Settings } from '../world/settings.ts'
import type { World } from '../world/world.ts'
import { checkRecord } from './check-record.ts'

/** Zoho's limit. */
const RECORDS_PER_CALL_MAX = 100

/** Each record is created or refused by itself: 201 for all, 400 for none, 207 for some. */
export function createRecords(call: Call, world: World, module: Module): Answer {
  const body = asObject(parseJson(call.bodyText))
  if (body === undefined) {
    return refuse(400, 'INVALID_DATA', 'body is not in proper format', {
      expected_data_type: 'jsonobject',
    })
  }
  const place = { api_name: 'data', json_path: '$.data' }
  const items = own(body, 'data')
  if (items === null) {
    return refuse(400, 'MANDATORY_NOT_FOUND', 'required field not found', place)
  }
  if (!Array.isArray(items)) return notAnArray(place)
  if (items.length === 0 || items.length > RECORDS_PER_CALL_MAX) {
    return refuse(400, 'INVALID_DATA', 'invalid data', {
      minimum_length: 1,
      maximum_length: RECORDS_PER_CALL_MAX,
      ...place,
    })
  }
  const trigger = own(body, 'trigger')
  if (trigger !== null && !Array.isArray(trigger)) {
    return notAnArray({ api_name: 'trigger', json_path: '$.trigger' })
  }
  return answerItems(
    items.map((item: Json, index) => createRecord(item, `$.data[${index}]`, world, module)),
  )
}

type Created = {
  readonly code: 'SUCCESS'
  readonly details: JsonObject
  readonly message: 'record added'
  readonly status: 'success'
}

function answerItems(items: readonly (Created | Refusal)[]): Answer {
  const made = items.filter((item) => item.status === 'success').length
  if (made === items.length) return json(201, { data: items })
  return json(made === 0 ? 400 : 207, { data: items })
}

function createRecord(given: Json, path: string, world: World, module: Module): Created | Refusal {
  const { records, states, settings, nextId, now } = world
  const checked = checkRecord(given, path, module, world)
  if (!checked.ok) return checked.refusal
  const duplicate = duplicateIn(checked.value, path, world, module)
  if (duplicate !== undefined) return duplicate
  if (records.isFull(module.name)) {
    return refusal('STORAGE_SPACE_EXCEEDED', 'the storage space is used up')
  }
  const time = zohoTime(now())
  const user = { name: OWNER.name, id: OWNER.id }
  const stamps = {
    Modified_Time: time,
    Modified_By: user,
    Created_Time: time,
    id: nextId(),
    Created_By: user,
  }
  const owner = { ...user, email: OWNER.email }
  const currency = module.fields.has('Currency')
    ? filledCurrency(checked.value, settings.current)
    : {}
  records.add(module.name, { Owner: owner, ...checked.value, ...currency, ...stamps }, now())
  const state = stateOfNew(module, settings.current)
  states.set(stamps.id, state)
  return {
    code: 'SUCCESS',
    details: { ...stamps, $approval_state: state.type === 'pending' ? 'pending' : 'approved' },
    message: 'record added',
    status: 'success',
  }
}

/** The refusal for the first unique field whose value a record already has. */
function duplicateIn(
  given: JsonObject,
  path: string,
  world: World,
  module: Module,
): Refusal | undefined {
  for (const [name, field] of module.fields) {
    const isUnique = field.type === 'text' && field.custom?.isUnique === true
    const text = isUnique ? own(given, name) : null
    const first = typeof text === 'string' ? holderOf(text, name, world, module) : undefined
    if (first === undefined) continue
    return refusal('DUPLICATE_DATA', 'duplicate data', {
      api_name: name,
      json_path: `${path}.${name}`,
      id: first.id,
      duplicate_record: {
        id: first.id,
        Owner: { name: OWNER.name, id: OWNER.id, zuid: OWNER.zuid },
        module: { api_name: module.name, id: module.id },
      },
      more_records: false,
    })
  }
  return undefined
}

function stateOfNew({ name }: Module, { newRecords }: Settings): RecordState {
  return newRecords.find(({ module }) => module === name)?.state ?? { type: 'plain' }
}

/** The record that holds this unique value, as far as the settings have it block others. */
function holderOf(
  text: string,
  field: string,
  { records, settings, now }: World,
  { name }: Module,
): CrmRecord | undefined {
  const { uniqueLagMs, isBinUnique } = settings.current
  const live = records.findByUnique(name, field, text)
  if (live !== undefined && now() - records.changedAtMs(live.id) >= uniqueLagMs) return live
  if (!isBinUnique) return undefined
  return records.bin(name).find((one) => one[field] === text)
}

function notAnArray(place: JsonObject): Answer {
  return refuse(400, 'INVALID_DATA', 'invalid data', { expected_data_type: 'jsonarray', ...place })
}
