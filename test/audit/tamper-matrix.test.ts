import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import type { EventRecord } from '../../src/application/log/event-record.ts'
import { placeOf } from '../../src/domain/log/tree-ranges.ts'
import { countOf } from '../support/counts.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import {
  filesIn,
  findingsOf,
  type LogFiles,
  otherSigner,
  SALE_EVENTS,
  signer,
  writeLog,
} from '../support/log/audit-log.ts'
import {
  bodyAt,
  cutTail,
  insertAt,
  type Raw,
  rewrite,
  shift,
  tamper,
} from '../support/log/tamper.ts'

/** Events of the log. */
const EVENTS = countOf('TAMPERED_EVENTS')

/** The kinds that matter most are tried at every position, the others at each tenth. */
const OTHERS_STEP = 10

/** How many tails are cut, backups put back, and logs rewritten. */
const TAILS = countOf('TAMPERED_TAILS')

/** A member of the record, or a column, that somebody changes; `undefined` where there is none. */
const FIELDS: readonly ((record: EventRecord) => Partial<EventRecord> | undefined)[] = [
  ({ at }) => ({ at: at.replace('T10', 'T11') }),
  () => ({ actor: { client: 'somebody', keyId: '0a1b2c3d' } }),
  ({ data }) => ({ data: { ...data, more: 1 } }),
  ({ version }) => ({ version: version + 1 }),
  ({ prev }) => ({ prev: prev === null ? '0'.repeat(64) : null }),
  ({ saleId }) => (saleId === null ? undefined : { saleId: null }),
  ({ sequence }) => (sequence === null ? undefined : { sequence: sequence + 1 }),
  () => ({ type: 'SaleSettled' }),
  ({ position }) => ({ position: position + 1 }),
  ({ data }) => ('amount' in data ? { data: { ...data, amount: '0.01' } } : undefined),
  ({ data }) => ('reason' in data ? { data: { ...data, reason: 'no reason' } } : undefined),
]

/** Sorting the members of the top level is enough: the levels below are canonical already. */
function changed(body: string, change: Partial<EventRecord>): string {
  const members = Object.entries({ ...JSON.parse(body), ...change })
  return JSON.stringify(Object.fromEntries(members.toSorted(([x], [y]) => (x < y ? -1 : 1))))
}

const FORGED = {
  actor: { system: 'gateway' },
  at: '2026-11-23T10:00:00.000Z',
  data: {},
  position: 0,
  prev: null,
  saleId: null,
  sequence: null,
  type: 'CrmAccountReopened',
  version: 1,
}

