import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorCode } from '../../../../src/application/base/errors.ts'
import type { SaleId } from '../../../../src/domain/ids.ts'
import { dealCreated, priced, requested } from '../../../support/examples/sale-examples.ts'
import * as a from '../../../support/examples/store-examples.ts'
import { readable } from '../../../support/log/readable.ts'

const DAY_MS = 86_400_000
const saleId = a.saleIdOf(1)
const otherId = a.saleIdOf(2)

const isConflict = (error: unknown) => errorCode(error) === 'conflict'

/** What `SaleStore` promises, of any adapter. */
export function saleStoreContract(kind: a.StoreKind): void {
  describe(`SaleStore contract: ${kind.name}`, () => {
    it('has no events of an unknown sale', async () => {
      await using stores = await kind.fresh()
      assert.deepEqual(await stores.sales.load(saleId), [])
    })

    it('gives back what was stored, in order', async () => {
      await using stores = await kind.fresh()
      assert.equal(await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0)), undefined)
      await stores.sales.begin(a.firstOf(otherId), undefined, a.later(0))
      await stores.sales.append(a.appendOf(saleId, [requested], [priced, dealCreated]))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced, dealCreated])
      assert.deepEqual(await stores.sales.load(otherId), [requested])
    })

    it('loads a page of sales with their clients, oldest first, and leaves out unknown ones', async () => {
      await using stores = await kind.fresh()
      const [older, newer] = [otherId, saleId]
      await stores.sales.begin({ ...a.firstOf(older), client: 'kiosk' }, undefined, a.later(0))
      const first = {
        ...a.firstOf(newer),
        client: 'web-shop',
        actor: { ...a.actor, requestId: 'order-4711' },
      }
      await stores.sales.begin(first, undefined, a.later(0))
      await stores.sales.append(a.appendOf(newer, [requested], [priced, dealCreated]))
      assert.deepEqual(await stores.sales.loadMany([newer, a.saleIdOf(3), older]), {
        loaded: [
          {
            saleId: older,
            requestId: undefined,
            events: [requested],
            client: 'kiosk',
            isCopied: false,
          },
          {
            saleId: newer,
            requestId: 'order-4711',
            events: [requested, priced, dealCreated],
            client: 'web-shop',
            isCopied: false,
          },
        ],
        unreadable: [],
      })
      assert.deepEqual(await stores.sales.loadMany([]), { loaded: [], unreadable: [] })
    })

    it('stores the calls with the first of the events they led to', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const callsMade = { calls: [a.createCall, a.deleteCall], earlierCalls: 7 }
      await stores.sales.append({
        ...a.appendOf(saleId, [requested], [priced, dealCreated]),
        callsMade,
      })
      const rest = a.appendOf(saleId, [requested, priced, dealCreated], [a.failed])
      await stores.sales.append({ ...rest, callsMade: { calls: [a.deleteCall], earlierCalls: 0 } })
      const events = readable(await stores.saleReader.events(0, 9))
      assert.deepEqual(
        events.map(({ calls, earlierCalls }) => [calls, earlierCalls]),
        [
          [undefined, undefined],
          [callsMade.calls, 7],
          [undefined, undefined],
          [[a.deleteCall], undefined],
        ],
      )
      assert.ok(!Object.hasOwn(events[2] ?? {}, 'calls'))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced, dealCreated, a.failed])
    })

    it('refuses the slower of two writers and keeps the faster one whole', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const ended = await Promise.allSettled([
        stores.sales.append(a.appendOf(saleId, [requested], [priced])),
        stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [a.mailOf(saleId)])),
      ])
      assert.deepEqual(
        ended.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      )
      assert.ok(ended[1]?.status === 'rejected' && isConflict(ended[1].reason))
      assert.deepEqual(await stores.sales.load(saleId), [requested, priced])
      assert.equal(await stores.outbox.nextDueAt(), undefined)
      assert.equal((await stores.saleReader.list({ limit: 9 })).sales[0]?.status, 'in_progress')
    })

    it('refuses to append to a sale that never began', async () => {
      await using stores = await kind.fresh()
      await assert.rejects(
        stores.sales.append(a.appendOf(saleId, [requested], [priced])),
        isConflict,
      )
      assert.deepEqual(await stores.saleReader.events(0, 9), [])
    })

    it('refuses to begin a sale twice, and keeps no claim of the second', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      await assert.rejects(stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)), isConflict)
      assert.equal(await stores.sales.findClaim(a.claim, a.later(0)), undefined)
    })

    it('puts a mail in once, however often it is put in', async () => {
      await using stores = await kind.fresh()
      await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
      const mail = a.mailOf(saleId)
      await stores.sales.append(a.appendOf(saleId, [requested], [a.failed], [mail]))
      const again = { ...mail, text: 'another text' }
      await stores.sales.append(a.appendOf(saleId, [requested, a.failed], a.rolledBack, [again]))
      assert.deepEqual(await stores.outbox.due(a.later(0), 9), [
        { ...mail, saleIds: [mail.saleId], attempts: 0 },
      ])
    })

    it('lists the unfinished sales, oldest first, page by page', async () => {
      await using stores = await kind.fresh()
      const ids = [7, 3, 5, 1].map(a.saleIdOf)
      for (const id of ids) await stores.sales.begin(a.firstOf(id), undefined, a.later(0))
      const [first, second, third, fourth] = ids as [SaleId, SaleId, SaleId, SaleId]
      await stores.sales.append(a.appendOf(second, [requested], [a.failed, ...a.rolledBack]))
      assert.deepEqual(await stores.sales.unfinished(undefined, 2), [first, third])
      assert.deepEqual(await stores.sales.unfinished(third, 2), [fourth])
      assert.deepEqual(await stores.sales.unfinished(fourth, 2), [])
    })

    textContract(kind)
    claimContract(kind)
    turnContract(kind)
    processContract(kind)
  })
}

