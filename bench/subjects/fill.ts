// Fills a log through the gateway's own store: whole sales, or sales that a dead process left half-finished.

import path from 'node:path'
import process from 'node:process'
import { SAMPLE_ACCOUNT_ID } from '../../src/adapters/fake-zoho/world/sample-data.ts'
import { summarize } from '../../src/application/log/sale-summary.ts'
import type { CrmId, SaleId } from '../../src/domain/ids.ts'
import type { DecimalText } from '../../src/domain/money.ts'
import type { SaleEvent, SaleRequested } from '../../src/domain/sale/events.ts'
import { replay } from '../../src/domain/sale/evolve.ts'
import type { EpochMs, IsoDate } from '../../src/domain/time.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { makeSystemRandom } from '../../src/infrastructure/system/system-random.ts'
import { planGiven, printResult } from '../base/run-program.ts'

export type FillPlan = {
  readonly dataDir: string
  readonly sales: number
  /** Leaves each sale after its Deal; else each is complete. */
  readonly isHalf: boolean
}

/** Sales that are stored at one time, so that a store that groups its commits can. */
const LANES = 256

/** Events of a whole sale. */
export const EVENTS_OF_A_SALE = 6

const CLIENT = 'bench'
const ACTOR = {
  client: CLIENT,
  keyId: '0a1b2c3d',
  requestId: 'c8021207-84ec-4144-9e23-dd71be9b55b3',
  address: '127.0.0.1',
  userAgent: 'bench',
  software: 'plg-sales-gateway/bench',
}

const PRODUCT_ID = '550428000000111222' as CrmId

if (import.meta.main) {
  await fill(planGiven<FillPlan>())
  printResult({})
  process.exit(0)
}

export async function fill({ dataDir, sales, isHalf }: FillPlan): Promise<void> {
  const store = await openStore(path.join(dataDir, 'gateway.db'))
  const random = makeSystemRandom()
  let left = sales
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await leaveSale(random.saleId(), isHalf)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await store.close()

  async function leaveSale(saleId: SaleId, isHalf: boolean): Promise<void> {
    const { requested, later } = eventsOf(Date.now() as EpochMs, isHalf)
    const first = {
      ...{ saleId, after: 0, events: [requested], actor: ACTOR, client: CLIENT, mails: [] },
      summary: summarize(replay(saleId, [requested])),
    }
    await store.sales.begin(first, undefined, requested.at)
    await store.sales.append({
      ...{ saleId, after: 1, events: later, actor: { system: 'gateway' }, mails: [] },
      summary: summarize(replay(saleId, [requested, ...later])),
    })
  }
}

function eventsOf(
  at: EpochMs,
  isHalf: boolean,
): { readonly requested: SaleRequested; readonly later: readonly SaleEvent[] } {
  const products = [{ productId: PRODUCT_ID, quantity: 2 }]
  const requested = {
    type: 'SaleRequested',
    at,
    data: { contactId: '550428000008877665' as CrmId, products, idempotent: false },
  } as const
  const line = {
    productId: PRODUCT_ID,
    productName: 'Three-phase gear motor 1.5 kW',
    quantity: 2,
    unitPrice: '1250' as DecimalText,
  }
  const priced = {
    type: 'SalePriced',
    at,
    data: {
      accountId: SAMPLE_ACCOUNT_ID as CrmId,
      lines: [line],
      amount: '2500.00' as DecimalText,
      closingDate: '2030-01-31' as IsoDate,
    },
  } as const
  const deal = {
    type: 'DealCreated',
    at,
    data: { dealId: '7179599020204900001' as CrmId },
  } as const
  const rest: readonly SaleEvent[] = [
    { type: 'QuoteCreated', at, data: { quoteId: '7179599020204900004' as CrmId } },
    { type: 'SalesOrderCreated', at, data: { salesOrderId: '7179599020204900007' as CrmId } },
    { type: 'SaleCompleted', at, data: {} },
  ]
  return { requested, later: [priced, deal, ...(isHalf ? [] : rest)] }
}