describe(`A log of ${EVENTS} events that is tampered with`, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>
  let template: LogFiles
  let work: LogFiles
  /** Copies of the log as it was at earlier times. */
  const backups: LogFiles[] = []
  const counts: string[] = []

  before(async () => {
    folder = await makeFolder()
    const place = (name: string) => {
      const made = path.join(folder.path, name)
      mkdirSync(made)
      return filesIn(made)
    }
    work = place('work')
    // Up to one sale more is written between two copies.
    const copyEvery = Math.max(1, Math.floor(EVENTS / TAILS) - SALE_EVENTS)
    const size = { events: EVENTS, signEvery: Math.ceil(EVENTS / 10), copyEvery }
    await writeLog(place('live'), size, async (copyTo) => {
      const files = place(`backup-${backups.length}`)
      await copyTo(files)
      backups.push(files)
    })
    const last = backups.pop()
    assert.ok(last !== undefined && backups.length > 0)
    template = last
  })

  after(async () => {
    for (const line of counts) process.stdout.write(`# ${line}\n`)
    await folder[Symbol.asyncDispose]()
  })

  function fresh(from: LogFiles = template): LogFiles {
    copyFileSync(from.db, work.db)
    copyFileSync(from.checkpoints, work.checkpoints)
    return work
  }

  const newest = () => ({ name: 'anchor', note: lastNote() })
  function lastNote(): string {
    const file = new SqliteDatabase(template.checkpoints, { readonly: true })
    const note = file.prepare('select note from newest').pluck().get()
    file.close()
    return String(note)
  }

  it('has nothing wrong with it before', async () => {
    assert.deepEqual(await findingsOf(fresh()), [])
    assert.deepEqual(await findingsOf(work, { anchors: [newest()] }), [])
    for (const files of backups) assert.deepEqual(await findingsOf(files), [])
  })

  // What is done to the event at a position. Each change is made alone, on a fresh copy.
  const KINDS: readonly (readonly [string, number, (raw: Raw, position: number) => void])[] = [
    [
      'one field changed',
      1,
      (raw, position) => {
        const body = bodyAt(raw, position)
        const record: EventRecord = JSON.parse(body)
        const fitting = FIELDS.map((field) => field(record)).filter((one) => one !== undefined)
        const change = fitting[position % fitting.length] ?? {}
        const { saleId, sequence, type } = { ...record, ...change }
        // Every second time the columns are changed with the body.
        if (position % 2 === 0) {
          raw
            .prepare(
              'update or ignore event set sale_id = ?, sequence = ?, type = ? where position = ?',
            )
            .run(saleId, sequence, type, position)
        }
        const text = changed(body, change)
        raw.prepare('update event set body = ? where position = ?').run(text, position)
      },
    ],
    [
      'one column changed',
      OTHERS_STEP,
      (raw, position) => {
        const column = ['type = ?', 'sale_id = ?', 'sequence = ?'][position % 3]
        const value = position % 3 === 2 ? 99 : 'x'
        raw.prepare(`update event set ${column} where position = ?`).run(value, position)
      },
    ],
    [
      'deleted, and the gap left',
      1,
      (raw, position) => raw.prepare('delete from event where position = ?').run(position),
    ],
    [
      'deleted, and the gap closed',
      OTHERS_STEP,
      (raw, position) => {
        raw.prepare('delete from event where position = ?').run(position)
        shift(raw, position + 1, -1)
      },
    ],
    [
      'swapped with the next',
      1,
      (raw, position) => {
        if (position === EVENTS) return swap(raw, position - 1)
        swap(raw, position)
      },
    ],
    [
      'duplicated',
      1,
      (raw, position) => {
        raw.exec('drop index if exists event_sale_sequence')
        const body = JSON.parse(bodyAt(raw, position))
        const copy = { ...body, sequence: body.sequence === null ? null : 1_000 }
        insertAt(raw, position + 1, JSON.stringify(copy))
      },
    ],
    [
      'followed by a forged one',
      OTHERS_STEP,
      (raw, position) => insertAt(raw, position + 1, JSON.stringify(FORGED)),
    ],
    [
      'its hash changed in the tree',
      OTHERS_STEP,
      (raw, position) => {
        raw
          .prepare('update tree_node set hash = ? where place = ?')
          .run(Buffer.alloc(32, position), placeOf({ level: 0, index: position - 1 }))
      },
    ],
  ]
  for (const [name, step, mutate] of KINDS) {
    it(`is found out at every position: ${name}`, async () => {
      let [found, tried] = [0, 0]
      for (let position = 1; position <= EVENTS; position += step) {
        tamper(fresh().db, (raw) => mutate(raw, position))
        tried += 1
        if ((await findingsOf(work)).length > 0) found += 1
      }
      counts.push(`${name}: ${found} of ${tried}`)
      assert.equal(found, tried)
    })
  }

  it('is found out when its tail is cut and the checkpoints are left', async () => {
    for (let cut = 1; cut <= TAILS; cut += 1) {
      tamper(fresh().db, (raw) => cutTail(raw, EVENTS - cut))
      assert.ok((await findingsOf(work)).length > 0)
    }
    counts.push(`tail cut, checkpoints left: ${TAILS} of ${TAILS}`)
  })

  it('is found out when an older backup is put back beside the newest checkpoint', async () => {
    for (const files of backups) {
      copyFileSync(files.db, work.db)
      copyFileSync(template.checkpoints, work.checkpoints)
      const findings = await findingsOf(work)
      assert.ok(findings.some(({ place }) => place === 'checkpoints.db'))
    }
    counts.push(`older backup, checkpoints.db left: ${backups.length} of ${backups.length}`)
  })

  it('shows by a checkpoint kept elsewhere only that an older backup with its checkpoints was put back', async () => {
    let [alone, anchored] = [0, 0]
    for (const files of backups) {
      if ((await findingsOf(fresh(files))).length > 0) alone += 1
      if ((await findingsOf(work, { anchors: [newest()] })).length > 0) anchored += 1
    }
    const all = backups.length
    counts.push(
      `older backup with its checkpoints: ${alone} alone, ${anchored} with anchor, of ${all}`,
    )
    assert.deepEqual([alone, anchored], [0, all])
  })

  it('is found out when it is rewritten without the key', async () => {
    for (let count = 1; count <= TAILS; count += 1) {
      // Every second time the checkpoints are signed with another key.
      const own = count % 2 === 0 ? otherSigner : undefined
      rewrite(fresh(), positionOf(count), retold, own)
      assert.ok((await findingsOf(work)).length > 0)
    }
    counts.push(`rewritten without the key: ${TAILS} of ${TAILS}`)
  })

  it('shows by a checkpoint kept elsewhere only that it was rewritten with the key', async () => {
    let [alone, anchored] = [0, 0]
    for (let count = 1; count <= TAILS; count += 1) {
      rewrite(fresh(), positionOf(count), retold, signer)
      if ((await findingsOf(work)).length > 0) alone += 1
      if ((await findingsOf(work, { anchors: [newest()] })).length > 0) anchored += 1
    }
    counts.push(`rewritten with the key: ${alone} alone, ${anchored} with anchor, of ${TAILS}`)
    assert.deepEqual([alone, anchored], [0, TAILS])
  })

  // Changes of the database outside of its events.
  const REST: readonly (readonly [string, string, RegExp])[] = [
    [
      'a checkpoint replaced',
      "update checkpoint set note = replace(note, 'events', 'stop') where number = 2",
      /checkpoint 2: not signed/,
    ],
    [
      'a checkpoint deleted',
      'delete from checkpoint where number = 2',
      /checkpoint 3: it follows checkpoint 1/,
    ],
    [
      'the newest checkpoint deleted',
      'delete from checkpoint where number >= (select max(number) - 1 from checkpoint)',
      /checkpoints.db: it has/,
    ],
    [
      'a checkpoint that is none',
      "update checkpoint set note = 'x' where number = 2",
      /checkpoint 2: its text is no checkpoint/,
    ],
    [
      'the size of a checkpoint changed',
      'update checkpoint set size = size + 1 where number = 2',
      /checkpoint 2: its text says another/,
    ],
    [
      'a node changed',
      'update tree_node set hash = zeroblob(32) where place = 29',
      /tree: node 29 is not made/,
    ],
    ['a node deleted', 'delete from tree_node where place = 37', /tree: node 37 is not there/],
    ['the tree emptied', 'delete from tree_node', /tree: node 0 to .* is not there/],
    [
      'a node too many',
      'insert into tree_node select max(place) + 1, zeroblob(32) from tree_node',
      /tree: from node .* no event/,
    ],
    [
      'the status of a sale changed',
      "update sale set status = 'completed' where status = 'rolled_back'",
      /sale .*: the list says status/,
    ],
    [
      'the client of a sale changed',
      "update sale set client = 'x' where first_position = 1",
      /sale .*: the list says client/,
    ],
    [
      'the amount of a sale changed',
      'update sale set amount_units = 1 where first_position = 1',
      /sale .*: the list says amountUnits 1, its events say 259980/,
    ],
    [
      'a sale taken off the list',
      'delete from sale where first_position = 1',
      /sale .*: it has events/,
    ],
    [
      'a sale put on the list',
      "insert into sale select 99999, 'x', client, sequence, status, contact_id, deal_id, quote_id, sales_order_id, requested_at, ended_at, failed_step, failure_message, at_rest, amount_units, amount_decimals, currency, owner from sale limit 1",
      /sale x: it is in the list/,
    ],
    ['an index dropped', 'drop index event_account', /schema: event_account is missing/],
    ['a table added', 'create table more (x)', /schema: more is not known/],
    ['a column added', 'alter table event add column x text', /schema: event is not what/],
  ]
  for (const [name, statement, finding] of REST) {
    it(`is found out: ${name}`, async () => {
      tamper(fresh().db, (raw) => raw.exec(statement))
      assertFound(await findingsOf(work), finding)
    })
  }

  for (const trigger of [
    'event_no_update',
    'event_next',
    'tree_node_no_delete',
    'checkpoint_next',
  ]) {
    it(`is found out: the trigger ${trigger} dropped, or weakened`, async () => {
      const raw = new SqliteDatabase(fresh().db)
      raw.exec(`drop trigger ${trigger}`)
      const missing = await findingsOf(work)
      raw.exec(`create trigger ${trigger} before insert on event begin select 1; end`)
      raw.close()
      assertFound(missing, new RegExp(`schema: ${trigger} is missing`))
      assertFound(await findingsOf(work), new RegExp(`schema: ${trigger} is not what`))
    })
  }

  // The text of event 3, the DealCreated of a sale, as somebody with the key writes it, and what
  // is found out although chains, tree and signatures are made to fit.
  const RULES: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    [
      'a body in another form',
      (text) => text.replace('{', '{ '),
      /3: its body is not in canonical/,
    ],
    ['a body that is none', () => '[]', /3: its body is no event/],
    [
      'another event before it',
      (text) => text.replace(/"prev":"[^"]+"/, `"prev":"${'0'.repeat(64)}"`),
      /3: it names another event before it/,
    ],
    ['no event before it', (text) => text.replace(/"prev":"[^"]+",/, ''), /3: it does not name/],
    ['another sequence', (text) => text.replace('"sequence":3', '"sequence":4'), /3: its body and/],
    [
      'another type',
      (text) => text.replace('DealCreated', 'QuoteCreated'),
      /3: QuoteCreated cannot/,
    ],
    ['an unknown type', (text) => text.replace('DealCreated', 'X'), /3: it cannot be read/],
    ['an unknown version', (text) => text.replace('"version":1', '"version":9'), /3: it cannot be/],
  ]
  for (const [name, finish, finding] of RULES) {
    it(`is found out when it is rewritten with the key: ${name}`, async () => {
      rewrite(fresh(), 3, (record) => record, signer, finish)
      const findings = await findingsOf(work)
      assertFound(findings, finding)
      assert.ok(findings.every(({ place }) => !/checkpoint|tree/.test(place)))
    })
  }

  it('is found out when the columns of an event say something else, or its sale skips one', async () => {
    tamper(fresh().db, (raw) => raw.exec("update event set type = 'x' where position = 3"))
    assert.deepEqual(
      (await findingsOf(work)).map(({ place, text }) => `${place}: ${text}`),
      ['position 3: its body and its columns say different things'],
    )
    tamper(fresh().db, (raw) => raw.exec('update event set sequence = 9 where position = 6'))
    assertFound(await findingsOf(work), /position 6: its sequence is 9, and it follows 5 of sale/)
  })

  it('reports all that is wrong, not only the first', async () => {
    tamper(fresh().db, (raw) => {
      const last = bodyAt(raw, 9)
      raw.prepare('update event set body = ? where position = 9').run(changed(last, { at: '' }))
      raw.exec(
        'delete from event where position in (20, 21); delete from checkpoint where number = 2',
      )
      raw.exec("update sale set client = 'x' where first_position = 1; drop index event_account")
    })
    const findings = await findingsOf(work)
    for (const place of [
      /position 9:/,
      /position 20 to 21: not there/,
      /checkpoint 3:/,
      /sale /,
      /schema/,
    ]) {
      assertFound(findings, place)
    }
  })
})

function assertFound(findings: Awaited<ReturnType<typeof findingsOf>>, finding: RegExp): void {
  const lines = findings.map(({ place, text }) => `${place}: ${text}`)
  assert.ok(
    lines.some((line) => finding.test(line)),
    `${finding} is not among ${lines.slice(0, 9).join('; ')}`,
  )
}

function swap(raw: Raw, position: number): void {
  const [one, other] = [bodyAt(raw, position), bodyAt(raw, position + 1)]
  raw.prepare('delete from event where position in (?, ?)').run(position, position + 1)
  const insert = raw.prepare("insert into event values (?, ?, ?, ?, json_set(?, '$.position', ?))")
  for (const [at, body] of [
    [position, other],
    [position + 1, one],
  ] as const) {
    const { saleId, sequence, type } = JSON.parse(body)
    insert.run(at, saleId, sequence, type, body, at)
  }
}

/** Positions spread over the log, each another one. */
function positionOf(count: number): number {
  return 1 + Math.floor(((count - 1) * (EVENTS - 1)) / TAILS)
}

/** A change that breaks no rule of the sale and is not in the list. */
function retold(record: EventRecord): EventRecord {
  return { ...record, actor: { client: 'web-shop', keyId: 'ffffffff' } }
}