/** More than any adapter would store at once. */
const MANY = 150

const numbers = Array.from({ length: MANY }, (_, index) => index + 1)

/** Of what is asked for in one turn of the event loop, which an adapter may store together. */
function turnContract(kind: a.StoreKind): void {
  it(`stores ${MANY} sales that begin in one turn, and go on in one, each in its order`, async () => {
    await using stores = await kind.fresh()
    const claimOf = (number: number) => ({ ...a.claim, key: `order-${number}` })
    const begun = await Promise.all(
      numbers.map((n) => stores.sales.begin(a.firstOf(a.saleIdOf(n)), claimOf(n), a.later(n))),
    )
    assert.deepEqual(new Set(begun), new Set([undefined]))
    await Promise.all(
      numbers.map(async (number) => {
        const id = a.saleIdOf(number)
        await stores.sales.append(a.appendOf(id, [requested], [priced]))
        if (number % 3 > 0)
          await stores.sales.append(a.appendOf(id, [requested, priced], [a.failed]))
      }),
    )
    for (const number of numbers) {
      const events = number % 3 > 0 ? [requested, priced, a.failed] : [requested, priced]
      assert.deepEqual(await stores.sales.load(a.saleIdOf(number)), events)
      const taken = { saleId: a.saleIdOf(number), sameRequest: true }
      assert.deepEqual(await stores.sales.findClaim(claimOf(number), a.later(MANY)), taken)
    }
    const { sales } = await stores.saleReader.list({ limit: MANY })
    assert.equal(sales.length, MANY)
    assert.equal(sales.filter(({ failure }) => failure !== null).length, (MANY / 3) * 2)
  })

  it('stores a sale and what follows, all asked for in one turn', async () => {
    await using stores = await kind.fresh()
    await Promise.all([
      stores.sales.begin(a.firstOf(saleId), undefined, a.later(0)),
      stores.sales.append(a.appendOf(saleId, [requested], [priced])),
      stores.sales.append(a.appendOf(saleId, [requested, priced], [a.failed], [a.mailOf(saleId)])),
    ])
    assert.deepEqual(await stores.sales.load(saleId), [requested, priced, a.failed])
    const { sales } = await stores.saleReader.list({ limit: 9 })
    assert.deepEqual(
      sales.map((sale) => [sale.saleId, sale.client, sale.failure?.step]),
      [[saleId, a.client, 'quote']],
    )
  })

  it('makes one sale for each key of many requests in one turn, and names it to the others', async () => {
    await using stores = await kind.fresh()
    const answers = await Promise.all(
      numbers.map((number) => {
        const [key, request] = [`order-${number % 5}`, number % 10 < 5 ? '{}' : '{"products":[1]}']
        const first = a.firstOf(a.saleIdOf(number))
        return stores.sales.begin(first, { ...a.claim, key, request }, a.later(number))
      }),
    )
    const [firsts, others] = [answers.slice(0, 5), answers.slice(5)]
    assert.deepEqual(new Set(firsts), new Set([undefined]))
    for (const [index, answer] of others.entries()) {
      const number = index + 6
      const holder = ((number - 1) % 5) + 1
      const sameRequest = number % 10 < 5 === holder % 10 < 5
      assert.deepEqual(answer, { saleId: a.saleIdOf(holder), sameRequest })
    }
    assert.equal((await stores.saleReader.list({ limit: MANY })).sales.length, 5)
    assert.equal((await stores.saleReader.events(0, MANY)).length, 5)
  })

  it('refuses a conflict in the midst of good appends, and nothing else', async () => {
    await using stores = await kind.fresh()
    await Promise.all(
      numbers.map((n) => stores.sales.begin(a.firstOf(a.saleIdOf(n)), undefined, a.later(0))),
    )
    const ended = await Promise.allSettled(
      numbers.map((number) => {
        const before = number % 7 === 0 ? [requested, priced] : [requested]
        const mail = a.failureMailOf(number, a.later(number * 60_000))
        return stores.sales.append(a.appendOf(a.saleIdOf(number), before, [a.failed], [mail]))
      }),
    )
    for (const [index, end] of ended.entries()) {
      const isLate = (index + 1) % 7 === 0
      assert.equal(end.status === 'rejected' && isConflict(end.reason), isLate)
      const events = isLate ? [requested] : [requested, a.failed]
      assert.deepEqual(await stores.sales.load(a.saleIdOf(index + 1)), events)
    }
    const good = numbers.filter((number) => number % 7 > 0)
    const mails = await stores.outbox.due(a.later(MANY * 60_000), MANY)
    assert.deepEqual(
      mails.map((mail) => mail.saleId),
      good.map(a.saleIdOf),
    )
    const numbered = readable(await stores.saleReader.events(MANY, MANY))
    assert.deepEqual(
      numbered.map(({ position }) => position),
      good.map((_, index) => MANY + 1 + index),
    )
  })
}

