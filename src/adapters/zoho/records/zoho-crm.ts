import type { Clock } from '../../../application/base/clock.port.ts'
import type { Crm, Priority } from '../../../application/crm/crm.port.ts'
import type { CrmId } from '../../../domain/ids.ts'
import type { CallResult, Product } from '../../../domain/sale/outcome.ts'
import type { CreateStep } from '../../../domain/sale/steps.ts'
import { IdRow } from '../answers/answer-schemas.ts'
import { readAs, resultOf } from '../answers/call-results.ts'
import type { ClassifiedAnswer } from '../answers/classify-answer.ts'
import type { Row } from '../answers/rows.ts'
import { literal, select } from '../call/coql.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import { MODULE_OF, type ZohoConfig } from '../exchange/zoho-config.ts'
import {
  contactByEmailQuery,
  contactByIdQuery,
  contactOf,
  contactTermsOf,
} from './contact-records.ts'
import { PRODUCT_IDS_MAX, productOf, productsPath } from './product-records.ts'
import { recordBody } from './sale-records.ts'

/** The `Crm` port over Zoho CRM REST v8. */
export function makeZohoCrm(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField' | 'terms'>
  readonly call: ZohoCall
  readonly clock: Clock
}): Crm {
  const { config, call, clock } = deps

  return {
    async findContact(email, withinMs) {
      const answer = await query(contactByEmailQuery(email), 'new', withinMs)
      return readAs(answer, (rows) => contactOf(rows, email))
    },

    async readContact(contactId, { withinMs, priority }) {
      const answer = await query(contactByIdQuery(contactId), priority, withinMs)
      return readAs(answer, (rows) => contactTermsOf(rows, contactId))
    },

    async readProducts(productIds, withinMs) {
      const pages = await Promise.all(
        pagesOf(productIds).map((ids) =>
          call({ kind: 'read', method: 'GET', path: productsPath(ids), priority: 'new' }, withinMs),
        ),
      )
      const products: Product[] = []
      for (const page of pages) {
        const read = readAs(page, productsOf)
        if (read.outcome !== 'done') return read
        products.push(...read.value)
      }
      return { outcome: 'done', value: products }
    },

    async createRecord(record, withinMs) {
      const until = clock.now() + withinMs
      const path = `/crm/v8/${MODULE_OF[record.step]}`
      const body = recordBody(record, config.referenceField, config.terms)
      const request = { kind: 'create', method: 'POST', path, body, priority: 'forward' } as const
      const answer = await call(request, withinMs)
      if (answer.type === 'written') return { outcome: 'done', value: answer.id }
      if (answer.type === 'duplicate') {
        return adopt(record.step, answer.id, record.reference, until - clock.now())
      }
      return resultOf(answer)
    },

    async deleteRecord(step, id, { withinMs, priority }) {
      const until = clock.now() + withinMs
      const path = `/crm/v8/${MODULE_OF[step]}/${id}`
      const answer = await call({ kind: 'delete', method: 'DELETE', path, priority }, withinMs)
      if (answer.type === 'written') return { outcome: 'done', value: undefined }
      if (answer.type !== 'notDeleted') return resultOf(answer)
      const read = await readRecord(step, id, priority, until - clock.now())
      if (read.outcome !== 'done') return read
      return read.value === null
        ? { outcome: 'done', value: undefined, answer: `${answer.reason}, and it is not there` }
        : { outcome: 'refused', reason: answer.reason }
    },

    async findByReference(step, reference, { withinMs, priority }) {
      const field = config.referenceField
      const where = `${field} = ${literal(reference)}`
      const columns = ['id', field]
      const lookUp = select({ columns, from: MODULE_OF[step], where })
      const answer = await query(lookUp, priority, withinMs)
      // A row without the field is one we may not see into: that is not "none".
      return readAs(answer, (rows) =>
        rows.every((row) => typeof row[field] === 'string')
          ? idsOf(rows.filter((row) => row[field] === reference))
          : undefined,
      )
    },
  }

  function query(
    selectQuery: string,
    priority: Priority,
    withinMs: number,
  ): Promise<ClassifiedAnswer> {
    const body = JSON.stringify({ select_query: selectQuery })
    return call({ kind: 'read', method: 'POST', path: '/crm/v8/coql', body, priority }, withinMs)
  }

  /** The record of an earlier attempt is ours once it was seen, live, with our reference. */
  async function adopt(
    step: CreateStep,
    id: CrmId,
    reference: string,
    withinMs: number,
  ): Promise<CallResult<CrmId>> {
    const unproven = `a record with this reference exists (${id}), and was not seen`
    const read = await readRecord(step, id, 'forward', withinMs)
    const seen = read.outcome === 'done' && read.value?.[config.referenceField] === reference
    return seen
      ? { outcome: 'done', value: id, answer: 'an earlier attempt had made it' }
      : { outcome: 'unknown', reason: unproven, fault: 'wrongAnswer' }
  }

  async function readRecord(
    step: CreateStep,
    id: CrmId,
    priority: Priority,
    withinMs: number,
  ): Promise<CallResult<Row | null>> {
    const path = `/crm/v8/${MODULE_OF[step]}/${id}?fields=${config.referenceField}`
    const answer = await call({ kind: 'readOne', method: 'GET', path, priority }, withinMs)
    return readAs(answer, (rows) =>
      rows.length === 0 ? null : rows.find((row) => row['id'] === id),
    )
  }
}

function idsOf(rows: readonly Row[]): readonly CrmId[] | undefined {
  return rows.every((row) => IdRow.Check(row)) ? rows.map((row) => row['id'] as CrmId) : undefined
}

function productsOf(rows: readonly Row[]): readonly Product[] | undefined {
  const products = rows.map(productOf)
  return products.every((product) => product !== undefined) ? products : undefined
}

function pagesOf(ids: readonly CrmId[]): readonly (readonly CrmId[])[] {
  const pages: CrmId[][] = []
  for (let i = 0; i < ids.length; i += PRODUCT_IDS_MAX)
    pages.push(ids.slice(i, i + PRODUCT_IDS_MAX))
  return pages
}
