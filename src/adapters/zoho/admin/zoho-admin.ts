import type { Clock } from '../../../application/base/clock.port.ts'
import {
  type CrmAdmin,
  type MarkedRecord,
  REFERENCES_PAGE_MAX,
} from '../../../application/crm-setup/crm-admin.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { IdRow } from '../answers/answer-schemas.ts'
import { readAs, resultOf } from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import { type Row, textOf } from '../answers/rows.ts'
import { literal } from '../call/coql.ts'
import type { ZohoCall, ZohoRequest } from '../call/zoho-call.ts'
import { MODULE_OF, type ZohoConfig } from '../exchange/zoho-config.ts'
import type { AccessToken } from '../token/access-token.ts'
import { fieldsOf, fieldsPath, newReferenceField } from './zoho-admin-fields.ts'
import { readGrant } from './zoho-admin-grant.ts'

/** The `CrmAdmin` port over Zoho CRM REST v8. */
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
      const answer = await read('GET', `/crm/v8/${module}?fields=id&per_page=1`, withinMs)
      return readAs(answer, (rows) => {
        const [first] = rows
        if (first === undefined) return null
        return IdRow.Check(first) ? (first.id as CrmId) : undefined
      })
    },

    async readFields(module, withinMs) {
      return readAs(await read('GET', fieldsPath(module), withinMs), fieldsOf)
    },

    async tryQuery(withinMs) {
      const answer = await query('select id from Contacts where id is not null limit 1', withinMs)
      return answer.type === 'rows' ? DONE : resultOf(answer)
    },

    async createReferenceField(step, withinMs) {
      const path = fieldsPath(MODULE_OF[step])
      const body = newReferenceField(referenceField)
      const request = { kind: 'create', method: 'POST', path, body, priority: 'new' } as const
      const answer = await deps.call(request, withinMs)
      return answer.type === 'written' ? DONE : resultOf(answer)
    },

    async listReferences(step, after, withinMs) {
      const above = after === undefined ? '' : ` and id > ${literal(after)}`
      const where = `${referenceField} is not null${above} order by id limit ${REFERENCES_PAGE_MAX}`
      return readAs(await references(step, where, withinMs), (rows) => rising(rows, after))
    },

    async readReferences(step, ids, withinMs) {
      const where = `id in (${ids.map(literal).join(', ')}) limit ${ids.length}`
      return readAs(await references(step, where, withinMs), markedOf)
    },
  }

  function references(
    step: CreateStep,
    where: string,
    withinMs: number,
  ): Promise<ClassifiedAnswer> {
    return query(`select id, ${referenceField} from ${MODULE_OF[step]} where ${where}`, withinMs)
  }

  function query(text: string, withinMs: number): Promise<ClassifiedAnswer> {
    return read('POST', '/crm/v8/coql', withinMs, JSON.stringify({ select_query: text }))
  }

  function read(
    method: ZohoRequest['method'],
    path: string,
    withinMs: number,
    body?: string,
  ): Promise<ClassifiedAnswer> {
    const question = { kind: 'read', method, path, priority: 'new' } as const
    return deps.call(body === undefined ? question : { ...question, body }, withinMs)
  }

  function markedOf(rows: readonly Row[]): readonly MarkedRecord[] | undefined {
    if (!rows.every((row) => IdRow.Check(row))) return undefined
    return rows.map((row: Row) => {
      const reference = textOf(row[referenceField]) ?? ''
      return { id: row['id'] as CrmId, reference }
    })
  }

  /** A page that does not begin above the last one would be read for ever. */
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

const DONE = { outcome: 'done', value: undefined } as const
