// The `Crm` port over Zoho CRM REST v8.

import type { Timer } from '../../../application/base/clock.port.ts'
import type { Crm } from '../../../application/crm/crm.port.ts'
import type { Product } from '../../../domain/sale/outcome.ts'
import { readAs, usable } from '../answers/call-results.ts'
import { queryRequest } from '../call/coql.ts'
import { RECORD_MODULES } from '../call/record-modules.ts'
import type { ZohoCall } from '../call/zoho-call.ts'
import type { ZohoConfig } from '../exchange/zoho-config.ts'
import type { FieldLengths } from '../house/field-lengths.ts'
import {
  contactByEmailQuery,
  contactByIdQuery,
  contactDetailsOf,
  contactOf,
} from './contact-records.ts'
import { ORGANISATION_PATH, organisationOf } from './organisation-records.ts'
import { idPages, productsOf, productsPath } from './product-records.ts'
import { makeRecordCalls } from './record-calls.ts'

export function makeZohoCrm(deps: {
  readonly config: Pick<ZohoConfig, 'referenceField' | 'recordSettings'>
  readonly call: ZohoCall
  readonly clock: Timer
  readonly lengths: FieldLengths
}): Crm {
  const { call } = deps

  return {
    modules: { ...RECORD_MODULES, contact: 'Contacts', product: 'Products', organisation: 'org' },

    ...makeRecordCalls(deps),

    async findContact(email, withinMs) {
      const answer = await call(queryRequest(contactByEmailQuery(email), 'new'), withinMs)
      return readAs(answer, (rows) => contactOf(rows, email))
    },

    async readContact(contactId, { withinMs, priority }) {
      const answer = await call(queryRequest(contactByIdQuery(contactId), priority), withinMs)
      return readAs(answer, (rows) => contactDetailsOf(rows, contactId))
    },

    async readOrganisation(withinMs) {
      const answer = await read(ORGANISATION_PATH, withinMs)
      return readAs(answer, (rows) => usable(organisationOf(rows)))
    },

    async readProducts(productIds, organisation, withinMs) {
      const pages = await Promise.all(
        idPages(productIds).map((ids) => read(productsPath(ids, organisation), withinMs)),
      )
      const products: Product[] = []
      for (const page of pages) {
        const read = readAs(page, (rows) => productsOf(rows, organisation))
        if (read.type !== 'done') return read
        products.push(...read.value)
      }
      return { type: 'done', value: products }
    },
  }

  function read(path: string, withinMs: number) {
    return call({ kind: 'read', method: 'GET', path, priority: 'new' }, withinMs)
  }
}
