// The routes of the page of a period, and of what can be taken along of it.

import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WallClock } from '../../../../application/base/clock.port.ts'
import type { Desk } from '../../../../application/desk/desk.ts'
import { EVENTS_CSV_HEAD, eventCsvLine } from '../../../../application/evidence/events-csv.ts'
import type { ExportBundle } from '../../../../application/evidence/export-bundle.ts'
import type { EventRecord } from '../../../../application/log/event-record.ts'
import type { PlacedSale, SaleReader } from '../../../../application/log/sale-reader.port.ts'
import { countText } from '../../../../application/words/numbers.ts'
import { dayText } from '../../../../application/words/zone.ts'
import { plusMs } from '../../../../domain/time.ts'
import { actorOf } from '../../request/auth.ts'
import { addDownload } from '../downloads/add-download.ts'
import { SHEET_PARAMETERS, sheetFormatOf } from '../downloads/sheet-format.ts'
import { eventsSheet } from '../downloads/sheet-tables.ts'
import { tarOf } from '../downloads/tar.ts'
import { PERIOD_NAMES } from '../fields/period.ts'
import { type PageReader, readerOf } from '../frame/reader.ts'
import { PageRefusal } from '../frame/refusal.ts'
import { AUDITOR, sendPage, wantsHtml } from '../frame/send-page.ts'
import { type AskedPeriod, askedPeriod, type Period } from './period.ts'
import { FAILED_STATUSES, type PeriodData, periodPage } from './period-page.ts'

/** Sales that failed, of which the page lists the newest. */
const FAILED_MAX = 50

/** Events of a bundle that is sent to a browser: each of its files is in memory while it is sent. */
const BUNDLE_EVENTS_MAX = 50_000

export type PeriodDeps = {
  readonly desk: Pick<Desk, 'saleTotals' | 'period'>
  readonly saleReader: Pick<SaleReader, 'amountsOf'>
  readonly exportBundle: ExportBundle
  readonly clock: WallClock
}

export function addPeriodRoutes(app: FastifyInstance, deps: PeriodDeps): void {
  const { desk, clock } = deps
  const config = { ...AUDITOR.config, query: PERIOD_NAMES } as const

  app.get('/period', { config }, async (request, reply) => {
    const reader = readerOf(request)
    const asked = askedPeriod(request.url, reader.zone, clock.now())
    const { period } = asked
    if (period === undefined && !wantsHtml(request)) throw refusalOf(asked)
    const data = period && (await dataOf(period, deps))
    const text = periodPage(asked, data, clock.now(), reader)
    return sendPage(reply.code(period === undefined ? 400 : 200), reader, text)
  })

  addDownload(
    app,
    '/period/events.csv',
    [...PERIOD_NAMES, ...SHEET_PARAMETERS],
    async (request) => {
      const reader = readerOf(request)
      const period = periodOf(request, reader)
      const format = sheetFormatOf(request, reader)
      const pages = desk.period.events(period.from, period.to)
      const content =
        format === undefined
          ? Readable.from(csvChunks(pages))
          : eventsSheet(eventsIn(pages), reader, format)
      const name = `events-${nameOf(period, reader)}.csv`
      return { name, type: 'text/csv; charset=utf-8', content }
    },
  )

  addDownload(app, '/period/bundle', PERIOD_NAMES, async (request) => {
    const reader = readerOf(request)
    const period = periodOf(request, reader)
    const events = await desk.period.length(period.from, period.to)
    if (events > BUNDLE_EVENTS_MAX) {
      throw new PageRefusal(422, ({ texts, words }) => {
        const max = countText(BUNDLE_EVENTS_MAX, words)
        return texts.period.tooManyEvents(countText(events, words), max)
      })
    }
    const { from, to } = period
    const files = events > 0 && (await deps.exportBundle({ from, to }, actorOf(request), reader))
    if (!files) throw new PageRefusal(404, ({ texts }) => texts.period.noEvent)
    const folder = `period-${nameOf(period, reader)}`
    const content = Readable.from(tarOf(files, { folder, at: clock.now() }))
    return { name: `${folder}.tar`, type: 'application/x-tar', content }
  })

  /** @throws {PageRefusal} 400. */
  function periodOf(request: FastifyRequest, reader: PageReader): Period {
    const asked = askedPeriod(request.url, reader.zone, clock.now())
    if (asked.period === undefined) throw refusalOf(asked)
    return asked.period
  }
}

/** What is wrong with the first field. */
function refusalOf({ form }: AskedPeriod): PageRefusal {
  const [problem] = form.problems
  const why = problem?.why ?? (() => '')
  const field = PERIOD_NAMES.find((name) => name === problem?.name)
  return new PageRefusal(400, ({ texts }) => why(texts.filters.problems), field)
}

async function dataOf(period: Period, { desk, saleReader }: PeriodDeps): Promise<PeriodData> {
  const { from, to, bounds } = period
  const { saleTotals } = desk
  const failed: PlacedSale[] = []
  for (const status of FAILED_STATUSES) {
    const { sales } = await saleTotals.page({ status, from, to }, { at: 'newest' }, FAILED_MAX)
    failed.push(...sales)
  }
  const newest = failed.toSorted((a, b) => b.position - a.position).slice(0, FAILED_MAX)
  return {
    period,
    parts: await saleTotals.spans({}, bounds),
    clients: await saleTotals.byClient({ from, to }),
    failed: newest,
    amounts: await saleReader.amountsOf(newest.map(({ saleId }) => saleId)),
  }
}

/** The first and the last day, for the name of a file. */
function nameOf({ from, to }: Period, { zone }: PageReader): string {
  return `${dayText(zone, from)}-to-${dayText(zone, plusMs(to, -1))}`
}

async function* csvChunks(pages: AsyncIterable<readonly EventRecord[]>): AsyncGenerator<string> {
  yield EVENTS_CSV_HEAD
  for await (const page of pages) {
    if (page.length > 0) yield page.map(eventCsvLine).join('')
    // Other requests are served between two pages.
    await nextTurn()
  }
}

async function* eventsIn(
  pages: AsyncIterable<readonly EventRecord[]>,
): AsyncGenerator<EventRecord> {
  for await (const page of pages) {
    yield* page
    await nextTurn()
  }
}
