// The routes of the auditor's pages and downloads.

import { Readable } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { WallClock } from '../../../application/base/clock.port.ts'
import type { Desk } from '../../../application/desk/desk.ts'
import type { ExportBundle } from '../../../application/evidence/export-bundle.ts'
import { publicHistoryJson } from '../../../application/log/public-json.ts'
import type { SaleHistory, SaleReader } from '../../../application/log/sale-reader.port.ts'
import type { VerifySale } from '../../../application/verify/verify-sale.ts'
import { parseSaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { actorOf, callerOf } from '../request/auth.ts'
import { errorBody } from '../request/errors.ts'
import { addCheckpointRoute, type CheckpointDeps } from './checkpoints/checkpoint-routes.ts'
import { addDownload } from './downloads/add-download.ts'
import { eventsCsv, salesCsv } from './downloads/downloads.ts'
import { SHEET_PARAMETERS, sheetFormatOf } from './downloads/sheet-format.ts'
import { eventsSheet, salesSheet } from './downloads/sheet-tables.ts'
import { tarOf } from './downloads/tar.ts'
import { addEventsRoutes } from './events/events-routes.ts'
import { addFindRoute, type FindDeps } from './find/find-route.ts'
import { ASSETS } from './frame/assets.ts'
import { messagePage } from './frame/layout.ts'
import { PAGE_HEADERS } from './frame/page-protection.ts'
import { readerOf, TEXTS } from './frame/reader.ts'
import { AUDITOR, sendPage, wantsHtml } from './frame/send-page.ts'
import { glossaryPage } from './glossary-page.ts'
import { type FilterProblem, type Filters, readFilters } from './list/filters.ts'
import { type FoundSales, listPage } from './list/list-page.ts'
import { addPeriodRoutes } from './period/period-routes.ts'
import { salePage } from './sale/sale-page.ts'
import { NO_SUCH_SALE, sendAuditError } from './sign-in/audit-errors.ts'
import { addSignInRoutes, type SignInDeps } from './sign-in/sign-in-routes.ts'
import { addSwitchRoute } from './switch-route.ts'
import { FILTER_NAMES, PLACE_NAMES } from './texts/filter-names.ts'

const LIST_SALES = 50
const CLIENTS_MAX = 200

const CSV = 'text/csv; charset=utf-8'

export type AuditDeps = FindDeps &
  CheckpointDeps &
  SignInDeps & {
    readonly saleReader: SaleReader
    readonly desk: Desk
    readonly exportBundle: ExportBundle
    readonly verifySale: VerifySale
    readonly clock: WallClock
  }

const SALES_CSV_PARAMETERS = [...FILTER_NAMES, 'after', ...SHEET_PARAMETERS] as const
const LISTED = { config: { ...AUDITOR.config, query: [...FILTER_NAMES, ...PLACE_NAMES] } } as const

/** The auditor's pages. They only read; who read, and who downloaded a bundle, is recorded. */
export const auditRoutes: FastifyPluginAsync<AuditDeps> = async (app, deps) => {
  const { saleReader } = deps
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(PAGE_HEADERS)
  })
  app.setErrorHandler<FastifyError>(sendAuditError)
  app.setNotFoundHandler((request, reply) => {
    reply.code(404)
    if (!wantsHtml(request)) return reply.send(errorBody('Not found.'))
    const reader = readerOf(request)
    const { title, text } = reader.texts.messages.notFound
    return sendPage(reply, reader, messagePage(reader, title, text))
  })

  for (const { path, type, body } of ASSETS) {
    // The assets are public: they hold no data, and the page of a refused sign-in needs them.
    app.get(path, { config: { access: 'public', query: 'any' } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(body),
    )
  }

  app.get('/', LISTED, async (request, reply) => {
    const reader = readerOf(request)
    const filters = readFilters(request.url, reader.zone)
    const { problems } = filters
    const clients = await saleReader.clients(CLIENTS_MAX)
    const problem = problemText(problems)
    if (problem !== undefined && !wantsHtml(request)) {
      return reply.code(400).send(errorBody(problem))
    }
    const found = problems.length === 0 ? await findSales(filters, deps) : undefined
    const lastLook = await lastLookOf(request, deps)
    const list = { filters, found, clients, lastLook, now: deps.clock.now() }
    return sendPage(reply.code(found === undefined ? 400 : 200), reader, listPage(list, reader))
  })

  addDownload(app, '/sales.csv', SALES_CSV_PARAMETERS, async (request) => {
    const reader = readerOf(request)
    const { problems, query, given } = readFilters(request.url, reader.zone)
    const problem = problemText(problems)
    if (problem !== undefined) throw app.httpErrors.badRequest(problem)
    const format = sheetFormatOf(request, reader)
    const asked = { ...query, after: given.after }
    const content =
      format === undefined
        ? salesCsv(saleReader, asked)
        : salesSheet(saleReader, asked, reader, format)
    return { name: 'sales.csv', type: CSV, content }
  })

  app.get('/glossary', AUDITOR, async (request, reply) => {
    const reader = readerOf(request)
    return sendPage(reply, reader, glossaryPage(reader))
  })

  addSwitchRoute(app)
  addPeriodRoutes(app, deps)
  addSignInRoutes(app, deps)
  addFindRoute(app, deps)
  addEventsRoutes(app, deps)
  addCheckpointRoute(app, deps)
  addSaleRoutes(app, deps)
}

