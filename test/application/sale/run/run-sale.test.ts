import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Addresses, ContactDetails, Crm } from '../../../../src/application/crm/crm.port.ts'
import { makePerform } from '../../../../src/application/sale/run/perform.ts'
import { makeRunSale } from '../../../../src/application/sale/run/run-sale.ts'
import type { Append, SaleStore } from '../../../../src/application/sale/run/sale-store.port.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import { takeUp } from '../../../../src/domain/sale/evolve.ts'
import type { CallResult } from '../../../../src/domain/sale/outcome.ts'
import * as a from '../../../support/examples/sale-examples.ts'
import { ManualClock } from '../../../support/fakes/manual-clock.ts'
import { SILENT_METER } from '../../../support/fakes/silent-meter.ts'

const ADDRESS = { street: null, city: 'Berlin', state: null, code: null, country: null }
const ADDRESSES: Addresses = { billing: ADDRESS, shipping: ADDRESS }
const IDS = { deal: a.dealId, quote: a.quoteId, salesOrder: a.salesOrderId }
/** Calls that no run of these examples makes. */
const CALLS_MAX = 20

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A sale with this past, and a CRM that answers all calls well after so many reads of a contact. */
function setUp(
  past: readonly SaleEvent[],
  {
    addresses = ADDRESSES,
    failingReads = 0,
  }: { addresses?: Addresses; failingReads?: number } = {},
) {
  const clock = new ManualClock()
  const called: string[] = []
  const note = (call: string) => {
    // A run that asks for ever leaves nobody a turn to find out.
    assert.ok(called.length < CALLS_MAX, called.join())
    called.push(call)
  }
  const sent: Addresses[] = []
  const names = { accountName: null, contactName: 'Ada Lovelace' }
  const appended: Append[] = []
  let readsLeft = failingReads
  const crm: Pick<Crm, 'modules' | 'readContact' | 'readProducts' | 'createRecord'> = {
    modules: a.modules,
    async readContact(): Promise<CallResult<ContactDetails>> {
      note('contact')
      readsLeft -= 1
      return readsLeft >= 0 ? a.unknown : a.done({ accountId: null, addresses, names })
    },
    async readProducts() {
      note('products')
      return a.done([a.product])
    },
    async createRecord(record) {
      note(record.step)
      if ('addresses' in record) sent.push(record.addresses)
      return a.done(IDS[record.step])
    },
  }
  const store: Pick<SaleStore, 'append'> = {
    async append(append) {
      appended.push(append)
    },
  }
  const begun = past.map((event) => ({ ...event, at: clock.now() }))
  // Neither a look-up nor a delete is due, and nothing else of the store is used by a run.
  const calling = {
    crm: crm as Crm,
    watchCalls: (watched: Crm) => watched,
    organisation: () => undefined,
    clock,
    requestTimeoutMs: 1_000,
  }
  const runSale = makeRunSale({
    perform: makePerform(calling),
    crm: calling.crm,
    store: store as SaleStore,
    clock,
    random: { saleId: () => a.saleId, fraction: () => 0 },
    logger: SILENT,
    meter: SILENT_METER,
    policy: a.policy,
    mailDomain: 'gateway.example',
    onMail: () => undefined,
  })
  const run = (isTakenUp: boolean) =>
    runSale(
      {
        sale: takeUp(a.saleId, begun, clock.instant()),
        sequence: begun.length,
        client: 'web-shop',
        names: { saleId: a.saleId },
        requestedAt: clock.instant(),
        since: clock.instant(),
      },
      {
        onState: () => undefined,
        leave: new AbortController().signal,
        interrupted: isTakenUp ? { type: 'interrupted' } : undefined,
        readAhead: undefined,
        pause: (ms) => clock.sleep(ms),
        untilRetry: (ms) => clock.sleep(ms),
      },
    )
  const types = () => appended.flatMap(({ events }) => events.map(({ type }) => type))
  return { clock, run, called, sent, types }
}

describe('The run of a sale', () => {
  it('reads the contact once, with the products, and creates the three records', async () => {
    const { run, called, sent, types } = setUp([a.requested])
    await run(false)
    assert.deepEqual(called, ['contact', 'products', 'deal', 'quote', 'salesOrder'])
    assert.deepEqual(sent, [ADDRESSES, ADDRESSES])
    const completed = ['SalesOrderCreated', 'SaleCompleted']
    assert.deepEqual(types(), ['SalePriced', 'DealCreated', 'QuoteCreated', ...completed])
  })

  it('reads the contact once before the next create of a sale that it takes up', async () => {
    const { run, called, sent, clock } = setUp([a.requested, a.priced, a.dealCreated])
    const ended = run(true)
    // The step that was cut off waits for its second look.
    await untilCalled(called, 3)
    clock.advance(a.policy.settleMs - 1)
    assert.deepEqual(called, ['contact', 'quote', 'salesOrder'])
    assert.deepEqual(sent, [ADDRESSES, ADDRESSES])
    void ended
  })

  it('reads a contact without an account no more often', async () => {
    const { run, called, sent } = setUp([a.requested, a.priced, a.dealCreated], { addresses: null })
    void run(true)
    await untilCalled(called, 3)
    assert.deepEqual(called, ['contact', 'quote', 'salesOrder'])
    assert.deepEqual(sent, [null, null])
  })

  it('sends no create before the contact was read', async () => {
    const { run, called, clock } = setUp([a.requested, a.priced], { failingReads: 2 })
    void run(true)
    await untilCalled(called, 1)
    clock.advance(200)
    await untilCalled(called, 2)
    clock.advance(400)
    await untilCalled(called, 6)
    assert.deepEqual(called, ['contact', 'contact', 'contact', 'deal', 'quote', 'salesOrder'])
  })
})

const TURNS_MAX = 1_000

/** Lets the run have its turns until it has made so many calls. */
async function untilCalled(called: readonly string[], count: number): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (called.length >= count && turn > count) return
  }
  assert.fail(`only ${called.join()} were called`)
}
