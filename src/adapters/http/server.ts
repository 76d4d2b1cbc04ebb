// The HTTP front: one Fastify server over all that a service offers.

import type { IncomingMessage } from 'node:http'
import sensible from '@fastify/sensible'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Authenticate } from '../../application/access/authenticate.ts'
import type { AuthenticateSession } from '../../application/access/authenticate-session.ts'
import type { KeyQuotas } from '../../application/access/key-quotas.ts'
import type { RecordAuditorVisit } from '../../application/access/record-auditor-visit.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import type { Meter } from '../../application/base/meter.port.ts'
import type { GetContact } from '../../application/crm/get-contact.ts'
import type { CreateSale } from '../../application/sale/create-sale.ts'
import { contactRoutes } from './api/contact-routes.ts'
import { createSalesRoutes } from './api/create-sales-routes.ts'
import { frontDoor } from './api/front-door.ts'
import { type LogProofDeps, logProofRoutes } from './api/log-proof-routes.ts'
import { logRoutes } from './api/log-routes.ts'
import { type AuditDeps, auditRoutes } from './audit/audit-routes.ts'
import { docsRoutes } from './docs/docs-routes.ts'
import { healthRoutes } from './health/health-routes.ts'
import { type MetricsText, metricsRoutes } from './health/metrics-routes.ts'
import { type FrontLimits, limitConnections } from './limits/front-limits.ts'
import { limitKeys } from './limits/limit-keys.ts'
import { limitPipelines } from './limits/limit-pipelines.ts'
import { shedLoad } from './limits/shed-load.ts'
import { watchSilentConnections } from './limits/silent-connections.ts'
import { closeUnreadBodies } from './limits/unread-bodies.ts'
import { requireKeys } from './request/auth.ts'
import { makeBrokenRequests } from './request/broken-request.ts'
import { handleErrors, sendError } from './request/errors.ts'
import { flawOfHost } from './request/host.ts'
import { readJsonBodies } from './request/json-body.ts'
import { refuseWrongMethods } from './request/methods.ts'
import { parseQuery, refuseUnknownParameters } from './request/query.ts'
import { requestIdOf } from './request/request-id.ts'
import { traceIdOf } from './request/trace-id.ts'
import { validatorCompiler } from './request/validation.ts'
import { makeSessions, type Sessions } from './sessions/sessions.ts'
import { refuseOtherSites } from './sessions/source.ts'

/** What a machine asks every few seconds. */
const UNLOGGED: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

const BODY_BYTES_MAX = 64 * 1024
const HEADER_BYTES_MAX = 16 * 1024
/** For the whole request to arrive. A greater `HEADERS_TIMEOUT_MS` would switch both time-outs off. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 10_000
const TIMEOUT_CHECK_MS = 5_000
/** Milliseconds that a connection may be silent beyond the time a sale may take. */
const IDLE_SLACK_MS = 30_000

/** What the front needs of a service. */
export type ServerDeps = LogProofDeps &
  Omit<AuditDeps, 'sessions'> & {
    readonly clock: Clock
    readonly getContact: GetContact
    readonly createSale: CreateSale
    readonly authenticate: Authenticate
    readonly authenticateSession: AuthenticateSession
    /** Where people reach the pages, as links in mails begin; not set where nobody said. */
    readonly publicUrl: string | undefined
    readonly recordAuditorVisit: RecordAuditorVisit
    /** Not set where keys may ask as often as they like. */
    readonly keyQuotas: KeyQuotas | undefined
    /** Not set where time is virtual. */
    readonly loop?: EventLoop
    /** Name and version of this software, for the events. */
    readonly software: string
    /** Why no sale can be taken at the moment; `undefined` when one can. */
    readonly notReady: () => string | undefined
    /** What `GET /readyz?verbose` adds. */
    readonly verbose: () => Promise<Readonly<Record<string, unknown>>>
    /** Whether the service stops, and begins no sale any more. */
    readonly isDraining: () => boolean
    readonly logger: FastifyBaseLogger
    readonly meter: Pick<Meter, 'turnedAway'>
    readonly front: FrontLimits
    /** The longest that a caller of createSales may wait for its answer, in milliseconds. */
    readonly answerWithinMs: number
    /** What GET /metrics answers; left out where it has a port of its own. */
    readonly metrics?: MetricsText | undefined
    /** Nobody knows what is on disk: the process must stop. */
    readonly onLost: (error: unknown) => void
  }

/** What the front knows of the event loop. */
export type EventLoop = {
  /** Calls `then` at once; while callers come in, when the last of them is in. */
  readonly afterComers: (then: () => void) => void
  /** Milliseconds for which the process has worked in this turn, since it was first asked in it. */
  readonly turnWorkMs: () => number
}

