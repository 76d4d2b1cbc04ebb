// The reads of a new sale overlap the commit of its first event; all else waits for that commit.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../../src/application/base/errors.ts'
import type { ContactDetails, Crm } from '../../../src/application/crm/crm.port.ts'
import { type CreateSaleResult, makeCreateSale } from '../../../src/application/sale/create-sale.ts'
import { makePerform } from '../../../src/application/sale/run/perform.ts'
import { makeReadAhead } from '../../../src/application/sale/run/read-ahead.ts'
import { makeRunSale } from '../../../src/application/sale/run/run-sale.ts'
import { makeRunningSales } from '../../../src/application/sale/run/running-sales.ts'
import type {
  Append,
  Claimed,
  SaleStore,
} from '../../../src/application/sale/run/sale-store.port.ts'
import type { CallResult } from '../../../src/domain/sale/outcome.ts'
import * as a from '../../support/examples/sale-examples.ts'
import { actor, saleIdOf } from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { SILENT_METER } from '../../support/fakes/silent-meter.ts'

const IDS = { deal: a.dealId, quote: a.quoteId, salesOrder: a.salesOrderId }
const READS = ['contact', 'products']
const CREATES = ['deal', 'quote', 'salesOrder']

type Contact = CallResult<ContactDetails | null>
const FOUND: Contact = a.done({
  accountId: null,
  addresses: null,
  names: { accountName: null, contactName: null },
})

/** One request for a sale. The test decides when its commit and its read of the contact end, and how. */
function setUp() {
  const clock = new ManualClock()
  const begin = Promise.withResolvers<Claimed | undefined>()
  const contact = Promise.withResolvers<Contact>()
  const sent: string[] = []
  const appended: string[] = []
  const logged: unknown[] = []
  const lost: unknown[] = []
  let released = 0
  let isDraining = false
  const release = () => {
    released += 1
  }
  const crm: Pick<Crm, 'modules' | 'readContact' | 'readProducts' | 'createRecord'> = {
    modules: a.modules,
    readContact() {
      sent.push('contact')
      return sent.filter((call) => call === 'contact').length === 1
        ? contact.promise
        : Promise.resolve(FOUND)
    },
    async readProducts() {
      sent.push('products')
      return a.done([a.product])
    },
    async createRecord({ step }) {
      sent.push(step)
      return a.done(IDS[step])
    },
  }
  const stored: Pick<SaleStore, 'begin' | 'findClaim' | 'load' | 'append'> = {
    begin: () => begin.promise,
    findClaim: async () => undefined,
    load: async () => [a.requested],
    append: async ({ events }: Append) => void appended.push(...events.map(({ type }) => type)),
  }
  // No other call of these ports is due for a sale that is completed, refused or not begun.
  const [store, wholeCrm] = [stored as SaleStore, crm as Crm]
  const line = (...words: unknown[]) => void logged.push(words)
  const logger = { info: line, warn: line, error: line }
  const { policy } = a
  const random = { saleId: () => a.saleId, fraction: () => 0 }
  const onLost = (error: unknown) => void lost.push(error)
  const perform = makePerform({
    crm: wholeCrm,
    watchCalls: (crm) => crm,
    organisation: () => undefined,
    clock,
    requestTimeoutMs: 1_000,
  })
  const recording = { store, crm: wholeCrm, clock, random, logger, meter: SILENT_METER, policy }
  const runSale = makeRunSale({ ...recording, perform, mailDomain: 'x.example', onMail() {} })
  const sales = makeRunningSales({ runSale, clock, logger, onLost })
  const createSale = makeCreateSale({
    ...{ store, sales, clock, random, onLost },
    readAhead: makeReadAhead({ perform, clock, policy }),
    pace: { lateMs: () => 0 },
    admission: {
      reserveSale: () => ({ admitted: true, release }),
      lookUp: () => ({ admitted: true }),
      closed: () => undefined,
    },
    reportUnreadable: async () => undefined,
    isDraining: () => isDraining,
  })
  const { products } = a.requested.data
  const result = createSale({
    contactId: a.contactId,
    products,
    idempotencyKey: 'order-4711',
    actor,
  }).then(nameOf, (error: unknown) => String(error))
  const drain = () => {
    isDraining = true
    return sales.drain()
  }
  const made = { clock, begin, contact, sales, result, drain, released: () => released }
  return { ...made, sent, appended, logged, lost }
}

function nameOf(result: CreateSaleResult): string {
  if (result.type === 'turnedAway') return `turned away: ${result.why}`
  return 'answer' in result ? `${result.type}: ${result.answer.type}` : result.type
}

type Trial = ReturnType<typeof setUp>

