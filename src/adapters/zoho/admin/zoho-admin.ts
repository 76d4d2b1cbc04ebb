// The `CrmAdmin` port over Zoho CRM REST v8.

import type { Clock } from '../../../application/base/clock.port.ts'
import {
  type CrmAdmin,
  type MarkedRecord,
  REFERENCES_PAGE_MAX,
} from '../../../application/crm-setup/crm-admin.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { readAs, resultOf } from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import { idsOf, type Row, textOf } from '../answers/rows.ts'
import { literal, queryRequest, select } from '../call/coql.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import type { AccessToken } from '../token/access-token.ts'
import { fieldsOf, fieldsPath, newReferenceField } from './zoho-admin-fields.ts'
import { readGrant } from './zoho-admin-grant.ts'

/** The shortest query that reads something. */
const ANY_CONTACT = select({
  columns: ['id'],
  from: 'Contacts',
  where: 'id is not null',
  limit: 1,
})

export function makeZohoAdmin(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField'>
  readonly clock: Clock
  readonly token: AccessToken
  readonly call: ZohoCall
}): CrmAdmin {
  const { referenceField } = deps.config

  return {
    readGrant: (withinMs) => readGrant(deps, withinMs),

    async readFirst(module, withinMs) {
      const answer = await read(`/crm/v8/${module}?fields=id&per_page=1`, withinMs)
      return readAs(answer, (rows) => (rows.length === 0 ? null : idsOf(rows)?.[0]))
    },

    async readFields(module, withinMs) {
      return readAs(await read(fieldsPath(module), withinMs), fieldsOf)
    },

    async tryQuery(withinMs) {
      const answer = await query(ANY_CONTACT, withinMs)
      return answer.type === 'rows' ? DONE : resultOf(answer)
    },

    async createReferenceField(step, withinMs) {
      const path = fieldsPath(RECORD_MODULES[step])
      const body = newReferenceField(referenceField)
      const request = { kind: 'create', method: 'POST', path, body, priority: 'new' } as const
      const answer = await deps.call(request, withinMs)
      return answer.type === 'written' ? DONE : resultOf(answer)
    },

    async listReferences(step, after, withinMs) {
      const above = after === undefined ? '' : ` and id > ${literal(after)}`
      const where = `${referenceField} is not null${above}`
      const page = { where, orderBy: 'id', limit: REFERENCES_PAGE_MAX }
      return readAs(await references(step, page, withinMs), (rows) => rising(rows, after))
    },

    async readReferences(step, ids, withinMs) {
      const page = { where: `id in (${ids.map(literal).join(', ')})`, limit: ids.length }
      return readAs(await references(step, page, withinMs), markedOf)
    },
  }

  function references(
    step: CreateStep,
    page: { readonly where: string; readonly orderBy?: string; readonly limit: number },
    withinMs: number,
  ): Promise<ClassifiedAnswer> {
    const columns = ['id', referenceField]
    return query(select({ ...page, columns, from: RECORD_MODULES[step] }), withinMs)
  }

  function query(selectQuery: string, withinMs: number): Promise<ClassifiedAnswer> {
    return deps.call(queryRequest(selectQuery, 'new'), withinMs)
  }

  function read(path: string, withinMs: number): Promise<ClassifiedAnswer> {
    return deps.call({ kind: 'read', method: 'GET', path, priority: 'new' }, withinMs)
  }

  function markedOf(rows: readonly Row[]): readonly MarkedRecord[] | undefined {
    return idsOf(rows)?.map((id, i) => ({ id, reference: textOf(rows[i]?.[referenceField]) ?? '' }))
  }

  /** `undefined` when the ids do not rise: the caller would read the same page for ever. */
  function rising(
    rows: readonly Row[],
    after: CrmId | undefined,
  ): readonly MarkedRecord[] | undefined {
    const records = markedOf(rows)
    let last = after === undefined ? -1n : BigInt(after)
    for (const { id } of records ?? []) {
      if (BigInt(id) <= last) return undefined
      last = BigInt(id)
    }
    return records
  }
}

const DONE = { type: 'done', value: undefined } as const
