import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PageAsked, SaleFilter } from '../../../src/application/desk/sale-totals.port.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { DecimalText } from '../../../src/domain/money.ts'
import type { SaleEvent, SalePriced } from '../../../src/domain/sale/events.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { dealCreated, now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const HOUR_MS = 3_600_000

const [DONE, FAILED] = [a.completed, [dealCreated, a.failed, ...a.rolledBack]] as const

/** Adds sale `number`, an hour after the one before, with the amount `words`: `39.98 USD`. */
async function add(
  { sales }: a.Stores,
  number: number,
  words: string | undefined,
  rest: readonly SaleEvent[] = [],
  { client = a.client, contactId = requested.data.contactId } = {},
): Promise<void> {
  const event = {
    ...requested,
    at: a.later(number * HOUR_MS),
    data: { ...requested.data, contactId },
  }
  await sales.begin(a.firstOf(a.saleIdOf(number), { client, event }), undefined, event.at)
  const its = [...(words === undefined ? [] : [pricedAt(words)]), ...rest]
  // One by one, as the gateway records them.
  for (const [index, next] of its.entries()) {
    const before = [event, ...its.slice(0, index)]
    await sales.append(a.appendOf(a.saleIdOf(number), before, [next]))
  }
}

function pricedAt(words: string): SalePriced {
  const [amount, currency] = words.split(' ')
  const data = { ...priced.data, amount: amount as DecimalText }
  return { ...priced, data: currency === undefined ? data : { ...data, currency } }
}

/** Totals as one line each: `completed USD 2 of 2: 40.00`. */
async function totalsOf(stores: a.Stores, filter: SaleFilter = {}): Promise<readonly string[]> {
  return (await stores.saleTotals.totals(filter)).map(lineOf)
}

function lineOf(total: {
  readonly status: string
  readonly currency: string | null
  readonly sales: number
  readonly summed: number
  readonly sum: string
}): string {
  const { status, currency, sales, summed, sum } = total
  return `${status} ${currency ?? '-'} ${summed} of ${sales}: ${sum}`
}

