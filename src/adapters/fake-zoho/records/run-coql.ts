// `POST /crm/v8/coql`: runs a query over the records.
import { CoqlError, invalidQuery } from '../coql/coql-error.ts'
import { type Criterion, parseCoql, type Query } from '../coql/coql-parse.ts'
import type { Field } from '../schema/fields.ts'
import { compareIds } from '../schema/ids.ts'
import { asObject, type Json, own, parseJson } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { moduleNamed } from '../schema/modules.ts'
import { type Answer, json, NO_CONTENT, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { type CrmRecord, lookupId } from '../world/records.ts'
import { isSeenBy, shownValue } from '../world/sight.ts'
import type { World } from '../world/world.ts'

/** A query reads the records themselves, not the index of a search: it lags by a setting of its own. */
export function runCoql(call: Call, world: World): Answer {
  const text = own(asObject(parseJson(call.bodyText)) ?? {}, 'select_query')
  if (typeof text !== 'string') {
    return refuse(400, 'MANDATORY_NOT_FOUND', 'required field not found', {
      api_name: 'select_query',
      json_path: '$.select_query',
    })
  }
  const parsed = parseCoql(text, world.settings.current.coqlQuoting)
  if (!parsed.ok) return parsed.answer
  try {
    return select(parsed.query, world)
  } catch (error) {
    if (error instanceof CoqlError) return error.answer
    throw error
  }
}

function select(query: Query, world: World): Answer {
  const module = moduleNamed(query.module)
  if (module === undefined) {
    throw invalidQuery('module given seems to be invalid', { module: query.module })
  }
  const column = (path: string): Column => columnOf(path, module, world)
  const columns = query.columns.map((path) => [path, column(path)] as const)
  const criteria = query.where.map((criterion) => matcher(criterion, column))
  const compare = comparer(query.orderBy, column)

  const fits = (record: CrmRecord) => criteria.every((matches) => matches(record))
  const found = world.records
    .live(module)
    .filter((record) => fits(record) && isSeenBy('coql', record.id, world))
    .sort(compare)
  const rows = found.slice(0, query.limit)
  if (rows.length === 0 && world.settings.current.emptyListAnswer === 'noContent') return NO_CONTENT
  return json(200, {
    data: rows.map((record) => {
      const shown = columns.flatMap(([path, { show }]) => {
        const value = show(record)
        return value === undefined ? [] : [[path, value] as const]
      })
      return { ...Object.fromEntries(shown), id: record.id }
    }),
    info: { count: rows.length, more_records: found.length > rows.length },
  })
}

type Column = {
  readonly field: Field
  /** The stored value, by which a row matches. */
  readonly read: (record: CrmRecord) => Json
  /** The value in the row; `undefined` where the row has none. */
  readonly show: (record: CrmRecord) => Json | undefined
}

/** A column of the module, or of a module behind its lookups: `Account_Name.Billing_City`. */
function columnOf(path: string, from: ModuleName, world: World): Column {
  const { schema, records } = world
  const [name = '', ...rest] = path.split('.')
  const field = schema[from].fields.get(name)
  if (field === undefined || field.type === 'subform') {
    throw invalidQuery('column given seems to be invalid', { column_name: name })
  }
  if (rest.length === 0) {
    const show = (record: CrmRecord) => shownValue(record, from, name, world)
    return { field, read: (record) => own(record, name), show }
  }
  if (field.type !== 'lookup') {
    throw invalidQuery('column given seems to be invalid', { column_name: path })
  }
  const { module } = field
  const joined = columnOf(rest.join('.'), module, world)
  const targetOf = (record: CrmRecord) => {
    const target = records.find(module, lookupId(own(record, name)) ?? '')
    return target !== undefined && isSeenBy('coql', target.id, world) ? target : undefined
  }
  return {
    field: joined.field,
    read(record) {
      const target = targetOf(record)
      return target === undefined ? null : joined.read(target)
    },
    show(record) {
      const target = targetOf(record)
      return target === undefined ? null : joined.show(target)
    },
  }
}

function matcher(
  criterion: Criterion,
  column: (path: string) => Column,
): (record: CrmRecord) => boolean {
  const { field, read } = column(criterion.column)
  if (criterion.type === 'notNull') return (record) => read(record) !== null
  if (criterion.type === 'above') {
    // The gateway pages by id; it compares nothing else.
    if (criterion.column !== 'id') throw notComparable(criterion.column)
    return (record) => compareIds(record.id, criterion.value) > 0
  }
  if (field.type !== 'text' && criterion.column !== 'id') throw notComparable(criterion.column)
  const wanted = new Set(criterion.values.map((value) => value.toLowerCase()))
  return (record) => {
    const value = read(record)
    return typeof value === 'string' && wanted.has(value.toLowerCase())
  }
}

function comparer(
  orderBy: Query['orderBy'],
  column: (path: string) => Column,
): (left: CrmRecord, right: CrmRecord) => number {
  const { column: path = 'id', descending = false } = orderBy ?? {}
  const { field, read } = column(path)
  const sign = descending ? -1 : 1
  if (path === 'id') return (left, right) => sign * compareIds(left.id, right.id)
  if (field.type !== 'system' || field.word !== 'datetime') throw notComparable(path)
  const text = (record: CrmRecord) => String(read(record) ?? '')
  return (left, right) => sign * (text(left) < text(right) ? -1 : text(left) > text(right) ? 1 : 0)
}

function notComparable(path: string): CoqlError {
  return invalidQuery('comparator given seems to be invalid', { column_name: path })
}
