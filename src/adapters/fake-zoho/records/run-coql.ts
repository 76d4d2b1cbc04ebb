import { CoqlError, invalidQuery } from '../coql/coql-error.ts'
import { type Criterion, parseCoql, type Query } from '../coql/coql-parse.ts'
import type { Field } from '../schema/fields.ts'
import { compareIds } from '../schema/ids.ts'
import { asObject, type Json, own, parseJson } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { moduleNamed, type Schema } from '../schema/modules.ts'
import { type Answer, json, NO_CONTENT, refuse } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import { type CrmRecord, lookupId, type Records } from '../world/records.ts'
import type { World } from '../world/world.ts'

/** `POST /crm/v8/coql`. Reads the records themselves, so nothing in it lags. */
export function runCoql(call: Call, { schema, records }: World): Answer {
  const text = own(asObject(parseJson(call.bodyText)) ?? {}, 'select_query')
  if (typeof text !== 'string') {
    return refuse(400, 'MANDATORY_NOT_FOUND', 'required field not found', {
      api_name: 'select_query',
      json_path: '$.select_query',
    })
  }
  const parsed = parseCoql(text)
  if (!parsed.ok) return parsed.answer
  try {
    return select(parsed.query, schema, records)
  } catch (error) {
    if (error instanceof CoqlError) return error.answer
    throw error
  }
}

function select(query: Query, schema: Schema, records: Records): Answer {
  const module = moduleNamed(query.module)
  if (module === undefined) {
    throw invalidQuery('module given seems to be invalid', { module: query.module })
  }
  const column = (path: string): Column => columnOf(path, module, schema, records)
  const columns = query.columns.map((path) => [path, column(path)] as const)
  const matches = matcher(query.where, column)
  const compare = comparer(query.orderBy, column)

  const found = records.live(module).filter(matches).sort(compare)
  const { offset, limit } = query
  const rows = found.slice(offset, offset + limit)
  if (rows.length === 0) return NO_CONTENT
  return json(200, {
    data: rows.map((record) => ({
      ...Object.fromEntries(columns.map(([path, { read }]) => [path, read(record)])),
      id: record.id,
    })),
    info: { count: rows.length, more_records: found.length > offset + rows.length },
  })
}

type Column = { readonly field: Field; readonly read: (record: CrmRecord) => Json }

/** Follows `Account_Name.Billing_City` over the lookups, in the schema now and per record later. */
function columnOf(path: string, from: ModuleName, schema: Schema, records: Records): Column {
  const [name = '', ...rest] = path.split('.')
  const field = schema[from].fields.get(name)
  if (field === undefined || field.type === 'subform') {
    throw invalidQuery('column given seems to be invalid', { column_name: name })
  }
  if (rest.length === 0) return { field, read: (record) => own(record, name) }
  if (field.type !== 'lookup') {
    throw invalidQuery('column given seems to be invalid', { column_name: path })
  }
  const { module } = field
  const joined = columnOf(rest.join('.'), module, schema, records)
  return {
    field: joined.field,
    read(record) {
      const target = records.find(module, lookupId(own(record, name)) ?? '')
      return target === undefined ? null : joined.read(target)
    },
  }
}

function matcher(
  criterion: Criterion,
  column: (path: string) => Column,
): (record: CrmRecord) => boolean {
  if ('criteria' in criterion) {
    const inner = criterion.criteria.map((one) => matcher(one, column))
    return criterion.type === 'every'
      ? (record) => inner.every((matches) => matches(record))
      : (record) => inner.some((matches) => matches(record))
  }
  const { read } = column(criterion.column)
  if (criterion.type === 'empty') return (record) => (read(record) === null) === criterion.empty
  if (criterion.type === 'above') {
    // Pages begin above an id, which is too large for a JavaScript number; nothing else is asked.
    if (criterion.column === 'id') return (record) => compareIds(record.id, criterion.value) > 0
    throw invalidQuery('comparator given seems to be invalid', { column_name: criterion.column })
  }
  const wanted = new Set(criterion.values.map((value) => value.toLowerCase()))
  return (record) => {
    const comparable = comparableOf(read(record))
    return comparable !== undefined && wanted.has(comparable)
  }
}

/** Text without its letter case, a lookup by its id; an empty field equals nothing. */
function comparableOf(value: Json): string | undefined {
  if (value === null) return undefined
  return typeof value === 'object' ? lookupId(value) : String(value).toLowerCase()
}

function comparer(
  orderBy: Query['orderBy'],
  column: (path: string) => Column,
): (left: CrmRecord, right: CrmRecord) => number {
  const { column: path = 'id', descending = false } = orderBy ?? {}
  const { read } = column(path)
  const sign = descending ? -1 : 1
  if (path === 'id') return (left, right) => sign * compareIds(left.id, right.id)
  return (left, right) => sign * compareValues(read(left), read(right))
}

function compareValues(left: Json, right: Json): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [comparableOf(left) ?? '', comparableOf(right) ?? '']
  return a < b ? -1 : a > b ? 1 : 0
}