function claimContract(kind: a.StoreKind): void {
  it('answers a taken key with the sale that holds it, and stores nothing', async () => {
    await using stores = await kind.fresh()
    assert.equal(await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)), undefined)
    const taken = { saleId, sameRequest: true }
    assert.deepEqual(await stores.sales.begin(a.firstOf(otherId), a.claim, a.later(1)), taken)
    assert.deepEqual(await stores.sales.findClaim(a.claim, a.later(1)), taken)
    assert.deepEqual(await stores.sales.load(otherId), [])
    assert.equal((await stores.saleReader.list({ limit: 9 })).sales.length, 1)
  })

  it('makes one sale of two requests that carry one key at once', async () => {
    await using stores = await kind.fresh()
    const answers = await Promise.all([
      stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0)),
      stores.sales.begin(a.firstOf(otherId), a.claim, a.later(0)),
    ])
    assert.deepEqual(answers, [undefined, { saleId, sameRequest: true }])
    assert.equal((await stores.saleReader.list({ limit: 9 })).sales.length, 1)
  })

  it('finds another request under the same key', async () => {
    await using stores = await kind.fresh()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    const other = { ...a.claim, request: '{"products":[1]}' }
    const taken = { saleId, sameRequest: false }
    assert.deepEqual(await stores.sales.findClaim(other, a.later(0)), taken)
    assert.deepEqual(await stores.sales.begin(a.firstOf(otherId), other, a.later(0)), taken)
  })

  it('keeps the keys of two clients, and two keys of one client, apart', async () => {
    await using stores = await kind.fresh()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    for (const other of [{ client: 'kiosk' }, { key: 'order-4712' }]) {
      assert.equal(await stores.sales.findClaim({ ...a.claim, ...other }, a.later(0)), undefined)
    }
  })

  it('forgets a claim after 30 days, and lets the key be used again', async () => {
    await using stores = await kind.fresh()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    await stores.sales.append(a.appendOf(saleId, [requested], [a.failed]))
    const last = a.later(30 * DAY_MS - 1)
    const gone = a.later(30 * DAY_MS)
    assert.deepEqual((await stores.sales.findClaim(a.claim, last))?.saleId, saleId)
    assert.equal(await stores.sales.findClaim(a.claim, gone), undefined)
    assert.equal(await stores.sales.begin(a.firstOf(otherId), a.claim, gone), undefined)
    assert.equal((await stores.sales.findClaim(a.claim, gone))?.saleId, otherId)
  })

  it('keeps a claim for as long as its sale is in progress', async () => {
    await using stores = await kind.fresh()
    await stores.sales.begin(a.firstOf(saleId), a.claim, a.later(0))
    const muchLater = a.later(31 * DAY_MS)
    await stores.sales.begin(a.firstOf(otherId), { ...a.claim, key: 'another' }, muchLater)
    assert.equal((await stores.sales.findClaim(a.claim, muchLater))?.saleId, saleId)
    const third = a.firstOf(a.saleIdOf(3))
    assert.equal((await stores.sales.begin(third, a.claim, muchLater))?.saleId, saleId)
  })
}

