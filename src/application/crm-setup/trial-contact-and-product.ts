// Finds a contact and a product for the trial of the rights, and reads them as a sale does.

import type { CrmId } from '../../domain/ids.ts'
import { type DecimalText, formatDecimal, ZERO } from '../../domain/money.ts'
import type { SaleLine } from '../../domain/sale/events.ts'
import type { CallResult } from '../../domain/sale/outcome.ts'
import type { ContactDetails, Crm } from '../crm/crm.port.ts'
import type { CrmAdmin, CrmNeeds } from './crm-admin.port.ts'
import { type CrmFinding, findingOf } from './crm-finding.ts'

/**
 * The ids that the operator named; where one is missing, the first record of the module is taken.
 */
export type GivenIds = {
  readonly contactId?: CrmId | undefined
  readonly productId?: CrmId | undefined
}

/** What the records of a trial point at. */
export type TrialContactAndProduct = {
  readonly contactId: CrmId
  readonly contact: ContactDetails
  readonly line: SaleLine
  /** ISO 4217, of the product; absent where the organisation has one currency only. */
  readonly currency?: string
}

type Found = { readonly type: 'found'; readonly trial: TrialContactAndProduct }
type NotFound = { readonly type: 'notFound'; readonly finding: CrmFinding }

export async function findTrialContactAndProduct(
  deps: {
    readonly crm: Crm
    readonly admin: Pick<CrmAdmin, 'readFirst'>
    readonly needs: CrmNeeds
    readonly requestTimeoutMs: number
  },
  given: GivenIds,
): Promise<Found | NotFound> {
  const { crm, admin, needs, requestTimeoutMs } = deps
  const contactId = await idOf(needs.contactModule, given.contactId)
  if (contactId.type !== 'done') return notFound('contact', contactId)
  const contact = await crm.readContact(contactId.value, {
    withinMs: requestTimeoutMs,
    priority: 'new',
  })
  if (contact.type !== 'done' || contact.value === null) return notFound('contact', contact)

  const productId = await idOf(needs.productModule, given.productId)
  if (productId.type !== 'done') return notFound('product', productId)
  const read = await crm.readOrganisation(requestTimeoutMs)
  const organisation = read.type === 'done' ? read.value : undefined
  const products = await crm.readProducts([productId.value], organisation, requestTimeoutMs)
  const [product] = products.type === 'done' ? products.value : []
  if (product === undefined) return notFound('product', products)
  const line = {
    productId: product.id,
    productName: product.name,
    quantity: 1,
    unitPrice: product.unitPrice ?? FREE,
  }
  return {
    type: 'found',
    trial: {
      ...{ contactId: contactId.value, contact: contact.value, line },
      ...(organisation?.hasSeveralCurrencies && product.currency !== null
        ? { currency: product.currency }
        : {}),
    },
  }

  async function idOf(module: string, known: CrmId | undefined): Promise<CallResult<CrmId>> {
    if (known !== undefined) return { type: 'done', value: known }
    const first = await admin.readFirst(module, requestTimeoutMs)
    if (first.type !== 'done') return first
    return first.value === null ? NONE : { type: 'done', value: first.value }
  }
}

const NONE = { type: 'refused', reason: 'there is none' } as const

/** The price of a product without one. */
const FREE: DecimalText = formatDecimal(ZERO)

function notFound(what: 'contact' | 'product', result: CallResult<unknown>): NotFound {
  const remedy = `Make a ${what} for the records of the trial, or name one with --${what}.`
  const said = result.type === 'done' ? NONE : result
  return { type: 'notFound', finding: findingOf(`a ${what} for the trial`, said, remedy) }
}