/** What `SaleTotals` promises, of any adapter. */
export function saleTotalsContract(kind: a.StoreKind): void {
  describe(`SaleTotals contract: ${kind.name}`, () => {
    it('adds up by status and currency, exactly', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await totalsOf(stores), [])
      for (const number of [1, 2, 3]) await add(stores, number, '0.10 EUR', DONE)
      await add(stores, 4, '1500 JPY', DONE)
      await add(stores, 5, '19.99 EUR', FAILED)
      await add(stores, 6, '7.001 KWD', [dealCreated])
      await add(stores, 7, undefined)
      await add(stores, 8, undefined, [a.failed])
      assert.deepEqual(await totalsOf(stores), [
        'completed EUR 3 of 3: 0.30',
        'completed JPY 1 of 1: 1500',
        'in_progress - 0 of 1: 0',
        'in_progress KWD 1 of 1: 7.001',
        'rolled_back EUR 1 of 1: 19.99',
        'rolling_back - 0 of 1: 0',
      ])
    })

    it('loses no digit of a large sum, and says which amounts are not in it', async () => {
      await using stores = await kind.fresh()
      for (let number = 1; number <= 11; number += 1) {
        await add(stores, number, '9999999999999.99', DONE)
      }
      await add(stores, 12, '99999999999999.99', DONE)
      assert.deepEqual(await totalsOf(stores), ['completed - 11 of 12: 109999999999999.89'])
    })

    it('takes sales without a currency together, whatever the decimals of their amounts', async () => {
      await using stores = await kind.fresh()
      await add(stores, 1, '1.5', DONE)
      await add(stores, 2, '2.25', DONE)
      await add(stores, 3, '0.05', DONE)
      assert.deepEqual(await totalsOf(stores), ['completed - 3 of 3: 3.80'])
    })

    it('counts only the sales that fit the filter', async () => {
      await using stores = await kind.fresh()
      const other = '550428000000001002' as CrmId
      await add(stores, 1, '1.00', DONE)
      await add(stores, 2, '2.00', DONE, { client: 'kiosk' })
      await add(stores, 3, '4.00', FAILED)
      await add(stores, 4, '8.00', [], { contactId: other })
      await add(stores, 5, '16.00', DONE, { contactId: other })
      const cases: readonly (readonly [SaleFilter, readonly string[]])[] = [
        [{ status: 'completed' }, ['completed - 3 of 3: 19.00']],
        [{ status: 'in_progress' }, ['in_progress - 1 of 1: 8.00']],
        [{ client: 'kiosk' }, ['completed - 1 of 1: 2.00']],
        [{ contactId: other }, ['completed - 1 of 1: 16.00', 'in_progress - 1 of 1: 8.00']],
        [{ failedStep: 'quote' }, ['rolled_back - 1 of 1: 4.00']],
        [
          { from: a.later(2 * HOUR_MS), to: a.later(4 * HOUR_MS) },
          ['completed - 1 of 1: 2.00', 'rolled_back - 1 of 1: 4.00'],
        ],
        [{ client: 'nobody' }, []],
      ]
      for (const [filter, lines] of cases) {
        assert.deepEqual(await totalsOf(stores, filter), lines, JSON.stringify(filter))
      }
    })

    it('adds up by spans that need not be equally long', async () => {
      await using stores = await kind.fresh()
      await add(stores, 1, '1.00', DONE)
      await add(stores, 2, '2.00 USD', DONE)
      await add(stores, 3, '4.00', FAILED)
      await add(stores, 4, '8.00')
      await add(stores, 26, '16.00', DONE)
      await add(stores, 49, '32.00', DONE)
      const spans = async (filter: SaleFilter, hours: readonly number[]) => {
        const bounds = hours.map((hour) => a.later(hour * HOUR_MS))
        const found = await stores.saleTotals.spans(filter, bounds)
        return found.map((totals) => totals.map(lineOf).join(', '))
      }
      assert.deepEqual(await spans({}, [1, 3, 25, 26, 49]), [
        'completed - 1 of 1: 1.00, completed USD 1 of 1: 2.00',
        'in_progress - 1 of 1: 8.00, rolled_back - 1 of 1: 4.00',
        '',
        'completed - 1 of 1: 16.00',
      ])
      assert.deepEqual(await spans({ status: 'completed' }, [0, 3, 30]), [
        'completed - 1 of 1: 1.00, completed USD 1 of 1: 2.00',
        'completed - 1 of 1: 16.00',
      ])
      const from = a.later(2 * HOUR_MS)
      assert.deepEqual(await spans({ from }, [0, 3, 4]), [
        'completed USD 1 of 1: 2.00',
        'rolled_back - 1 of 1: 4.00',
      ])
      assert.deepEqual(await spans({}, [5]), [])
      assert.deepEqual(await spans({}, []), [])
      const bounds = Array.from({ length: 402 }, (_, index) => (now + index) as EpochMs)
      await assert.rejects(stores.saleTotals.spans({}, bounds), /402 bounds/)
    })

    it('adds up by client, those with the most sales first', async () => {
      await using stores = await kind.fresh()
      const kiosk = { client: 'kiosk' }
      await add(stores, 1, '1.00', DONE, kiosk)
      await add(stores, 2, '2.00 USD', DONE, kiosk)
      await add(stores, 3, '4.00', FAILED, kiosk)
      await add(stores, 4, '8.00', [], kiosk)
      await add(stores, 5, '16.00', DONE)
      await add(stores, 6, '0.5', DONE)
      await add(stores, 7, undefined, [], { client: 'app' })
      const byClient = async (filter: SaleFilter) => {
        const found = await stores.saleTotals.byClient(filter)
        return found.map(({ client, totals }) => `${client}: ${totals.map(lineOf).join(', ')}`)
      }
      assert.deepEqual(await byClient({}), [
        'kiosk: completed - 1 of 1: 1.00, completed USD 1 of 1: 2.00, in_progress - 1 of 1: 8.00, rolled_back - 1 of 1: 4.00',
        `${a.client}: completed - 2 of 2: 16.50`,
        'app: in_progress - 0 of 1: 0',
      ])
      assert.deepEqual(await byClient({ status: 'completed', from: a.later(2 * HOUR_MS) }), [
        `${a.client}: completed - 2 of 2: 16.50`,
        'kiosk: completed USD 1 of 1: 2.00',
      ])
      assert.deepEqual(await byClient({ status: 'in_progress', to: a.later(7 * HOUR_MS) }), [
        'kiosk: in_progress - 1 of 1: 8.00',
      ])
      assert.deepEqual(await byClient({ from: a.later(9 * HOUR_MS) }), [])
    })

    it('pages forward and back, each page with its place in the whole', async () => {
      await using stores = await kind.fresh()
      for (let number = 1; number <= 7; number += 1) {
        await add(stores, number, undefined, [], { client: number === 4 ? 'kiosk' : a.client })
      }
      const page = async (asked: PageAsked, filter: SaleFilter = {}, limit = 3) => {
        const { sales, before, hasOlder } = await stores.saleTotals.page(filter, asked, limit)
        const numbers = sales.map(({ saleId }) => Number(saleId.slice(-4)))
        return [numbers.join(' '), before, hasOlder]
      }
      assert.deepEqual(await page({ at: 'newest' }), ['7 6 5', 0, true])
      assert.deepEqual(await page({ at: 'older', than: 5 }), ['4 3 2', 3, true])
      assert.deepEqual(await page({ at: 'older', than: 2 }), ['1', 6, false])
      assert.deepEqual(await page({ at: 'oldest' }), ['3 2 1', 4, false])
      assert.deepEqual(await page({ at: 'newer', than: 1 }), ['4 3 2', 3, true])
      // Two are newer, and the first page has three.
      assert.deepEqual(await page({ at: 'newer', than: 5 }), ['7 6 5', 0, true])
      assert.deepEqual(await page({ at: 'newest' }, { client: a.client }, 9), [
        '7 6 5 3 2 1',
        0,
        false,
      ])
      assert.deepEqual(await page({ at: 'older', than: 5 }, { client: a.client }), [
        '3 2 1',
        3,
        false,
      ])
      const from = a.later(5 * HOUR_MS)
      assert.deepEqual(await page({ at: 'older', than: 7 }, { from }), ['6 5', 1, false])
      assert.deepEqual(await page({ at: 'newest' }, { client: 'nobody' }), ['', 0, false])
      assert.deepEqual(await page({ at: 'older', than: 1 }), ['', 0, false])
    })
  })
}
