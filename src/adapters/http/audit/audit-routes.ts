// The routes of the auditor's pages and downloads.

import { Readable } from 'node:stream'
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import type { Clock } from '../../../application/base/clock.port.ts'
import { errorCode } from '../../../application/base/errors.ts'
import type { ExportBundle } from '../../../application/evidence/export-bundle.ts'
import { publicHistoryJson } from '../../../application/log/public-json.ts'
import type { SaleHistory, SaleReader } from '../../../application/log/sale-reader.port.ts'
import type { VerifySale } from '../../../application/verify/verify-sale.ts'
import { parseSaleId } from '../../../domain/ids.ts'
import { actorOf } from '../request/auth.ts'
import { errorBody, headOfRefusal, refusalOfError, sendRefusal } from '../request/errors.ts'
import { eventsCsv, salesCsv } from './downloads/downloads.ts'
import { tarOf } from './downloads/tar.ts'
import { ASSETS } from './frame/assets.ts'
import { messagePage } from './frame/layout.ts'
import { PAGE_HEADERS } from './frame/page-protection.ts'
import { FILTER_NAMES, readFilters } from './list/filters.ts'
import { listPage } from './list/list-page.ts'
import { salePage } from './sale/sale-page.ts'

const LIST_SALES = 50
const CLIENTS_MAX = 200

const ASK_FOR_KEY = 'Basic realm="PLG sales gateway audit", charset="UTF-8"'

export type AuditDeps = {
  readonly saleReader: SaleReader
  readonly exportBundle: ExportBundle
  readonly verifySale: VerifySale
  readonly clock: Clock
}

/** A browser asks an auditor for the key. */
const AUDITOR = { config: { access: ['audit:read'], keyAsPassword: true } } as const

const FILTERED = { config: { ...AUDITOR.config, query: [...FILTER_NAMES, 'after'] } } as const

/** The auditor's pages. They only read; who read, and who downloaded a bundle, is recorded. */
export const auditRoutes: FastifyPluginAsync<AuditDeps> = async (app, deps) => {
  const { saleReader } = deps
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(PAGE_HEADERS)
  })
  app.setErrorHandler<FastifyError>(sendAuditError)
  app.setNotFoundHandler((request, reply) => {
    reply.code(404)
    return wantsHtml(request)
      ? sendPage(reply, messagePage('Not found', 'There is no such page.'))
      : reply.send(errorBody('Not found.'))
  })

  for (const { path, type, body } of ASSETS) {
    // The assets are public: they hold no data, and the page of a refused sign-in needs them.
    app.get(path, { config: { access: 'public', query: 'any' } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(body),
    )
  }

  app.get('/', FILTERED, async (request, reply) => {
    const filters = readFilters(request.url)
    const { problems, query, saleId } = filters
    if (problems.length === 0 && saleId !== undefined) {
      return reply.redirect(`/audit/sales/${saleId}`)
    }
    const clients = await saleReader.clients(CLIENTS_MAX)
    if (problems.length > 0) {
      const [problem] = problems
      if (!wantsHtml(request)) {
        return reply.code(400).send(errorBody(`${problem?.name}: ${problem?.why}`))
      }
      const nothing = { page: undefined, amounts: new Map() }
      return sendPage(reply.code(400), listPage({ filters, clients, ...nothing }))
    }
    const page = await saleReader.list({ ...query, limit: LIST_SALES })
    const amounts = await saleReader.amountsOf(page.sales.map((sale) => sale.saleId))
    return sendPage(reply, listPage({ filters, page, amounts, clients }))
  })

  app.get('/sales.csv', FILTERED, async (request, reply) => {
    const { problems, query } = readFilters(request.url)
    const [problem] = problems
    if (problem !== undefined) {
      throw app.httpErrors.badRequest(`${problem.name}: ${problem.why}`)
    }
    return sendFile(reply, 'sales.csv', 'text/csv; charset=utf-8', salesCsv(saleReader, query))
  })

  addSaleRoutes(app, deps)
}

/** The page of one sale, and its downloads. */
function addSaleRoutes(app: FastifyInstance, deps: AuditDeps): void {
  const { saleReader, exportBundle, verifySale, clock } = deps

  app.get<SaleParams>('/sales/:saleId', AUDITOR, async (request, reply) => {
    const sale = await find(request)
    const mails = await saleReader.mailsOf(sale.saleId)
    const check = await verifySale(sale.saleId, sale.events.length)
    return sendPage(reply, salePage(sale, { mails, check, now: clock.now() }))
  })

  app.get<SaleParams>('/sales/:saleId.json', AUDITOR, async (request, reply) => {
    const sale = await find(request)
    const text = JSON.stringify(publicHistoryJson(sale), null, 2)
    return sendFile(reply, `sale-${sale.saleId}.json`, 'application/json; charset=utf-8', text)
  })

  app.get<SaleParams>('/sales/:saleId.csv', AUDITOR, async (request, reply) => {
    const sale = await find(request)
    return sendFile(reply, `sale-${sale.saleId}.csv`, 'text/csv; charset=utf-8', eventsCsv(sale))
  })

  // HEAD is off: it would record a download, and download nothing.
  const withoutHead = { ...AUDITOR, exposeHeadRoute: false } as const
  app.get<SaleParams>('/sales/:saleId/bundle', withoutHead, async (request, reply) => {
    const saleId = parseSaleId(request.params.saleId)
    const files = saleId && (await exportBundle({ sale: saleId }, actorOf(request)))
    if (files === undefined) throw app.httpErrors.notFound('No such sale.')
    const name = `sale-${saleId}`
    const content = Readable.from(tarOf(files, { folder: name, at: clock.now() }))
    return sendFile(reply, `${name}.tar`, 'application/x-tar', content)
  })

  async function find(request: FastifyRequest<SaleParams>): Promise<SaleHistory> {
    const saleId = parseSaleId(request.params.saleId)
    const sale = saleId && (await saleReader.show(saleId, undefined))
    if (sale === undefined) throw app.httpErrors.notFound('No such sale.')
    return sale
  }
}

type SaleParams = { Params: { saleId: string } }

/** Answers a program in the published shape, a person with a page. At 401 a browser asks for the key. */
function sendAuditError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // This error goes to the server's own handler, which stops the process.
  if (errorCode(error) === 'lost') throw error
  const refusal = refusalOfError(error, request)
  if (refusal.status === 401) reply.header('www-authenticate', ASK_FOR_KEY)
  if (!wantsHtml(request)) return sendRefusal(refusal, reply)
  const title = TITLES[refusal.status] ?? 'This did not work'
  return sendPage(headOfRefusal(refusal, reply), messagePage(title, wordsOf(refusal)))
}

const TITLES: Readonly<Record<number, string>> = {
  401: 'A key is needed',
  403: 'Not with this key',
  404: 'Not found',
  429: 'Too many requests',
}

function wordsOf({ status, message }: { readonly status: number; readonly message: string }) {
  if (status === 401) return HOW_TO_SIGN_IN
  return status === 429 ? `${message} ${HOW_TO_GO_ON}` : message
}

const HOW_TO_SIGN_IN =
  'Load the page again and give an API key with the scope audit:read as the password. ' +
  'The user name may be anything.'

/** A browser asks for another password at a 401 only. */
const HOW_TO_GO_ON =
  'Wait a minute, then load the page again. To give another key at once, close the browser: ' +
  'until then it keeps the one that it has.'

function wantsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false
}

function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(text)
}

function sendFile(
  reply: FastifyReply,
  name: string,
  type: string,
  content: string | NodeJS.ReadableStream,
): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(content)
}
