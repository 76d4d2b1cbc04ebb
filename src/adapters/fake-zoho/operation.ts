import { TOKEN_PATH } from './call.ts'
import { type ModuleName, moduleNamed } from './modules.ts'
import { queriedModule } from './run-coql.ts'

/** What a call is for, as far as faults and tests care. `other` is everything the fake refuses. */
export type Operation =
  | 'token'
  | `${'coql' | 'list' | 'get' | 'create' | 'delete'}:${ModuleName}`
  | 'other'

export function operationOf(request: Pick<Request, 'method' | 'url'>, bodyText: string): Operation {
  const { pathname } = new URL(request.url)
  if (pathname === TOKEN_PATH) return 'token'
  const [root, crm, version, place, id, ...rest] = pathname.split('/')
  if (root !== '' || crm !== 'crm' || version !== 'v8' || rest.length > 0) return 'other'
  const isCoql = place === 'coql' && request.method === 'POST' && id === undefined
  const module = isCoql ? queriedModule(bodyText) : moduleNamed(place)
  if (module === undefined) return 'other'
  if (isCoql) return `coql:${module}`
  const verb = `${request.method} ${id === undefined ? 'module' : 'record'}`
  switch (verb) {
    case 'GET module':
      return `list:${module}`
    case 'GET record':
      return `get:${module}`
    case 'POST module':
      return `create:${module}`
    case 'DELETE record':
      return `delete:${module}`
    default:
      return 'other'
  }
}
