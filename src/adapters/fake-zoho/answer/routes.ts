// Which function answers which method and path.
import type { Operation } from '../faults/operation.ts'
import { createFields } from '../metadata/create-fields.ts'
import { listLayouts } from '../metadata/layouts.ts'
import {
  listCurrencies,
  listFields,
  listModules,
  listUsers,
  readOrganisation,
} from '../metadata/settings-calls.ts'
import { createRecords } from '../records/create-records.ts'
import { deleteRecord } from '../records/delete-record.ts'
import { getRecord, listRecords } from '../records/read-records.ts'
import { runCoql } from '../records/run-coql.ts'
import { searchRecords } from '../records/search-records.ts'
import { isSaleModule, type Module, moduleNamed } from '../schema/modules.ts'
import { type Answer, refuse } from '../wire/answers.ts'
import { type Call, TOKEN_PATH } from '../wire/call.ts'
import type { World } from '../world/world.ts'
import { forbidden } from './access.ts'
import { composeCalls } from './composite.ts'

type Parts = { readonly module: string; readonly id: string }

type Route = {
  readonly method: string
  /** `:module` and `:id` each match one segment of a path. */
  readonly path: string
  /** The call needs no access token. */
  readonly open?: true
  readonly handle: (call: Call, world: World, parts: Parts) => Answer
}

const MODULE_PATH = '/crm/v8/:module'
const RECORD_PATH = '/crm/v8/:module/:id'
const FIELDS_PATH = '/crm/v8/settings/fields'

// The first path that matches wins, so `/coql` stands before `/:module`.
const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: TOKEN_PATH,
    open: true,
    handle: (call, world) => world.tokens.issue(call),
  },
  { method: 'POST', path: '/crm/v8/coql', handle: runCoql },
  {
    method: 'POST',
    path: '/crm/v8/__composite_requests',
    handle: (call, world) => composeCalls(call, world, prepare),
  },
  { method: 'GET', path: FIELDS_PATH, handle: listFields },
  { method: 'POST', path: FIELDS_PATH, handle: createFields },
  { method: 'GET', path: '/crm/v8/settings/modules', handle: listModules },
  { method: 'GET', path: '/crm/v8/settings/layouts', handle: listLayouts },
  { method: 'GET', path: '/crm/v8/org/currencies', handle: listCurrencies },
  { method: 'GET', path: '/crm/v8/org', handle: readOrganisation },
  { method: 'GET', path: '/crm/v8/users', handle: listUsers },
  { method: 'GET', path: '/crm/v8/:module/search', handle: inModule(searchRecords) },
  { method: 'GET', path: MODULE_PATH, handle: inModule(listRecords) },
  {
    method: 'POST',
    path: MODULE_PATH,
    handle: inModule((call, world, module) =>
      isSaleModule(module.name) ? createRecords(call, world, module) : wrongMethod(),
    ),
  },
  {
    method: 'GET',
    path: RECORD_PATH,
    handle: inModule((call, world, module, { id }) => getRecord(call, world, module, id)),
  },
  {
    method: 'DELETE',
    path: RECORD_PATH,
    handle: inModule((_call, world, module, { id }) => deleteRecord(world, module, id)),
  },
]

/**
 * Finds the route of a call and checks its token and rights now. The function it returns applies
 * the call. The two are apart because Zoho may accept a call now and apply it much later.
 */
export function prepare(call: Call, operation: Operation, world: World): () => Answer {
  const onPath = ROUTES.flatMap((route) => {
    const parts = partsOf(call.url.pathname, route.path)
    return parts === undefined ? [] : [{ route, parts }]
  })
  const path = onPath[0]?.route.path
  if (path === undefined) {
    return () => refuse(404, 'INVALID_URL_PATTERN', 'the URL given seems to be invalid')
  }
  const found = onPath.find(({ route }) => route.path === path && route.method === call.method)
  if (found === undefined) return wrongMethod
  const { route, parts } = found
  const denied =
    route.open === true
      ? undefined
      : (world.tokens.refusalOf(call) ?? forbidden(call, operation, world))
  return () => denied ?? route.handle(call, world, parts)
}

function inModule(
  handle: (call: Call, world: World, module: Module, parts: Parts) => Answer,
): Route['handle'] {
  return (call, world, parts) => {
    const name = moduleNamed(parts.module)
    if (name !== undefined) return handle(call, world, world.schema[name], parts)
    return refuse(400, 'INVALID_MODULE', 'the module name given seems to be invalid', {
      resource_path_index: 0,
    })
  }
}

function partsOf(pathname: string, pattern: string): Parts | undefined {
  const given = pathname.split('/')
  const wanted = pattern.split('/')
  if (given.length !== wanted.length) return undefined
  const parts = { module: '', id: '' }
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? ''
    if (part === ':module') parts.module = text
    else if (part === ':id') parts.id = text
    else if (part !== text) return undefined
  }
  return parts
}

function wrongMethod(): Answer {
  return refuse(400, 'INVALID_REQUEST_METHOD', 'The http request method type is not a valid one')
}