/** The page of the list that was asked for, and the totals of all that fits. */
async function findSales(
  { query, place }: Filters,
  { desk, saleReader }: AuditDeps,
): Promise<FoundSales> {
  const page = await desk.saleTotals.page(query, place, LIST_SALES)
  const amounts = await saleReader.amountsOf(page.sales.map(({ saleId }) => saleId))
  return { page, amounts, totals: await desk.saleTotals.totals(query) }
}

/** When this key looked last, on a day before today; `undefined` where it did not, or nobody can read when. */
async function lastLookOf(
  request: FastifyRequest,
  { desk, clock }: AuditDeps,
): Promise<EpochMs | undefined> {
  const today = new Date(clock.now()).toISOString().slice(0, 10)
  const look = await desk.lastLook(callerOf(request).id, today)
  const at = Date.parse(look?.at ?? '')
  return Number.isNaN(at) ? undefined : (at as EpochMs)
}

/** What is wrong with the first filter that cannot be used, as programs read it. */
function problemText([problem]: readonly FilterProblem[]): string | undefined {
  return problem && `${problem.name}: ${problem.why(TEXTS.en.filters.problems)}`
}

/** The page of one sale, and its downloads. */
function addSaleRoutes(app: FastifyInstance, deps: AuditDeps): void {
  const { saleReader, exportBundle, verifySale, clock } = deps

  app.get<SaleParams>('/sales/:saleId', AUDITOR, async (request, reply) => {
    const sale = await find(request)
    const mails = await saleReader.mailsOf(sale.saleId)
    const check = await verifySale(sale.saleId, sale.events.length)
    const reader = readerOf(request)
    return sendPage(reply, reader, salePage(sale, { mails, check, now: clock.now() }, reader))
  })

  addDownload<SaleParams['Params']>(app, '/sales/:saleId.json', [], async (request) => {
    const sale = await find(request)
    const content = JSON.stringify(publicHistoryJson(sale), null, 2)
    return { name: `sale-${sale.saleId}.json`, type: 'application/json; charset=utf-8', content }
  })

  addDownload<SaleParams['Params']>(
    app,
    '/sales/:saleId.csv',
    SHEET_PARAMETERS,
    async (request) => {
      const sale = await find(request)
      const reader = readerOf(request)
      const format = sheetFormatOf(request, reader)
      const content =
        format === undefined ? eventsCsv(sale) : eventsSheet(sale.events, reader, format)
      return { name: `sale-${sale.saleId}.csv`, type: CSV, content }
    },
  )

  addDownload<SaleParams['Params']>(app, '/sales/:saleId/bundle', [], async (request) => {
    const saleId = parseSaleId(request.params.saleId)
    const files =
      saleId && (await exportBundle({ sale: saleId }, actorOf(request), readerOf(request)))
    if (files === undefined) throw app.httpErrors.notFound(NO_SUCH_SALE)
    const folder = `sale-${saleId}`
    const content = Readable.from(tarOf(files, { folder, at: clock.now() }))
    return { name: `${folder}.tar`, type: 'application/x-tar', content }
  })

  async function find(request: FastifyRequest<SaleParams>): Promise<SaleHistory> {
    const saleId = parseSaleId(request.params.saleId)
    const sale = saleId && (await saleReader.show(saleId, undefined))
    if (sale === undefined) throw app.httpErrors.notFound(NO_SUCH_SALE)
    return sale
  }
}

type SaleParams = { Params: { saleId: string } }
