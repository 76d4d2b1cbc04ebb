// The `CrmAdmin` port over Zoho CRM REST v8.

import type { Timer } from '../../../application/base/clock.port.ts'
import {
  type CrmAdmin,
  type MarkedRecord,
  REFERENCES_PAGE_MAX,
} from '../../../application/crm-setup/crm-admin.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import {
  done,
  hiddenField,
  readAs,
  resultOf,
  usable,
  wrongAnswer,
} from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import { idsOf, missingColumn, type Row, textOf } from '../answers/rows.ts'
import { literal, queryRequest, select } from '../call/coql.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import type { FieldLengths } from '../house/field-lengths.ts'
import { anyContactQuery, contactIsShown } from '../records/contact-records.ts'
import { ANY_PRODUCT_PATH, productIsShown } from '../records/product-records.ts'
import type { AccessToken } from '../token/access-token.ts'
import { fieldsOf, fieldsPath, newReferenceField } from './zoho-admin-fields.ts'
import { readGrant, tryDelete } from './zoho-admin-grant.ts'
import { layoutsOf, layoutsPath } from './zoho-admin-layouts.ts'

/** The shortest query that reads something. */
const ANY_CONTACT = select({
  columns: ['id'],
  from: 'Contacts',
  where: 'id is not null',
  limit: 1,
})

export function makeZohoAdmin(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField'>
  readonly clock: Timer
  readonly token: AccessToken
  readonly call: ZohoCall
  readonly lengths: FieldLengths
}): CrmAdmin {
  const { lengths } = deps
  const { referenceField } = deps.config

  return {
    readGrant: (withinMs) =>
      readGrant({ ...deps, tryToken: (leftMs) => query(ANY_CONTACT, leftMs) }, withinMs),

    async readFirst(module, withinMs) {
      const answer = await read(`/crm/v8/${module}?fields=id&per_page=1`, withinMs)
      return readAs(answer, (rows) => (rows.length === 0 ? done(null) : usable(idsOf(rows)?.[0])))
    },

    async readFields(module, withinMs) {
      const answer = await read(fieldsPath(module), withinMs)
      const fields = readAs(answer, (rows) => usable(fieldsOf(rows)))
      if (fields.type === 'done') lengths.learn(module, fields.value)
      return fields
    },

    async readLayouts(module, withinMs) {
      return readAs(await read(layoutsPath(module), withinMs), (rows) => usable(layoutsOf(rows)))
    },

    async tryQuery(withinMs) {
      const answer = await query(ANY_CONTACT, withinMs)
      return answer.type === 'rows' ? DONE : resultOf(answer)
    },

    async tryRead(of, withinMs) {
      return of === 'contact'
        ? readAs(await query(anyContactQuery(), withinMs), contactIsShown)
        : readAs(await read(ANY_PRODUCT_PATH, withinMs), productIsShown)
    },

    tryDelete: (step, withinMs) => tryDelete(deps.call, step, withinMs),

    async createReferenceField(step, withinMs) {
      const request = newReferenceField(RECORD_MODULES[step], referenceField)
      const answer = await deps.call(request, withinMs)
      return answer.type === 'written' ? DONE : resultOf(answer)
    },

    async listReferences(step, after, withinMs) {
      const above = after === undefined ? '' : ` and id > ${literal(after)}`
      const where = `${referenceField} is not null${above}`
      const page = { where, orderBy: 'id', limit: REFERENCES_PAGE_MAX }
      return readAs(await references(step, page, withinMs), (rows) => {
        const records = markedOf(rows)
        if (records === undefined || !isRising(records, after)) return wrongAnswer()
        // The query left empty ones out, so a record without a reference is one that is hidden.
        const isWhole = records.every(({ reference }) => reference !== '')
        const module = RECORD_MODULES[step]
        return isWhole ? done(records) : wrongAnswer(hiddenField(referenceField, module))
      })
    },

    async readReferences(step, ids, withinMs) {
      const page = { where: `id in (${ids.map(literal).join(', ')})`, limit: ids.length }
      return readAs(await references(step, page, withinMs), (rows) => usable(markedOf(rows)))
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

  /** `undefined` when a row lacks the field: a hidden reference is not an empty one. */
  function markedOf(rows: readonly Row[]): readonly MarkedRecord[] | undefined {
    if (missingColumn(rows, [referenceField]) !== undefined) return undefined
    return idsOf(rows)?.map((id, i) => ({ id, reference: textOf(rows[i]?.[referenceField]) ?? '' }))
  }
}

/** Whether the ids rise above `after`: otherwise the caller would read the same page for ever. */
function isRising(records: readonly MarkedRecord[], after: CrmId | undefined): boolean {
  let last = after === undefined ? -1n : BigInt(after)
  for (const { id } of records) {
    if (BigInt(id) <= last) return false
    last = BigInt(id)
  }
  return true
}

const DONE = { type: 'done', value: undefined } as const
