// Which modules a COQL query reads: its rights and its faults depend on them.
import { asObject, own, parseJson } from '../schema/json.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { moduleNamed, type Schema } from '../schema/modules.ts'
import { parseCoql, type Query } from './coql-parse.ts'

/** The module after `from`; `undefined` when the query cannot be read. */
export function queriedModule(bodyText: string): ModuleName | undefined {
  return moduleNamed(queryIn(bodyText)?.module)
}

/** That module and those joined with it; none when the query cannot be read. */
export function queriedModules(bodyText: string, schema: Schema): readonly ModuleName[] {
  const query = queryIn(bodyText)
  const from = moduleNamed(query?.module)
  if (query === undefined || from === undefined) return []
  const modules = new Set([from])
  for (const path of columnsIn(query)) {
    let module = from
    for (const name of path.split('.').slice(0, -1)) {
      const field = schema[module].fields.get(name)
      if (field?.type !== 'lookup') break
      module = field.module
      modules.add(module)
    }
  }
  return [...modules]
}

function queryIn(bodyText: string): Query | undefined {
  const text = own(asObject(parseJson(bodyText)) ?? {}, 'select_query')
  const parsed = typeof text === 'string' ? parseCoql(text) : undefined
  return parsed?.ok === true ? parsed.query : undefined
}

function columnsIn({ columns, where, orderBy }: Query): readonly string[] {
  const ordered = orderBy === undefined ? [] : [orderBy.column]
  return [...columns, ...where.map(({ column }) => column), ...ordered]
}
