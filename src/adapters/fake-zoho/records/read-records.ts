// The reads of records by id and as a list.
import { compareIds, isId } from '../schema/ids.ts'
import type { JsonObject } from '../schema/json.ts'
import type { Module } from '../schema/modules.ts'
import { type Answer, json, NO_CONTENT, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import type { CrmRecord } from '../world/records.ts'
import { isSeenBy, shownValue } from '../world/sight.ts'
import type { World } from '../world/world.ts'

// Zoho's limits of one call.
const FIELDS_MAX = 50
const IDS_MAX = 100
const LIST_RECORDS_MAX = 200

const INVALID_ID = refuse(400, 'INVALID_DATA', 'the id given seems to be invalid', {
  resource_path_index: 1,
})

/** Zoho's documents and public reports disagree on the answer to the read of an unknown id. */
const UNKNOWN_ID = {
  noContent: NO_CONTENT,
  invalidId: INVALID_ID,
  notFound: { ...NO_CONTENT, status: 404 },
} satisfies Readonly<Record<string, Answer>>

/** `GET /crm/v8/{Module}/{id}`: one record, its lines included. */
export function getRecord(call: Call, world: World, module: Module, id: string): Answer {
  if (!isId(id)) return INVALID_ID
  const record = world.records.find(module.name, id)
  if (record === undefined || !isSeenBy('get', id, world)) {
    return UNKNOWN_ID[world.settings.current.unknownIdAnswer]
  }
  const wanted = namesIn(call, 'fields')
  const names = wanted.length === 0 ? [...module.fields.keys()] : wanted
  return json(200, { data: [pick(record, module, names, world)] })
}

/** `GET /crm/v8/{Module}`: the records of `ids`, or all. A list never contains lines. */
export function listRecords(call: Call, world: World, module: Module): Answer {
  const { records } = world
  const names = namesIn(call, 'fields')
  if (names.length === 0) {
    return refuse(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', {
      param_name: 'fields',
    })
  }
  const ids = namesIn(call, 'ids')
  if (names.length > FIELDS_MAX) return limitExceeded('fields', FIELDS_MAX)
  if (ids.length > IDS_MAX) return limitExceeded('ids', IDS_MAX)

  const found = call.parameters.has('ids')
    ? ids.flatMap((id) => records.find(module.name, id) ?? [])
    : records.live(module.name)
  const seen = [...new Set(found)].filter(({ id }) => isSeenBy('get', id, world))
  return listAnswer(call, world, module, seen, names, { sort_by: 'id', sort_order: 'desc' })
}

/** One page of these records, newest id first, in whatever order they were asked for. */
export function listAnswer(
  call: Call,
  world: World,
  module: Module,
  found: readonly CrmRecord[],
  names: readonly string[],
  order: JsonObject,
): Answer {
  const perPage = numberIn(call, 'per_page', LIST_RECORDS_MAX)
  const page = numberIn(call, 'page', 1)
  const start = (page - 1) * perPage
  const rows = found
    .toSorted((left, right) => compareIds(right.id, left.id))
    .slice(start, start + perPage)
  if (rows.length === 0 && world.settings.current.emptyListAnswer === 'noContent') return NO_CONTENT
  const plain = names.filter((name) => module.fields.get(name)?.type !== 'subform')
  return json(200, {
    data: rows.map((record) => pick(record, module, plain, world)),
    info: {
      per_page: perPage,
      count: rows.length,
      page,
      ...order,
      more_records: found.length > start + rows.length,
    },
  })
}

/** The parameter as a whole number from 1 to 200, else `otherwise`. */
function numberIn(call: Call, name: string, otherwise: number): number {
  const value = Number(call.parameters.get(name))
  const isGood = Number.isInteger(value) && value >= 1 && value <= LIST_RECORDS_MAX
  return isGood ? value : otherwise
}

/** The names in a parameter such as `fields=Email,Phone`. */
export function namesIn(call: Call, parameter: string): readonly string[] {
  const text = call.parameters.get(parameter) ?? ''
  return text.split(',').filter((name) => name !== '')
}

/** Leaves out names that the module does not have, as Zoho does outside of COQL. */
function pick(
  record: CrmRecord,
  module: Module,
  names: readonly string[],
  world: World,
): JsonObject {
  const shown = names.flatMap((name) => {
    const value = module.fields.has(name) ? shownValue(record, module.name, name, world) : undefined
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(shown), id: record.id }
}

function limitExceeded(parameter: string, limit: number): Answer {
  return refuse(400, 'LIMIT_EXCEEDED', 'the limit of the parameter is exceeded', {
    param_name: parameter,
    limit,
  })
}
