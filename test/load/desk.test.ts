import assert from 'node:assert/strict'
import process from 'node:process'
import { describe, it } from 'node:test'
import { checkSignature } from '../../src/adapters/signing/ed25519.ts'
import { openCheckpointFile } from '../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { makeSignCheckpoint } from '../../src/application/checkpoints/sign-checkpoint.ts'
import { type Desk, makeDesk } from '../../src/application/desk/desk.ts'
import { EVENT_GROUPS } from '../../src/application/desk/event-groups.ts'
import type { SaleFilter } from '../../src/application/desk/sale-totals.port.ts'
import type { CrmId } from '../../src/domain/ids.ts'
import { type EpochMs, plusMs } from '../../src/domain/time.ts'
import { openStore } from '../../src/infrastructure/service/open-store.ts'
import { countOf } from '../support/counts.ts'
import { addManyEvents } from '../support/examples/many-events.ts'
import { APART_MS, addManySales, BEGAN, manySaleId } from '../support/examples/many-sales.ts'
import { dealId } from '../support/examples/sale-examples.ts'
import { ManualClock } from '../support/fakes/manual-clock.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { filesIn, signer } from '../support/log/audit-log.ts'

const SALES = countOf('AUDIT_SALES')

/** With the six events of each sale, ten events a sale. */
const OTHER_EVENTS = SALES * 4

const CHECKPOINTS = 60

/** Processor time that one question may take; a page asks two or three. What the runtime does beside it is repeated away. */
const QUESTION_MS = 25
const REPEATS_MAX = 7

/** How often all questions are asked, and how much more memory the second half may hold. */
const ROUNDS = 6
const GROWTH_BYTES_MAX = 32 * 1024 * 1024

const DAY_MS = 86_400_000
const PAGE = 50

const MIDDLE = plusMs(BEGAN, (SALES / 2) * APART_MS)

describe(`The auditor's desk over ${SALES} sales and ${SALES * 6 + OTHER_EVENTS} events`, () => {
  it('answers each question in time, and takes no more memory with time', async (t) => {
    await using folder = await makeFolder()
    const files = filesIn(folder.path)
    const store = await openStore(files.db)
    const file = openCheckpointFile(files.checkpoints)
    try {
      const filledMs = await timeOf(async () => {
        await addManySales(store.sales, SALES)
        await addManyEvents(store.eventLog, OTHER_EVENTS)
        const { tree, checkpoints: log } = store
        const sign = makeSignCheckpoint({ tree, log, file, signer, clock: new ManualClock() })
        for (let number = 1; number <= CHECKPOINTS; number += 1) await sign('events')
      })
      t.diagnostic(`filled in ${Math.round(filledMs)} ms`)
      const questions = questionsTo(makeDesk({ ...store, signer, checkSignature }))

      const asked: { readonly name: string; readonly ms: number }[] = []
      for (const [name, ask] of questions) {
        const ms = await leastCpuMs(ask)
        assert.ok(ms < QUESTION_MS, `${ms} ms for ${name}`)
        asked.push({ name, ms })
      }
      const slowest = asked.toSorted((a, b) => b.ms - a.ms)
      for (const { name, ms } of slowest.slice(0, 12)) t.diagnostic(`${ms.toFixed(1)} ms ${name}`)

      const growth = await growthOver(questions)
      t.diagnostic(`memory: ${(growth / 1024 / 1024).toFixed(1)} MiB more`)
      assert.ok(growth < GROWTH_BYTES_MAX, `${growth} bytes more`)
    } finally {
      file.close()
      await store.close()
    }
  })
})

type Question = readonly [name: string, ask: () => Promise<unknown>]

function questionsTo(desk: Desk): readonly Question[] {
  return [...finds(desk), ...totals(desk), ...events(desk)]
}

