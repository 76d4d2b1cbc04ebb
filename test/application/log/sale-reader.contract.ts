import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SaleQuery } from '../../../src/application/log/sale-reader.port.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import {
  contactId,
  dealCreated,
  dealId,
  now,
  priced,
  quoteId,
  requested,
  salesOrderId,
} from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'

const otherContactId = '550428000000001002' as CrmId

/** Sales 1 to 5, a minute apart: 2 is of another client, 3 of another contact, 4 failed. */
async function beginFive(stores: a.Stores): Promise<void> {
  for (const number of [1, 2, 3, 4, 5]) {
    const data = number === 3 ? { ...requested.data, contactId: otherContactId } : requested.data
    const event = { ...requested, at: a.later(number * 60_000), data }
    const first = a.firstOf(a.saleIdOf(number), {
      event,
      client: number === 2 ? 'kiosk' : a.client,
    })
    await stores.sales.begin(first, undefined, event.at)
    if (number === 4) {
      await stores.sales.append(a.appendOf(a.saleIdOf(4), [event], [a.failed, ...a.rolledBack]))
    }
  }
}

/** What `SaleReader` promises, of any adapter. */
export function saleReaderContract(kind: a.StoreKind): void {
  describe(`SaleReader contract: ${kind.name}`, () => {
    // what is asked, the numbers of the sales in the answer
    const QUERIES: readonly (readonly [Omit<SaleQuery, 'limit'>, readonly number[]])[] = [
      [{}, [5, 4, 3, 2, 1]],
      [{ client: 'kiosk' }, [2]],
      [{ client: 'nobody' }, []],
      [{ status: 'rolled_back' }, [4]],
      [{ status: 'in_progress', client: a.client }, [5, 3, 1]],
      [{ contactId: otherContactId }, [3]],
      [{ failedStep: 'quote' }, [4]],
      [{ failedStep: 'deal' }, []],
      [
        { failedStep: 'quote', client: a.client, status: 'rolled_back', from: a.later(240_000) },
        [4],
      ],
      [{ failedStep: 'quote', client: 'kiosk' }, []],
      [{ from: a.later(120_000), to: a.later(240_000) }, [3, 2]],
      [{ after: 'no cursor' }, [5, 4, 3, 2, 1]],
      [{ after: '-3' }, [5, 4, 3, 2, 1]],
    ]
    for (const [query, numbers] of QUERIES) {
      it(`lists ${numbers.join(' ') || 'nothing'} for ${JSON.stringify(query)}`, async () => {
        await using stores = await kind.fresh()
        await beginFive(stores)
        const { sales, next } = await stores.saleReader.list({ ...query, limit: 5 })
        assert.deepEqual(
          sales.map(({ saleId }) => saleId),
          numbers.map(a.saleIdOf),
        )
        assert.equal(next, null)
      })
    }

    it('lists page by page, and has no cursor after the last page', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const pages: string[][] = []
      let after: string | undefined
      do {
        const { sales, next } = await stores.saleReader.list({ client: a.client, after, limit: 2 })
        pages.push(sales.map(({ saleId }) => saleId))
        after = next ?? undefined
      } while (after !== undefined)
      assert.deepEqual(pages, [[5, 4].map(a.saleIdOf), [3, 1].map(a.saleIdOf)])
    })

    it('shows a sale with its events in order, as they are published', async () => {
      await using stores = await kind.fresh()
      const saleId = a.saleIdOf(1)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      await stores.sales.begin(a.firstOf(a.saleIdOf(2)), undefined, now)
      const before = [requested, priced, dealCreated]
      await stores.sales.append(a.appendOf(saleId, [requested], [priced, dealCreated]))
      await stores.sales.append(a.appendOf(saleId, before, [a.failed]))
      const shown = await stores.saleReader.show(saleId, a.client)
      assert.ok(shown !== undefined)
      const { events, ...summary } = shown
      assert.deepEqual(summary, {
        saleId,
        client: a.client,
        status: 'rolling_back',
        contactId,
        dealId,
        quoteId: null,
        salesOrderId: null,
        requestedAt: now,
        endedAt: null,
        failure: { step: 'quote', message: 'the CRM said: INVALID_DATA' },
        atRest: false,
      })
      const at = '2026-11-23T10:00:00.000Z'
      const rest = { saleId, version: 1, at, actor: a.actor }
      assert.deepEqual(
        events.map(({ prev, ...event }) => event),
        [requested, priced, dealCreated, a.failed].map(({ type, data }, index) => {
          const position = index === 0 ? 1 : index + 2
          return { position, sequence: index + 1, type, data, ...rest }
        }),
      )
      // Each names the one before it in its sale.
      assert.deepEqual(
        events.map(({ prev }) => (prev === null ? null : /^[0-9a-f]{64}$/.test(prev ?? ''))),
        [null, true, true, true],
      )
    })

    it('shows who asked, and the calls, as they were stored', async () => {
      await using stores = await kind.fresh()
      const saleId = a.saleIdOf(1)
      const actor = {
        ...a.actor,
        requestId: 'order-4711',
        address: '2001:db8::1',
        userAgent: null,
        software: 'plg-sales-gateway/0.1.0',
      }
      await stores.sales.begin({ ...a.firstOf(saleId), actor }, undefined, now)
      const callsMade = { calls: [a.createCall], earlierCalls: 3 }
      await stores.sales.append({ ...a.appendOf(saleId, [requested], [a.failed]), callsMade })
      const [first, second] = (await stores.saleReader.show(saleId, a.client))?.events ?? []
      assert.deepEqual(first?.actor, actor)
      assert.deepEqual([second?.calls, second?.earlierCalls], [[a.createCall], 3])
      assert.deepEqual(await stores.saleReader.events(0, 9), [first, second])
    })

    it('lists what became of each sale', async () => {
      await using stores = await kind.fresh()
      const [done, undone] = [a.saleIdOf(1), a.saleIdOf(2)] as const
      for (const saleId of [done, undone]) {
        await stores.sales.begin(a.firstOf(saleId), undefined, now)
      }
      await stores.sales.append(a.appendOf(done, [requested], [priced, ...a.completed]))
      await stores.sales.append(a.appendOf(undone, [requested], [a.failed, ...a.rolledBack]))
      const shared = { client: a.client, contactId, requestedAt: now, atRest: true }
      const failure = { step: 'quote', message: 'the CRM said: INVALID_DATA' }
      const ids = { dealId, quoteId, salesOrderId }
      const noIds = { dealId: null, quoteId: null, salesOrderId: null }
      assert.deepEqual((await stores.saleReader.list({ limit: 9 })).sales, [
        {
          saleId: undone,
          status: 'rolled_back',
          ...noIds,
          endedAt: a.later(5),
          failure,
          ...shared,
        },
        {
          saleId: done,
          status: 'completed',
          ...ids,
          endedAt: a.later(7),
          failure: null,
          ...shared,
        },
      ])
    })

    it('shows a sale and its events as they were at one moment', async () => {
      await using stores = await kind.fresh()
      const saleId = a.saleIdOf(1)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      const [shown] = await Promise.all([
        stores.saleReader.show(saleId, undefined),
        stores.sales.append(a.appendOf(saleId, [requested], [a.failed, ...a.rolledBack])),
      ])
      const types = shown?.events.map(({ type }) => type)
      assert.equal(types?.includes('SaleRolledBack'), shown?.status === 'rolled_back')
    })

    it('shows no sale that is unknown, or of another client', async () => {
      await using stores = await kind.fresh()
      const saleId = a.saleIdOf(1)
      await stores.sales.begin(a.firstOf(saleId), undefined, now)
      assert.equal(await stores.saleReader.show(a.saleIdOf(2), undefined), undefined)
      assert.equal(await stores.saleReader.show(saleId, 'kiosk'), undefined)
      assert.equal((await stores.saleReader.show(saleId, undefined))?.saleId, saleId)
    })

    it('reads the whole log, oldest first, after any position', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const positions = async (after: number, limit: number) =>
        (await stores.saleReader.events(after, limit)).map(({ position }) => position)
      assert.deepEqual(await positions(0, 100), [1, 2, 3, 4, 5, 6, 7, 8])
      assert.deepEqual(await positions(2, 3), [3, 4, 5])
      assert.deepEqual(await positions(8, 3), [])
    })

    it('finds the sales whose id ends with a text, newest first', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const endingWith = async (text: string, limit = 9) =>
        (await stores.saleReader.endingWith(text, limit)).map(({ saleId }) => saleId)
      assert.deepEqual(await endingWith('00000003'), [a.saleIdOf(3)])
      assert.deepEqual(await endingWith('0000000', 9), [])
      assert.deepEqual(await endingWith('019ab123'), [])
      const all = await endingWith(a.saleIdOf(1).slice(-12, -1))
      assert.deepEqual(all, [])
      await stores.sales.begin(a.firstOf(a.saleIdOf(15)), undefined, now)
      assert.deepEqual(await endingWith('5'), [15, 5].map(a.saleIdOf))
      assert.deepEqual(await endingWith('5', 1), [a.saleIdOf(15)])
    })

    it('finds the sales it knows, each with the position where it begins', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const wanted = [5, 9, 1, 4].map(a.saleIdOf)
      const found = await stores.saleReader.find(wanted)
      const byId = new Map(found.map((sale) => [sale.saleId, sale]))
      assert.equal(found.length, 3)
      assert.deepEqual(
        [1, 4, 5].map((number) => byId.get(a.saleIdOf(number))?.position),
        [1, 4, 8],
      )
      const { position: _, ...summary } = byId.get(a.saleIdOf(4)) ?? assert.fail('sale 4 is known')
      const { events: __, ...shown } =
        (await stores.saleReader.show(a.saleIdOf(4), undefined)) ?? assert.fail('sale 4 is shown')
      assert.deepEqual(summary, shown)
      assert.deepEqual(await stores.saleReader.find([]), [])
    })

    it('finds whose own records these are, but for sales that are rolled back', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const event = (number: number) => ({ ...requested, at: a.later(number * 60_000) })
      const append = (number: number, ...later: readonly SaleEvent[]) =>
        stores.sales.append(a.appendOf(a.saleIdOf(number), [event(number)], later))
      await append(1, priced, ...a.completed)
      await append(5, priced, { ...dealCreated, data: { dealId: '77' as CrmId } })
      const owners = async (...asked: Parameters<typeof stores.saleReader.owners>) =>
        (await stores.saleReader.owners(...asked)).map(({ saleId }) => saleId)
      // Sale 4 had the same Deal as sale 1, and is rolled back.
      assert.deepEqual(await owners('deal', [dealId]), [a.saleIdOf(1)])
      assert.deepEqual(await owners('deal', [dealId, '77' as CrmId]), [1, 5].map(a.saleIdOf))
      assert.deepEqual(await owners('quote', [quoteId]), [a.saleIdOf(1)])
      assert.deepEqual(await owners('salesOrder', [salesOrderId]), [a.saleIdOf(1)])
      assert.deepEqual(await owners('quote', [dealId]), [])
      assert.deepEqual(await owners('deal', []), [])
    })

    it('names each client once', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await stores.saleReader.clients(10), [])
      await beginFive(stores)
      assert.deepEqual(await stores.saleReader.clients(10), ['kiosk', a.client])
      assert.deepEqual(await stores.saleReader.clients(1), ['kiosk'])
    })

    it('names clients in the order of their bytes, whatever language the database speaks', async () => {
      await using stores = await kind.fresh()
      const names = ['B', 'a', 'a-b', 'ab', 'iz', 'z', 'ı']
      for (const [index, client] of names.toReversed().entries()) {
        await stores.sales.begin(a.firstOf(a.saleIdOf(index), { client }), undefined, now)
      }
      assert.deepEqual(await stores.saleReader.clients(10), names)
      assert.deepEqual(await stores.finds.clientsBeginningWith('a', 10), ['a', 'a-b', 'ab'])
    })

    it('knows the amount of a sale once it is priced', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const saleId = a.saleIdOf(5)
      const event = { ...requested, at: a.later(300_000) }
      await stores.sales.append(a.appendOf(saleId, [event], [priced]))
      const amounts = await stores.saleReader.amountsOf([4, 5, 9].map(a.saleIdOf))
      assert.deepEqual([...amounts], [[saleId, '2599.80']])
      assert.equal((await stores.saleReader.amountsOf([])).size, 0)
    })

    it('knows the amount of a sale with its currency, where the log has one', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const saleId = a.saleIdOf(5)
      const event = { ...requested, at: a.later(300_000) }
      const inDollars = { ...priced, data: { ...priced.data, currency: 'USD' } }
      await stores.sales.append(a.appendOf(saleId, [event], [inDollars]))
      assert.equal((await stores.saleReader.amountsOf([saleId])).get(saleId), '2599.80 USD')
    })

    it('knows the mails that name a sale, and what became of them', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const [told, waiting] = [a.mailOf(a.saleIdOf(1)), a.mailOf(a.saleIdOf(2))]
      for (const mail of [told, waiting]) {
        const { saleId } = mail
        assert.ok(saleId !== null)
        const event = { ...requested, at: a.later(saleId === a.saleIdOf(1) ? 60_000 : 120_000) }
        await stores.sales.append(a.appendOf(saleId, [event], [a.failed], [mail]))
      }
      const told1 = { ...told, saleIds: [a.saleIdOf(1)], attempts: 0 }
      await stores.outbox.markSent(told1, a.later(3), a.BY_SMTP)
      await stores.outbox.postpone(
        { ...waiting, saleIds: [a.saleIdOf(2)], attempts: 0 },
        a.later(9),
      )
      const shared = { about: 'failed', createdAt: now }
      assert.deepEqual(await stores.saleReader.mailsOf(a.saleIdOf(1)), [
        {
          ...shared,
          messageId: told.messageId,
          attempts: 0,
          sentAt: a.later(3),
          handedOver: a.BY_SMTP,
        },
      ])
      assert.deepEqual(await stores.saleReader.mailsOf(a.saleIdOf(2)), [
        { ...shared, messageId: waiting.messageId, attempts: 1, sentAt: null, handedOver: null },
      ])
      assert.deepEqual(await stores.saleReader.mailsOf(a.saleIdOf(3)), [])
    })

    it('counts the sales that are not at rest by their status, the oldest ones', async () => {
      await using stores = await kind.fresh()
      const none = { in_progress: 0, completed: 0, rolling_back: 0, stuck: 0 }
      assert.deepEqual(await stores.saleReader.open(9), { counts: none, oldestAt: undefined })
      await beginFive(stores)
      const event = { ...requested, at: a.later(360_000) }
      await stores.sales.begin(a.firstOf(a.saleIdOf(6), { event }), undefined, event.at)
      await stores.sales.append(a.appendOf(a.saleIdOf(6), [event], [a.failed]))
      const oldestAt = a.later(60_000)
      const counts = { ...none, in_progress: 4, rolling_back: 1 }
      assert.deepEqual(await stores.saleReader.open(9), { counts, oldestAt })
      const oldestTwo = { ...none, in_progress: 2 }
      assert.deepEqual(await stores.saleReader.open(2), { counts: oldestTwo, oldestAt })
    })

    it('reads the sales in the order in which they began, page by page', async () => {
      await using stores = await kind.fresh()
      await beginFive(stores)
      const placed = async (after: number, limit: number) =>
        (await stores.saleReader.began(after, limit)).map(({ saleId, position }) => [
          saleId,
          position,
        ])
      const all = [1, 2, 3, 4, 8].map((position, i) => [a.saleIdOf(i + 1), position])
      assert.deepEqual(await placed(0, 10), all)
      assert.deepEqual(await placed(0, 2), all.slice(0, 2))
      assert.deepEqual(await placed(2, 10), all.slice(2))
      assert.deepEqual(await placed(8, 10), [])
    })
  })
}
