// A sale that another process left in the store, and its records in the fake Zoho.
import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import {
  SAMPLE_ACCOUNT_ID,
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { mailsFor } from '../../../src/application/sale/run/failure-mail.ts'
import type { Claim } from '../../../src/application/sale/run/sale-store.port.ts'
import type { CrmId, SaleId } from '../../../src/domain/ids.ts'
import type { DecimalText } from '../../../src/domain/money.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import type { CreateStep } from '../../../src/domain/sale/steps.ts'
import type { EpochMs, IsoDate } from '../../../src/domain/time.ts'
import type { Store } from '../../../src/infrastructure/service/open-store.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { appendOf, firstOf } from './store-examples.ts'

export const DEAL_ID = '9001' as CrmId
export const QUOTE_ID = '9002' as CrmId
export const SALES_ORDER_ID = '9003' as CrmId

const MODULES: Readonly<Record<CreateStep, ModuleName>> = {
  deal: 'Deals',
  quote: 'Quotes',
  salesOrder: 'Sales_Orders',
}

/** The facts of a sale of two gear motors, all at one moment. */
export function factsOf({
  idempotent,
  at = Date.now() as EpochMs,
}: {
  readonly idempotent: boolean
  readonly at?: EpochMs
}) {
  const productId = SAMPLE_PRODUCT_IDS[0] as CrmId
  const requested = {
    type: 'SaleRequested',
    at,
    data: {
      contactId: SAMPLE_CONTACT_ID as CrmId,
      products: [{ productId, quantity: 2 }],
      idempotent,
    },
  } as const
  const priced: SaleEvent = {
    type: 'SalePriced',
    at,
    data: {
      accountId: SAMPLE_ACCOUNT_ID as CrmId,
      lines: [
        {
          productId,
          productName: 'Three-phase gear motor 1.5 kW',
          quantity: 2,
          unitPrice: '1250' as DecimalText,
        },
      ],
      amount: '2500.00' as DecimalText,
      closingDate: '2030-01-31' as IsoDate,
    },
  }
  const deal: SaleEvent = { type: 'DealCreated', at, data: { dealId: DEAL_ID } }
  const quote: SaleEvent = { type: 'QuoteCreated', at, data: { quoteId: QUOTE_ID } }
  const salesOrder: SaleEvent = {
    type: 'SalesOrderCreated',
    at,
    data: { salesOrderId: SALES_ORDER_ID },
  }
  const failed: SaleEvent = {
    type: 'CompensationRequired',
    at,
    data: { failedStep: 'deadline', reason: 'not complete in time' },
  }
  return { requested, priced, deal, quote, salesOrder, failed }
}

export function makeFake(): FakeZoho {
  return makeFakeZoho({
    ...makeSystemClock(),
    referenceField: 'Gateway_Reference',
    latencyMs: 0,
  })
}

/** Puts a record into the CRM that an earlier process of ours created. */
export function addRecord(fake: FakeZoho, saleId: SaleId, step: CreateStep, id: CrmId): void {
  fake.records.add(MODULES[step], { id, Gateway_Reference: referenceOf(saleId, step) })
}

/** Leaves a sale in the store, with its mails, and its records in the CRM, as a dead process did. */
export async function leaveSale(
  place: { readonly store: Store; readonly fake: FakeZoho },
  saleId: SaleId,
  [requested, ...later]: readonly [ReturnType<typeof factsOf>['requested'], ...SaleEvent[]],
  claim?: Claim,
): Promise<void> {
  const first = firstOf(saleId, { event: requested })
  await place.store.sales.begin(first, claim, requested.at)
  if (later.length > 0) {
    const after = replay(saleId, [requested, ...later])
    const change = { before: replay(saleId, [requested]), after }
    const mails = mailsFor(change, later, {
      mailDomain: 'localhost',
      client: first.client,
      modules: MODULES,
      outcome: { type: 'timePassed' },
    })
    await place.store.sales.append(appendOf(saleId, [requested], later, mails))
  }
  for (const { type, data } of later) {
    if (type === 'DealCreated') addRecord(place.fake, saleId, 'deal', data.dealId)
    if (type === 'QuoteCreated') addRecord(place.fake, saleId, 'quote', data.quoteId)
    if (type === 'SalesOrderCreated') {
      addRecord(place.fake, saleId, 'salesOrder', data.salesOrderId)
    }
  }
}
