// Checks that the token may do what a rollback needs, before a sale needs one.

import { CREATE_STEPS } from '../../domain/sale/steps.ts'
import type { CrmAdmin, CrmNeeds, ScopeGrant } from './crm-admin.port.ts'

export type VitalRights =
  | { readonly type: 'ok' }
  /** A sale that failed would leave its records behind. A person has to make a new token. */
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string }

type Deps = {
  readonly admin: Pick<CrmAdmin, 'readGrant' | 'tryDelete'>
  readonly needs: Pick<CrmNeeds, 'recordModules'>
  readonly requestTimeoutMs: number
}

/** By the scopes of the token. Where the CRM does not list them, deletes of nothing are tried. */
export async function checkVitalRights(deps: Deps): Promise<VitalRights> {
  const grant = await deps.admin.readGrant(deps.requestTimeoutMs)
  if (grant.type !== 'done') return { type: 'unknown', reason: grant.reason }
  return grant.value === null ? tryDeletes(deps) : byScopes(grant.value)
}

function byScopes(grants: readonly ScopeGrant[]): VitalRights {
  const missing = grants.filter(({ isVital, granted }) => isVital === true && !granted)
  if (missing.length === 0) return { type: 'ok' }
  return lacking(`scope ${missing.map(({ scope }) => scope).join(', ')}`)
}

async function tryDeletes({ admin, needs, requestTimeoutMs }: Deps): Promise<VitalRights> {
  const refused: string[] = []
  for (const step of CREATE_STEPS) {
    const tried = await admin.tryDelete(step, requestTimeoutMs)
    if (tried.type === 'unknown' || tried.type === 'notSent') {
      return { type: 'unknown', reason: tried.reason }
    }
    if (tried.type === 'refused') refused.push(`${needs.recordModules[step]} (${tried.reason})`)
  }
  return refused.length === 0 ? { type: 'ok' } : lacking(`right to delete ${refused.join(', ')}`)
}

function lacking(right: string): VitalRights {
  const remedy = 'a sale could not be rolled back; make a new token: gateway zoho connect'
  return { type: 'missing', reason: `The token lacks the ${right}: ${remedy}` }
}
