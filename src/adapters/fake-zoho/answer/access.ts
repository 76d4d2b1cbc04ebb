import { queriedModules } from '../coql/queried-modules.ts'
import type { Operation } from '../faults/operation.ts'
import { type Answer, json, type Refusal, refusal } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import type { World } from '../world/world.ts'

type Right = 'create' | 'read' | 'delete'

/** Of each operation: the right it takes in its module, and its scope beside that module's. */
const NEEDS: Readonly<Record<string, { readonly right?: Right; readonly scope?: string }>> = {
  coql: { right: 'read', scope: 'ZohoCRM.coql.READ' },
  list: { right: 'read' },
  get: { right: 'read' },
  search: { right: 'read', scope: 'ZohoSearch.securesearch.READ' },
  create: { right: 'create' },
  delete: { right: 'delete' },
  fields: { scope: 'ZohoCRM.settings.fields.READ' },
  createField: { scope: 'ZohoCRM.settings.fields.CREATE' },
  modules: { scope: 'ZohoCRM.settings.modules.READ' },
  org: { scope: 'ZohoCRM.org.READ' },
  users: { scope: 'ZohoCRM.users.READ' },
}

/** The refusal of a call that its token, or the token's user, has no right to. */
export function forbidden(call: Call, operation: Operation, world: World): Answer | undefined {
  const [verb = '', name] = operation.split(':')
  const { right, scope } = NEEDS[verb] ?? {}
  const modules = verb === 'coql' ? queriedModules(call.bodyText, world.schema) : [name]
  const { scopes, denied } = world.settings.current
  const needed = [
    ...(scope === undefined ? [] : [scope]),
    ...(right === undefined ? [] : modules.map((module) => moduleScope(`${module}`, right))),
  ]
  if (!needed.every((one) => isGranted(one, scopes))) {
    return answer(401, verb === 'create', refusal('OAUTH_SCOPE_MISMATCH', 'Unauthorized'))
  }
  const refused = modules.find((module) => denied.some((one) => one === `${right}:${module}`))
  if (right === undefined || refused === undefined) return undefined
  const details = { permissions: [`Crm_Implied_${PERMISSIONS[right]}_${refused}`] }
  const isWrapped = verb !== 'delete' && verb !== 'coql'
  return answer(403, isWrapped, refusal('NO_PERMISSION', 'permission denied', details))
}

/** Zoho's names for the rights of a user. */
const PERMISSIONS = { create: 'Create', read: 'View', delete: 'Delete' } as const

/** Zoho's OpenAPI files do not agree on whether the call as a whole or its records are refused. */
function answer(status: number, isWrapped: boolean, said: Refusal): Answer {
  return json(status, isWrapped ? { data: [said] } : said)
}

function moduleScope(module: string, right: Right): string {
  return `ZohoCRM.modules.${module.replaceAll('_', '')}.${right.toUpperCase()}`
}

/**
 * `a.b.c.READ` is granted as such, as `a.b.c.ALL`, and by what is wider: `a.b.READ`, `a.b.ALL`.
 * Zoho writes them in either case.
 */
function isGranted(needed: string, scopes: readonly string[]): boolean {
  const granted = new Set(scopes.map((scope) => scope.toLowerCase()))
  const parts = needed.toLowerCase().split('.')
  const right = parts.pop() ?? ''
  for (; parts.length > 1; parts.pop()) {
    const place = parts.join('.')
    if (granted.has(`${place}.${right}`) || granted.has(`${place}.all`)) return true
  }
  return false
}