/** The whole HTTP front, ready to listen, or to be asked without a socket by `inject`. */
export async function makeServer(deps: ServerDeps): Promise<FastifyInstance> {
  const broken = makeBrokenRequests()
  const app = Fastify({
    loggerInstance: deps.logger,
    // Fastify's own log lines hold the URL, and the URL of getContact holds an address.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: requestIdOf,
    childLoggerFactory(logger, bindings, options, request) {
      const traceId = traceIdOf(request)
      return logger.child(traceId === undefined ? bindings : { ...bindings, traceId }, options)
    },
    // While the port closes, a request on a connection that is there still gets our own answer.
    return503OnClosing: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: deps.answerWithinMs + IDLE_SLACK_MS,
    keepAliveTimeout: deps.front.keepAliveMs,
    ...trusting(deps.front),
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      // A request without Host is refused below: Node's own refusal has no body.
      requireHostHeader: false,
    },
    rewriteUrl: pathFor,
    // A part of a URL may be as long as a whole header, so that the router never refuses a long id
    // itself, before the key is checked. The route refuses it after that.
    routerOptions: { maxParamLength: HEADER_BYTES_MAX, querystringParser: parseQuery },
    frameworkErrors: (error, request, reply) =>
      sendError(error, request, withOwnHeaders(request, reply)),
    clientErrorHandler: broken.answer,
  })
  broken.watch(app.server)
  limitConnections(app.server, deps.front, deps)
  closeUnreadBodies(app, REQUEST_TIMEOUT_MS)
  const closeSilent = watchSilentConnections(app.server)
  app.addHook('preClose', (done) => {
    closeSilent()
    done()
  })
  app.setValidatorCompiler(validatorCompiler)

  await app.register(sensible)
  readJsonBodies(app)
  const refuseOthers = refuseWrongMethods(app)
  limitPipelines(app, deps.meter)
  const { loop } = deps
  if (loop !== undefined)
    app.addHook('onRequest', (_request, _reply, done) => loop.afterComers(done))
  judgeHosts(app)
  // An unknown Expect header is ignored: Node's own answer, 417, has no body.
  app.server.on('checkExpectation', app.routing)
  if (deps.loop !== undefined) shedLoad(app, deps.loop.turnWorkMs)
  const sessions = judgeCallers(app, deps)
  refuseUnknownParameters(app)
  if (deps.keyQuotas !== undefined) limitKeys(app, deps.keyQuotas)
  handleErrors(app, deps.onLost)
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (deps.isDraining()) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    logAnswer(request, reply)
    if (request.turnedAway !== null) deps.meter.turnedAway(request.turnedAway)
    done()
  })

  await addRoutes(app, { ...deps, sessions })
  refuseOthers()
  return app
}

/** Hooks that wait for nothing call `done`: a promise for each of them would be dearer than what they do. */
function judgeHosts(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    withOwnHeaders(request, reply)
    const flaw = flawOfHost(request.raw)
    done(flaw === undefined ? undefined : app.httpErrors.badRequest(`Host: ${flaw}`))
  })
}

/** Who may ask, and whether another site makes a browser ask. */
function judgeCallers(app: FastifyInstance, deps: ServerDeps): Sessions {
  const sessions = makeSessions(deps)
  refuseOtherSites(app, deps.publicUrl)
  requireKeys(app, { ...deps, sessionKeyOf: sessions.keyOf })
  return sessions
}

async function addRoutes(app: FastifyInstance, deps: ServerDeps & AuditDeps): Promise<void> {
  await app.register(contactRoutes, deps)
  await app.register(createSalesRoutes, deps)
  await app.register(logRoutes, deps)
  await app.register(auditRoutes, { ...deps, prefix: '/audit' })
  await app.register(logProofRoutes, deps)
  await app.register(healthRoutes, deps)
  if (deps.metrics !== undefined) await app.register(metricsRoutes, { metrics: deps.metrics })
  await app.register(frontDoor)
  await app.register(docsRoutes)
}

/** The path that the router looks for. The `*` of OPTIONS it would take for that of the front door. */
function pathFor({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  return url.startsWith('*') ? `/${url}` : url
}

/** What every answer carries. */
function withOwnHeaders({ id }: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.header('x-request-id', id).header('cache-control', 'no-store')
}

function trusting({ trustedProxies }: FrontLimits): { readonly trustProxy?: string[] } {
  return trustedProxies.length === 0 ? {} : { trustProxy: [...trustedProxies] }
}

function logAnswer(
  { routeOptions, method, caller, log }: FastifyRequest,
  reply: FastifyReply,
): void {
  const { url: route = 'none' } = routeOptions
  if (UNLOGGED.has(route)) return
  const ms = Math.round(reply.elapsedTime)
  log.info(
    { method, route, status: reply.statusCode, ms, client: caller?.client ?? null },
    'answered',
  )
}
