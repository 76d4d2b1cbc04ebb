// Whether the token of a call, and the user of the token, may make it.
import { queriedModules } from '../coql/queried-modules.ts'
import type { Operation } from '../faults/operation.ts'
import { type Answer, json, type Refusal, refusal } from '../wire/answers.ts'
import type { Call } from '../wire/call.ts'
import type { World } from '../world/world.ts'

type Right = 'create' | 'read' | 'delete'

/** What each operation needs: a right in its module, and a scope in addition to the module's. */
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
  layouts: { scope: 'ZohoCRM.settings.layouts.READ' },
  currencies: { scope: 'ZohoCRM.settings.currencies.READ' },
  org: { scope: 'ZohoCRM.org.READ' },
  users: { scope: 'ZohoCRM.users.READ' },
  composite: { scope: 'ZohoCRM.composite_requests.CUSTOM' },
}

/** The refusal of a call that the scopes of its token, or the rights of its user, do not allow. */
export function forbidden(call: Call, operation: Operation, world: World): Answer | undefined {
  const [verb = '', name] = operation.split(':')
  const { right, scope } = NEEDS[verb] ?? {}
  const modules = verb === 'coql' ? queriedModules(call.bodyText, world.schema) : [name]
  const { denied } = world.settings.current
  const scopes = world.tokens.scopesOf(call)
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

/** By Zoho's OpenAPI files some operations wrap a refusal in `data`, and others do not. */
function answer(status: number, isWrapped: boolean, refused: Refusal): Answer {
  return json(status, isWrapped ? { data: [refused] } : refused)
}

function moduleScope(module: string, right: Right): string {
  return `ZohoCRM.modules.${module.replaceAll('_', '')}.${right.toUpperCase()}`
}

/**
 * `a.b.c.READ` is granted by itself, by `a.b.c.ALL`, and by the wider `a.b.READ` and `a.b.ALL`.
 * Letter case does not count: Zoho writes scopes in either.
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
