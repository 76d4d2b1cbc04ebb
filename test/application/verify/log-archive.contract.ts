import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { isCanonical } from '../../../src/adapters/sql/log/rows/event-codec.ts'
import { makeTreeProofs } from '../../../src/application/checkpoints/tree-proofs.ts'
import { GATEWAY } from '../../../src/application/log/event-record.ts'
import type { Finding } from '../../../src/application/verify/finding.ts'
import type {
  LogArchive,
  Pages,
  SchemaEntry,
} from '../../../src/application/verify/log-archive.port.ts'
import { verifyLog } from '../../../src/application/verify/verify-log.ts'
import { makeSignedCheckpoint } from '../../../src/domain/log/checkpoint.ts'
import { hexOf } from '../../../src/domain/log/hash.ts'
import { plusMs } from '../../../src/domain/time.ts'
import { contactId, now, priced, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { keyOf, signer } from '../../support/log/audit-log.ts'

/** A kind of database whose log can be opened as an archive. */
export type ArchiveKind = Pick<a.StoreKind, 'name'> & {
  /** The schema of a database of this version. */
  readonly expectedSchema: readonly SchemaEntry[]
  shared(): Promise<a.SharedDatabase & { openArchive(): Promise<LogArchive> }>
}

/** More events than an archive reads at once. */
const MANY = 1_100

const [sold, undone] = [a.saleIdOf(2), a.saleIdOf(1)]

async function rowsOf<Row>(pages: Pages<Row>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

/** The same rows, one to a page. */
async function* singly<Row>(pages: Pages<Row>): Pages<Row> {
  for await (const page of pages) for (const row of page) yield [row]
}

/** Everything in an archive. */
async function readAll(archive: LogArchive) {
  return {
    events: await rowsOf(archive.events()),
    nodes: await rowsOf(archive.nodes()),
    checkpoints: await rowsOf(archive.checkpoints()),
    saleIds: await rowsOf(archive.saleIds()),
    sales: await archive.sales([sold, undone, a.saleIdOf(9)]),
  }
}

function record({ eventLog }: a.Stores): Promise<number> {
  return eventLog.record({ type: 'CrmAccountReopened', at: now, data: {} }, GATEWAY)
}

/** Two sales, one event of none, and a checkpoint over these eight. */
async function fill(stores: a.Stores): Promise<void> {
  await stores.sales.begin(a.firstOf(sold), undefined, now)
  await stores.sales.begin(a.firstOf(undone), undefined, now)
  await stores.sales.append(a.appendOf(sold, [requested], [priced]))
  await record(stores)
  await stores.sales.append(a.appendOf(sold, [requested, priced], a.completed))
  await sign(stores)
}

async function sign({ tree, checkpoints }: a.Stores): Promise<void> {
  const size = await tree.size()
  const number = ((await checkpoints.newest())?.number ?? 0) + 1
  const root = await makeTreeProofs(tree).rootAt(size)
  const stated = { number, size, root, at: now, reason: 'asked' } as const
  await checkpoints.add(makeSignedCheckpoint(signer, stated), [])
}

async function verify(archive: LogArchive, { expectedSchema }: ArchiveKind) {
  const findings: Finding[] = []
  const tools = { checkSignature, isCanonical, keys: [keyOf(signer)], anchors: [] }
  const { timesBack } = await verifyLog(
    { archive, expectedSchema, file: undefined, ...tools },
    (place, text) => findings.push({ place, text }),
  )
  return { findings, timesBack }
}

async function findingsIn(archive: LogArchive, kind: ArchiveKind): Promise<readonly Finding[]> {
  return (await verify(archive, kind)).findings
}

/** What `LogArchive` promises, of any adapter. */
export function logArchiveContract(kind: ArchiveKind): void {
  async function withArchive<T>(
    database: Awaited<ReturnType<ArchiveKind['shared']>>,
    work: (archive: LogArchive) => Promise<T>,
  ): Promise<T> {
    const archive = await database.openArchive()
    try {
      return await work(archive)
    } finally {
      await archive.close()
    }
  }

  describe(`LogArchive contract: ${kind.name}`, () => {
    it('has nothing of an empty log but its schema', async () => {
      await using database = await kind.shared()
      await using _ = await database.connect()
      await withArchive(database, async (archive) => {
        assert.deepEqual(await archive.schema(), kind.expectedSchema)
        assert.ok(kind.expectedSchema.length > 20)
        const { sales, ...rows } = await readAll(archive)
        assert.deepEqual(rows, { events: [], nodes: [], checkpoints: [], saleIds: [] })
        assert.equal(sales.size, 0)
      })
    })

    it('has each event by the exact bytes that were hashed, in order', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      const events = await withArchive(database, (archive) => rowsOf(archive.events()))
      assert.deepEqual(
        events.map(({ position, saleId, sequence, type }) => [position, saleId, sequence, type]),
        [
          [1, sold, 1, 'SaleRequested'],
          [2, undone, 1, 'SaleRequested'],
          [3, sold, 2, 'SalePriced'],
          [4, null, null, 'CrmAccountReopened'],
          ...a.completed.map(({ type }, index) => [5 + index, sold, 3 + index, type]),
        ],
      )
      const leaves = await stores.tree.leaves(0, 99)
      assert.deepEqual(
        events.map(({ body }) => Buffer.from(body)),
        leaves.map(({ body }) => Buffer.from(body ?? '')),
      )
    })

    it('has the nodes of the tree and the checkpoints, in order', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      await sign(stores)
      const { nodes, checkpoints } = await withArchive(database, readAll)
      assert.deepEqual(
        nodes.map(({ place }) => place),
        Array.from({ length: 15 }, (_, place) => place),
      )
      const [root] = await stores.tree.nodes([{ level: 3, index: 0 }])
      assert.equal(
        hexOf(nodes.at(-1)?.hash ?? assert.fail('there are nodes')),
        hexOf(root ?? assert.fail('there is a root')),
      )
      assert.deepEqual(
        checkpoints.map(({ number, size, at }) => [number, size, at]),
        [
          [1, 8, now],
          [2, 8, now],
        ],
      )
      assert.equal(checkpoints.at(-1)?.note, (await stores.checkpoints.newest())?.note)
    })

    it('has the list of sales, also of one that is asked for alone', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      const { saleIds, sales } = await withArchive(database, readAll)
      assert.deepEqual(saleIds.toSorted(), [undone, sold])
      assert.deepEqual([...sales.keys()].toSorted(), [undone, sold])
      const { summary, ...row } = sales.get(sold) ?? assert.fail('it is listed')
      assert.deepEqual(row, {
        client: a.client,
        sequence: 6,
        firstPosition: 1,
        amountUnits: 259_980,
        amountDecimals: 2,
        currency: null,
      })
      assert.deepEqual([summary.status, summary.contactId], ['completed', contactId])
      const found = await withArchive(database, (archive) => archive.sales([undone]))
      assert.equal(found.get(undone)?.summary.status, 'in_progress')
      assert.equal((await withArchive(database, (archive) => archive.sales([]))).size, 0)
    })

    it('is the log of one moment, whatever is written while it is read', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      const before = await withArchive(database, readAll)
      await withArchive(database, async (archive) => {
        await stores.sales.append(a.appendOf(undone, [requested], [a.failed, ...a.rolledBack]))
        await stores.sales.begin(a.firstOf(a.saleIdOf(9)), undefined, now)
        await sign(stores)
        assert.deepEqual(await readAll(archive), before)
        await record(stores)
        assert.deepEqual(await readAll(archive), before)
        assert.deepEqual(await findingsIn(archive, kind), [])
      })
      const { events } = await withArchive(database, readAll)
      assert.equal(events.length, before.events.length + 5)
    })

    it(`is read page by page, ${MANY} events with their nodes at the same time`, async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await Promise.all(Array.from({ length: MANY }, () => record(stores)))
      await sign(stores)
      await withArchive(database, async (archive) => {
        let pages = 0
        let last = 0
        for await (const page of archive.events()) {
          pages += 1
          for (const { position } of page) {
            assert.equal(position, last + 1)
            last = position
          }
        }
        assert.equal(last, MANY)
        assert.ok(pages > 1, `${pages} pages`)
        assert.deepEqual(await findingsIn(archive, kind), [])
      })
    })

    it('counts an event as earlier than the one before only where clocks of several gateways do not explain it', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      for (const at of [now, plusMs(now, -5_000), plusMs(now, -10_001)]) {
        await stores.eventLog.record({ type: 'CrmAccountReopened', at, data: {} }, GATEWAY)
      }
      await sign(stores)
      await withArchive(database, async (archive) => {
        assert.deepEqual(await verify(archive, kind), { findings: [], timesBack: 1 })
      })
    })

    it('shows what was changed or removed behind the back of the gateway', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      await stores.damage(4, '{')
      await stores.damage(6, undefined)
      await withArchive(database, async (archive) => {
        const events = await rowsOf(archive.events())
        assert.deepEqual(
          events.map(({ position }) => position),
          [1, 2, 3, 4, 5, 7, 8],
        )
        assert.equal(Buffer.from(events[3]?.body ?? []).toString(), '{')
        const findings = await findingsIn(archive, kind)
        const places = findings.map(({ place }) => place)
        for (const place of ['position 4', 'position 6']) assert.ok(places.includes(place))
        assert.ok(!places.includes('schema'), places.join())
        const [nodes, list] = [singly(archive.nodes()), singly(archive.events())]
        const inSmallPages = { ...archive, nodes: () => nodes, events: () => list }
        assert.deepEqual(await findingsIn(inSmallPages, kind), findings)
      })
    })

    it('can be closed in the midst of its rows', async () => {
      await using database = await kind.shared()
      await using stores = await database.connect()
      await fill(stores)
      await withArchive(database, async (archive) => {
        for await (const page of archive.events()) {
          assert.ok(page.length > 0)
          break
        }
      })
      assert.equal(await record(stores), 9)
    })
  })
}