/** Of texts that a database may not take as they are. */
function textContract(kind: a.StoreKind): void {
  it('stores a text with half a surrogate pair, and reads it as U+FFFD', async () => {
    await using stores = await kind.fresh()
    const half = { ...a.failed, data: { ...a.failed.data, reason: 'no \ud83d' } }
    await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
    await stores.sales.append(a.appendOf(saleId, [requested], [half]))
    const whole = { ...half, data: { ...half.data, reason: 'no \ufffd' } }
    assert.deepEqual(await stores.sales.load(saleId), [requested, whole])
    assert.equal((await stores.saleReader.show(saleId, undefined))?.failure?.message, 'no \ufffd')
  })

  it('stores a text of every script and sign, and reads it as it was', async () => {
    await using stores = await kind.fresh()
    const reason = '\u0001\t"\'\\ $1 ? % Ağrı ışık \u202e 😂 \ufeff'
    const odd = { ...a.failed, data: { ...a.failed.data, reason } }
    const mail = { ...a.mailOf(saleId), subject: `A ${reason}`, text: reason.repeat(99) }
    await stores.sales.begin(a.firstOf(saleId), undefined, a.later(0))
    await stores.sales.append(a.appendOf(saleId, [requested], [odd], [mail]))
    assert.deepEqual(await stores.sales.load(saleId), [requested, odd])
    assert.equal((await stores.saleReader.show(saleId, undefined))?.failure?.message, reason)
    assert.deepEqual(await stores.outbox.due(a.later(0), 9), [
      { ...mail, saleIds: [saleId], attempts: 0 },
    ])
  })
}

/** Of several processes at one database. */
function processContract(kind: a.StoreKind): void {
  it('makes one sale of a hundred identical requests to four instances, owned by the one that began it', async () => {
    await using database = await kind.shared()
    await using connected = await a.connectAll(database, 4)
    const asked = Array.from({ length: 25 }, (_, round) =>
      connected.all.map(({ instance, salesOf }, index) => ({
        instance,
        saleId: a.saleIdOf(1 + 4 * round + index),
        sales: salesOf(instance),
      })),
    ).flat()
    const answers = await Promise.all(
      asked.map(({ sales, saleId }) => sales.begin(a.firstOf(saleId), a.claim, a.later(0))),
    )
    const begun = asked.filter((_, index) => answers[index] === undefined)
    assert.equal(begun.length, 1)
    const [{ saleId, instance } = assert.fail('there is one')] = begun
    const claimed = answers.filter((answer) => answer !== undefined)
    assert.equal(claimed.length, 99)
    for (const answer of claimed) assert.deepEqual(answer, { saleId, sameRequest: true })
    const [{ saleReader, instances } = assert.fail('there is one')] = connected.all
    assert.equal((await saleReader.events(0, 200)).length, 1)
    assert.deepEqual(await instances.owned(instance, undefined, 9), [{ saleId, sequence: 1 }])
  })

  it('makes one sale of many requests of two processes that carry one key at once', async () => {
    await using database = await kind.shared()
    await using one = await database.connect()
    await using other = await database.connect()
    const answers = await Promise.all(
      numbers.slice(0, 40).map((number) => {
        const { sales } = number % 2 === 0 ? one : other
        return sales.begin(a.firstOf(a.saleIdOf(number)), a.claim, a.later(0))
      }),
    )
    const first = answers.indexOf(undefined)
    const holder = a.saleIdOf(numbers[first] ?? assert.fail('there is a first one'))
    for (const [index, answer] of answers.entries()) {
      if (index === first) continue
      assert.deepEqual(answer, { saleId: holder, sameRequest: true })
    }
    assert.deepEqual(await other.sales.unfinished(undefined, 9), [holder])
    assert.equal((await one.saleReader.events(0, 99)).length, 1)
  })

  it('refuses the slower of two processes that append to one sale, and keeps the faster one', async () => {
    await using database = await kind.shared()
    await using one = await database.connect()
    await using other = await database.connect()
    await one.sales.begin(a.firstOf(saleId), undefined, a.later(0))
    const courses = [[priced], [a.failed]] as const
    const ended = await Promise.allSettled([
      one.sales.append(a.appendOf(saleId, [requested], courses[0])),
      other.sales.append(a.appendOf(saleId, [requested], courses[1])),
    ])
    const kept = ended.findIndex(({ status }) => status === 'fulfilled')
    const [late, ...more] = ended.filter((end) => end.status === 'rejected')
    assert.ok(late !== undefined && more.length === 0 && isConflict(late.reason))
    assert.deepEqual(await other.sales.load(saleId), [requested, ...(courses[kept] ?? [])])
  })

  it('goes on with a sale where another process left it', async () => {
    await using database = await kind.shared()
    await using one = await database.connect()
    await using other = await database.connect()
    await one.sales.begin(a.firstOf(saleId), undefined, a.later(0))
    await other.sales.append(a.appendOf(saleId, [requested], [priced]))
    await one.sales.append(a.appendOf(saleId, [requested, priced], [dealCreated]))
    await other.sales.append(a.appendOf(saleId, [requested, priced, dealCreated], [a.failed]))
    const events = [requested, priced, dealCreated, a.failed]
    assert.deepEqual(await one.sales.load(saleId), events)
    assert.deepEqual(await other.sales.load(saleId), events)
  })
}