/** Lets all that can happen without time happen. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** How the commit ends where the sale does not begin, and what becomes of the request. */
const NOT_BEGUN: readonly {
  readonly how: string
  readonly end: (begin: Trial['begin']) => void
  readonly result: string
  readonly losses?: number
}[] = [
  {
    how: 'an earlier sale holds its key',
    end: ({ resolve }) => resolve({ saleId: saleIdOf(7), sameRequest: true }),
    result: 'stillRunning',
  },
  {
    how: 'another request holds its key',
    end: ({ resolve }) => resolve({ saleId: saleIdOf(7), sameRequest: false }),
    result: 'keyReused',
  },
  {
    how: 'the database takes nothing',
    end: ({ reject }) => reject(new AppError('unavailable', 'busy')),
    result: 'turned away: storage',
  },
  {
    how: 'other instances took this one for dead',
    end: ({ reject }) => reject(new AppError('conflict', 'dead')),
    result: 'turned away: storage',
  },
  {
    how: 'nobody knows what is on disk',
    end: ({ reject }) => reject(new AppError('lost', 'the disk failed')),
    result: 'silent',
    losses: 1,
  },
  {
    how: 'the store has a bug',
    end: ({ reject }) => reject(new TypeError('a bug')),
    result: 'TypeError: a bug',
  },
]

/** How the read of the contact ends, and what is recorded of a sale that begins. */
const READ_ENDS: readonly {
  readonly how: string
  readonly contact: Contact | Error
  readonly result: string
  readonly sent: readonly string[]
  readonly appended: readonly string[]
}[] = [
  {
    how: 'is done',
    contact: FOUND,
    result: 'answered: succeeded',
    sent: [...READS, ...CREATES],
    appended: ['SalePriced', 'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'SaleCompleted'],
  },
  {
    how: 'finds no contact',
    contact: a.done(null),
    result: 'answered: failed',
    sent: READS,
    appended: ['CompensationRequired', 'SaleRolledBack'],
  },
  {
    how: 'is not answered',
    contact: a.unknown,
    result: 'answered: succeeded',
    sent: [...READS, ...READS, ...CREATES],
    appended: ['SalePriced', 'DealCreated', 'QuoteCreated', 'SalesOrderCreated', 'SaleCompleted'],
  },
  {
    how: 'meets a bug',
    contact: new TypeError('a bug'),
    result: 'silent',
    sent: READS,
    appended: [],
  },
]

function endRead({ contact }: Trial, end: Contact | Error): void {
  if (end instanceof Error) contact.reject(end)
  else contact.resolve(end)
}

describe('The commit of a new sale and its reads', () => {
  for (const read of READ_ENDS) {
    for (const isReadFirst of [true, false]) {
      const order = isReadFirst ? 'before' : 'after'

      it(`go on as ever where the read ${read.how} ${order} the commit`, async () => {
        const t = setUp()
        await turn()
        assert.deepEqual(t.sent, READS)
        if (isReadFirst) endRead(t, read.contact)
        else t.begin.resolve(undefined)
        await turn()
        assert.deepEqual([t.sent, t.appended], [READS, []])
        assert.deepEqual(t.logged, [])
        endRead(t, read.contact)
        t.begin.resolve(undefined)
        await turn()
        // The pause before the next attempt at the reads.
        t.clock.advance(200)
        assert.equal(await t.result, read.result)
        assert.deepEqual(t.sent, read.sent)
        assert.deepEqual(t.appended, read.appended)
        assert.equal(t.released(), 0)
      })

      for (const { how, end, result, losses = 0 } of NOT_BEGUN) {
        it(`leave no trace where ${how}, and the read ${read.how} ${order} that`, async () => {
          const t = setUp()
          await turn()
          if (isReadFirst) endRead(t, read.contact)
          await turn()
          end(t.begin)
          assert.equal(await t.result, result)
          endRead(t, read.contact)
          await turn()
          t.clock.advance(a.policy.deadlineMs)
          await turn()
          assert.deepEqual(t.sent, READS)
          assert.deepEqual(t.appended, [])
          assert.deepEqual(t.logged, [])
          assert.equal(t.lost.length, losses)
          assert.equal(t.released(), 1)
          assert.ok(!t.sales.retryNow(a.saleId), 'a run of it is left')
        })
      }
    }
  }

  it('end in an answer where the service is told to stop between them', async () => {
    const t = setUp()
    await turn()
    t.contact.resolve(FOUND)
    await t.drain()
    t.begin.resolve(undefined)
    assert.equal(await t.result, 'answered: succeeded')
    assert.deepEqual(t.appended.at(-1), 'SaleCompleted')
    await t.drain()
  })

  it('do not end with the deadline: a commit that takes longer is rolled back at once', async () => {
    const t = setUp()
    await turn()
    t.contact.resolve(FOUND)
    t.clock.advance(a.policy.deadlineMs)
    t.begin.resolve(undefined)
    await turn()
    // The wait for a deadline that has passed is over at once.
    t.clock.advance(0)
    assert.equal(await t.result, 'answered: failed')
    assert.deepEqual(t.sent, READS)
    assert.deepEqual(t.appended, ['CompensationRequired', 'SaleRolledBack'])
  })
})
