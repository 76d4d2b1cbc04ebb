import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { EVENT_GROUPS, groupOf, typesOf } from '../../../src/application/desk/event-groups.ts'
import {
  type ListedCheckpoint,
  makeListCheckpoints,
} from '../../../src/application/desk/list-checkpoints.ts'
import {
  type EventsPage,
  type EventsPageRead,
  type EventsQuery,
  LOOKED_AT_MAX,
  makeReadEventsBeside,
} from '../../../src/application/desk/read-events-beside.ts'
import { belongsToNoSale, GATEWAY } from '../../../src/application/log/event-record.ts'
import { EVENT_TYPES } from '../../../src/application/log/event-types.ts'
import { makeSignedTree } from '../../../src/application/verify/signed-tree.ts'
import { makeVerifyEvents } from '../../../src/application/verify/verify-events.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { filesIn, otherSigner, signer } from '../../support/log/audit-log.ts'
import { bodyAt, cutTail, tamper } from '../../support/log/tamper.ts'

const MINUTE_MS = 60_000

/** A log on disk with ten events of no sale, a minute apart, and a sale between them. */
async function openPlace() {
  const folder = await makeFolder()
  const files = filesIn(folder.path)
  const store = await openStore(files.db)
  const file = openCheckpointFile(files.checkpoints)
  const { tree, checkpoints, eventLog } = store
  const clock = new ManualClock()
  /** A log goes on under another key only where an operator accepted that. */
  const sign = (by = signer) =>
    makeSignCheckpoint({ tree, log: checkpoints, file, signer: by, clock })(
      by === signer ? 'events' : 'accepted',
    )
  for (let minute = 1; minute <= 10; minute += 1) {
    if (minute === 5) await store.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    const event = { type: 'CrmAccountReopened', at: a.later(minute * MINUTE_MS), data: {} } as const
    await eventLog.record(event, minute % 2 === 0 ? GATEWAY : { operator: 'root' })
  }
  const trust = { ...store, signer, checkSignature }
  const read = makeReadEventsBeside({ ...store, verifyEvents: makeVerifyEvents(trust) })
  return {
    ...store,
    files,
    sign,
    read: (query: Partial<EventsQuery> = {}) =>
      read({ page: { at: 'newest' }, limit: 100, ...query }),
    listCheckpoints: makeListCheckpoints({
      ...store,
      signedTree: makeSignedTree(trust),
      proofs: makeTreeProofs(tree),
    }),
    async [Symbol.asyncDispose]() {
      file.close()
      await store.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function positionsOf({ events }: EventsPageRead): readonly number[] {
  return events.map(({ position }) => position)
}

/** The checks of the events, in their order. */
function checksOf({ check }: EventsPageRead): readonly string[] {
  assert.ok(check.type === 'checked', check.type)
  return check.checks.map((one) => (one.type === 'wrong' ? one.why : one.type))
}

describe('The groups of the events of no sale', () => {
  it('hold each type that belongs to no sale, once', () => {
    const types = Object.keys(EVENT_TYPES).filter(belongsToNoSale)
    assert.deepEqual(typesOf().toSorted(), types.toSorted())
    assert.equal(EVENT_GROUPS.flatMap((group) => typesOf([group])).length, types.length)
    for (const type of types) assert.ok(typesOf([groupOf(type) ?? 'keys']).includes(type), type)
    assert.equal(groupOf('SaleRequested'), undefined)
    assert.equal(groupOf('toString'), undefined)
  })
})

describe('A page of the events of no sale', () => {
  it('goes from page to page, forward and back, without a gap', async () => {
    await using place = await openPlace()
    const pages: (readonly number[])[] = []
    let page: EventsPage | undefined = { at: 'newest' }
    let last: EventsPageRead | undefined
    while (page !== undefined) {
      last = await place.read({ page, limit: 4 })
      pages.push(positionsOf(last))
      page = last.older && { at: 'older', than: last.older }
    }
    assert.deepEqual(pages, [
      [11, 10, 9, 8],
      [7, 6, 4, 3],
      [2, 1],
    ])
    const back: (readonly number[])[] = []
    for (let than = last?.newer; than !== undefined; ) {
      const read: EventsPageRead = await place.read({ page: { at: 'newer', than }, limit: 4 })
      back.push(positionsOf(read))
      than = read.newer
    }
    assert.deepEqual(back, [
      [7, 6, 4, 3],
      [11, 10, 9, 8],
    ])
    const oldest = await place.read({ page: { at: 'oldest' }, limit: 4 })
    assert.deepEqual(positionsOf(oldest), [4, 3, 2, 1])
    assert.deepEqual([oldest.older, oldest.newer?.position], [undefined, 4])
    const newest = await place.read({ limit: 4 })
    assert.deepEqual([newest.newer, newest.older?.position], [undefined, 8])
  })

  it('finds the events of an operator, of a client and of a key, also those that name them', async () => {
    await using place = await openPlace()
    assert.deepEqual(positionsOf(await place.read({ of: { operator: 'root' } })), [10, 8, 6, 3, 1])
    const key = { client: 'kiosk', scopes: [], createdAt: now, expiresAt: null }
    const made = await place.keys.create(key, a.operator)
    const asked = { client: 'kiosk', keyId: made.id }
    const look = { day: '2026-11-23', what: '/audit' }
    await place.eventLog.recordOnce({ type: 'AuditorLooked', at: now, data: look }, asked)
    const failed = {
      minute: '',
      count: 1,
      reasons: { missing: 0, unknown: 0, expired: 1, revoked: 0 },
      addresses: [],
      fromOtherAddresses: 0,
      keys: [{ keyId: made.id, count: 1 }],
      ofOtherKeys: 0,
    }
    await place.eventLog.record({ type: 'SignInsFailed', at: now, data: failed }, GATEWAY)
    const rotated = await place.keys.rotate(made.id, 0, now, a.operator)
    const typesFor = async (of: EventsQuery['of']) =>
      (await place.read({ of })).events.map(({ type }) => type)
    const ofKey = ['ApiKeyRotated', 'SignInsFailed', 'AuditorLooked', 'ApiKeyCreated']
    assert.deepEqual(await typesFor({ keyId: made.id }), ofKey)
    assert.deepEqual(await typesFor({ keyId: rotated?.id ?? '' }), ofKey.toSpliced(1, 2))
    assert.deepEqual(await typesFor({ client: 'kiosk' }), [
      'ApiKeyCreated',
      'AuditorLooked',
      'ApiKeyCreated',
    ])
    assert.deepEqual(await typesFor({ client: 'nobody' }), [])
    assert.deepEqual(positionsOf(await place.read({ of: { operator: 'root' }, limit: 2 })), [10, 8])
  })

  it('looks at a bounded number of events, and goes on from there', async () => {
    const events = Array.from({ length: LOOKED_AT_MAX + 10 }, (_, index) => {
      const position = LOOKED_AT_MAX + 10 - index
      const actor = position === 5 ? { operator: 'root' } : GATEWAY
      const [at, type] = ['2026-11-23T10:00:00.000Z', 'MailSent']
      const body = Buffer.from(JSON.stringify({ position, type, at, data: {}, actor }))
      return { position, at, type, body }
    })
    let longest = 0
    const read = makeReadEventsBeside({
      eventsBeside: {
        async read(_asked, { towards, than }, limit) {
          longest = Math.max(longest, limit)
          const before = than?.position ?? Number.POSITIVE_INFINITY
          if (towards === 'newer') return []
          return events.filter(({ position }) => position < before).slice(0, limit)
        },
      },
      verifyEvents: async () => ({ type: 'unsigned' }),
    })
    const query = { of: { operator: 'root' }, limit: 50 } as const
    const first = await read({ ...query, page: { at: 'newest' } })
    assert.deepEqual([first.events.length, first.older?.position], [0, 11])
    assert.ok(first.older !== undefined)
    const second = await read({ ...query, page: { at: 'older', than: first.older } })
    assert.deepEqual([positionsOf(second), second.older], [[5], undefined])
    assert.equal(longest, 500)
  })

  it('holds each event against the newest checkpoint', async () => {
    await using place = await openPlace()
    assert.deepEqual((await place.read()).check, { type: 'unsigned' })
    const { size } = await place.sign()
    await place.eventLog.record({ type: 'CrmAccountReopened', at: a.later(1), data: {} }, GATEWAY)
    tamper(place.files.db, (raw) => {
      const body = bodyAt(raw, 3).replace('root', 'toor')
      raw.prepare('update event set body = ? where position = 3').run(body)
    })
    const read = await place.read()
    assert.deepEqual(positionsOf(read), [11, 10, 9, 8, 7, 6, 4, 3, 2, 1, size + 1])
    assert.deepEqual(checksOf(read), [
      ...Array(7).fill('whole'),
      'it is not the event that was signed',
      'whole',
      'whole',
      'newer',
    ])
  })

  it('keeps an event that cannot be read in the list, as the oldest', async () => {
    await using place = await openPlace()
    await place.sign()
    tamper(place.files.db, (raw) =>
      raw.prepare("update event set body = '{' where position = 7").run(),
    )
    const read = await place.read()
    assert.deepEqual(positionsOf(read).slice(-2), [1, 7])
    assert.equal(read.events.at(-1)?.record, undefined)
    assert.equal(checksOf(read).at(-1), 'it is not the event that was signed')
  })
})

describe('The list of checkpoints', () => {
  const standings = (checkpoints: readonly ListedCheckpoint[]) =>
    checkpoints.map(({ number, standing }) => [number, standing])

  it('holds each against the log as it is now', async () => {
    await using place = await openPlace()
    await place.sign()
    await place.eventLog.record({ type: 'CrmAccountReopened', at: now, data: {} }, GATEWAY)
    await place.sign()
    await place.sign(otherSigner)
    const reading = { towards: 'older' } as const
    const { checkpoints, more } = await place.listCheckpoints({ reading, limit: 9 })
    assert.equal(more, false)
    assert.deepEqual(standings(checkpoints), [
      [3, 'otherKey'],
      [2, 'holds'],
      [1, 'holds'],
    ])
    const [, second] = checkpoints
    assert.deepEqual([second?.size, second?.stated?.reason], [12, 'events'])
    assert.equal(second?.signers[0]?.name, signer.name)
    assert.match(second?.signers[0]?.keyId ?? '', /^[0-9a-f]{8}$/)
    tamper(place.files.db, (raw) => cutTail(raw, 11))
    assert.deepEqual(standings((await place.listCheckpoints({ reading, limit: 2 })).checkpoints), [
      [3, 'otherKey'],
      [2, 'otherLog'],
    ])
    const newer = await place.listCheckpoints({ reading: { towards: 'newer' }, limit: 2 })
    assert.deepEqual(
      [standings(newer.checkpoints), newer.more],
      [
        [
          [2, 'otherLog'],
          [1, 'holds'],
        ],
        true,
      ],
    )
    const from = (checkpoints[0]?.at ?? 0) + 1
    const none = await place.listCheckpoints({ reading, limit: 2, from: from as EpochMs })
    assert.deepEqual(none.checkpoints, [])
  })
})