function finds({ findAnything }: Desk): readonly Question[] {
  const sale = manySaleId(Math.ceil(SALES / 2))
  return [
    sale,
    sale.slice(-8),
    dealId,
    '550003',
    'request-9',
    'order-1',
    'web',
    'rare-client',
    'z',
  ].map((text) => [`find ${text}`, () => findAnything(text)])
}

const FILTERS: Readonly<Record<string, SaleFilter>> = {
  all: {},
  'most of a status': { status: 'completed' },
  'in progress': { status: 'in_progress' },
  'of a client': { client: 'web-shop' },
  'of a rare client': { client: 'rare-client' },
  'of a contact': { contactId: '550003' as CrmId },
  'failed at a step': { failedStep: 'quote' },
  'from the middle': { from: MIDDLE },
  'of a client and a time': { client: 'kiosk', status: 'completed', to: MIDDLE },
}

function totals({ saleTotals }: Desk): readonly Question[] {
  const days = (count: number) =>
    Array.from({ length: count + 1 }, (_, day) => plusMs(BEGAN, day * DAY_MS))
  const middle = SALES * 3
  return Object.entries(FILTERS).flatMap(([name, filter]): readonly Question[] => [
    [`totals, ${name}`, () => saleTotals.totals(filter)],
    [`31 days, ${name}`, () => saleTotals.spans(filter, days(31))],
    [`366 days, ${name}`, () => saleTotals.spans(filter, days(366))],
    [`newest page, ${name}`, () => saleTotals.page(filter, { at: 'newest' }, PAGE)],
    [`oldest page, ${name}`, () => saleTotals.page(filter, { at: 'oldest' }, PAGE)],
    [`older page, ${name}`, () => saleTotals.page(filter, { at: 'older', than: middle }, PAGE)],
    [`newer page, ${name}`, () => saleTotals.page(filter, { at: 'newer', than: middle }, PAGE)],
  ])
}

function events({ readEventsBeside, listCheckpoints, lastLook }: Desk): readonly Question[] {
  const page = { at: 'newest' } as const
  const from = plusMs(BEGAN, (OTHER_EVENTS / 8) * APART_MS) as EpochMs
  const than = { at: new Date(from).toISOString(), position: 1 }
  const of = { keyId: '00000001' }
  const query = { page, limit: PAGE }
  return [
    ['events, all', () => readEventsBeside(query)],
    ['events, oldest', () => readEventsBeside({ ...query, page: { at: 'oldest' } })],
    ['events, older', () => readEventsBeside({ ...query, page: { at: 'older', than } })],
    ['events, newer', () => readEventsBeside({ ...query, page: { at: 'newer', than } })],
    ['events, of a time', () => readEventsBeside({ ...query, from, to: plusMs(from, DAY_MS) })],
    ['events, of a key', () => readEventsBeside({ ...query, of })],
    ...EVENT_GROUPS.map(
      (group): Question => [
        `events, ${group}`,
        () => readEventsBeside({ ...query, groups: [group] }),
      ],
    ),
    ['checkpoints', () => listCheckpoints({ reading: { towards: 'older' }, limit: PAGE })],
    ['last look', () => lastLook('0a1b2c3d', '2026-11-23')],
  ]
}

/** The least of its repeats; what is in time is not repeated. */
async function leastCpuMs(ask: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS_MAX && least >= QUESTION_MS; repeat += 1) {
    const before = process.cpuUsage()
    await ask()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
  }
  return least
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** How much higher the peak of memory is in the second half of the rounds, in bytes. */
async function growthOver(questions: readonly Question[]): Promise<number> {
  const peaks = [0, 0]
  for (let round = 0; round < ROUNDS; round += 1) {
    const half = round < ROUNDS / 2 ? 0 : 1
    for (const [, ask] of questions) {
      await ask()
      peaks[half] = Math.max(peaks[half] ?? 0, process.memoryUsage().rss)
    }
  }
  return (peaks[1] ?? 0) - (peaks[0] ?? 0)
}
