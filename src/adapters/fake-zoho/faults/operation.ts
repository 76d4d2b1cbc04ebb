// What a request is for: `create:Deals`, `coql:Contacts`, `token`.
import { queriedModule } from '../coql/queried-modules.ts'
import { SUBFORM_NAMES, type SubformName } from '../schema/fields.ts'
import type { ModuleName } from '../schema/module-names.ts'
import { moduleNamed } from '../schema/modules.ts'
import { TOKEN_PATH } from '../wire/call.ts'

type RecordVerb = 'coql' | 'list' | 'get' | 'search' | 'create' | 'delete'

/** What a call is for, as faults and tests name it. `other` is every call that the fake refuses. */
export type Operation =
  | 'token'
  | `${RecordVerb}:${ModuleName}`
  | `fields:${ModuleName | SubformName}`
  | `createField:${ModuleName}`
  | `layouts:${ModuleName}`
  | 'modules'
  | 'org'
  | 'currencies'
  | 'users'
  | 'composite'
  | 'other'

/** One operation, all of one kind as `create:*`, or `*` for all, the token endpoint included. */
export type OperationPattern =
  | Operation
  | `${RecordVerb | 'fields' | 'createField' | 'layouts'}:*`
  | '*'

export function fits(operation: Operation, pattern: OperationPattern): boolean {
  if (pattern === '*' || pattern === operation) return true
  return pattern.endsWith(':*') && operation.startsWith(pattern.slice(0, -1))
}

export function operationOf(request: Pick<Request, 'method' | 'url'>, bodyText: string): Operation {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname === TOKEN_PATH) return 'token'
  const [root, crm, version, place, id, ...rest] = pathname.split('/')
  if (root !== '' || crm !== 'crm' || version !== 'v8' || rest.length > 0) return 'other'
  const verb = `${request.method} ${id === undefined ? 'module' : 'record'}`
  switch (place) {
    case 'coql': {
      const module = verb === 'POST module' ? queriedModule(bodyText) : undefined
      return module === undefined ? 'other' : `coql:${module}`
    }
    case '__composite_requests':
      return verb === 'POST module' ? 'composite' : 'other'
    case 'settings':
      return settingsOperation(request.method, id, searchParams.get('module') ?? '')
    case 'org':
      if (verb === 'GET record' && id === 'currencies') return 'currencies'
      return verb === 'GET module' ? place : 'other'
    case 'users':
      return verb === 'GET module' ? place : 'other'
    default: {
      const module = moduleNamed(place)
      return module === undefined ? 'other' : recordOperation(verb, module, id)
    }
  }
}

function settingsOperation(method: string, what: string | undefined, name: string): Operation {
  if (what === 'modules' && method === 'GET') return 'modules'
  const module = moduleNamed(name)
  if (what === 'layouts') {
    return method === 'GET' && module !== undefined ? `layouts:${module}` : 'other'
  }
  if (what !== 'fields') return 'other'
  if (method === 'POST') return module === undefined ? 'other' : `createField:${module}`
  const form = module ?? SUBFORM_NAMES.find((one) => one === name)
  return method === 'GET' && form !== undefined ? `fields:${form}` : 'other'
}

function recordOperation(verb: string, module: ModuleName, id: string | undefined): Operation {
  switch (verb) {
    case 'GET module':
      return `list:${module}`
    case 'GET record':
      return id === 'search' ? `search:${module}` : `get:${module}`
    case 'POST module':
      return `create:${module}`
    case 'DELETE record':
      return `delete:${module}`
    default:
      return 'other'
  }
}
