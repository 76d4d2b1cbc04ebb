import { once } from 'node:events'
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { MetricsServer } from '../../adapters/http/metrics-server.ts'
import { makeServer } from '../../adapters/http/server.ts'
import { type MadeMetrics, makeMetrics } from '../../adapters/metrics/metrics.ts'
import type { Clock } from '../../application/base/clock.port.ts'
import { type KnownLog, LogDiffers } from '../../application/checkpoints/known-log.ts'
import type { CallPlaces } from '../../application/crm/places/call-places.port.ts'
import { makeWatchCalls } from '../../application/crm/watch-calls.ts'
import { makeWatchOrganisation } from '../../application/crm/watch-organisation.ts'
import { mailBacklog } from '../../application/mail/mail-backlog.ts'
import type { WatchStorage } from '../../application/storage/watch-storage.ts'
import type { Config } from '../config/config.ts'
import { openMetrics } from '../metrics/open-metrics.ts'
import { makeLogger } from '../system/logger.ts'
import { portError } from '../system/port-error.ts'
import { StopAsked, stopSignals } from '../system/stop-signals.ts'
import { makeSystemClock } from '../system/system-clock.ts'
import { makeSystemRandom } from '../system/system-random.ts'
import { makeTurnWork } from '../system/turn-work.ts'
import { makeTurns, type Turns } from '../system/turns.ts'
import { connectZoho, transportOf } from './connect-zoho.ts'
import { checkFitness } from './crm-fitness.ts'
import { withDemoKey } from './demo-key.ts'
import { findMailWay, makeMailer } from './mailer.ts'
import { type OpenCheckpoints, openCheckpoints, refusedStartText } from './open-checkpoints.ts'
import type { Store } from './open-store.ts'
import { markCrm } from './same-crm.ts'
import { openServedStore } from './served-store.ts'
import { makeService, type Service } from './service.ts'
import type { Shared } from './service-deps.ts'
import { standingOf } from './standing.ts'
import { FAKE_IN_PRODUCTION, heldLines, startLines } from './start-lines.ts'

/**
 * Connections that may wait to be accepted. Beyond them the system drops the last packet of the
 * handshake, and a caller waits 1, 3, 7, … s for an answer. Linux cuts this to
 * `net.core.somaxconn`, 4096 unless it was set.
 */
const BACKLOG = 4_096

/**
 * Serves until SIGTERM, SIGINT or SIGHUP, and returns the exit code. Before each step of the start it
 * looks whether one of them has come. `say` takes the lines for a person.
 */
export async function serve(config: Config, say: (text: string) => void): Promise<number> {
  const asked = stopSignals()
  const { logger, dropped } = makeLogger(config.logLevel)
  try {
    return await serveUntil(asked, { config, logger, linesDropped: dropped, say })
  } catch (error) {
    if (!(error instanceof StopAsked)) throw error
    logger.info({ signal: error.signal }, 'stopped before it served')
    return 0
  }
}

/** @throws {StopAsked} when `asked` is aborted before the port is open. */
async function serveUntil(
  asked: AbortSignal,
  deps: {
    readonly config: Config
    readonly logger: Logger
    /** Log lines that were dropped since the start. */
    readonly linesDropped: () => number
    readonly say: (text: string) => void
  },
): Promise<number> {
  const { config, logger } = deps
  await goOn(asked)
  const clock = makeSystemClock()
  const onLost = (err: unknown) => {
    if (err instanceof LogDiffers) process.stderr.write(refusedStartText(err))
    // Nobody knows what is on disk, so that not even an orderly stop may write to it.
    logger.fatal(
      { err },
      'stopping, because it cannot be trusted to go on: the next start reads the log anew',
    )
    process.exit(1)
  }
  const turns = makeTurns()
  const metrics = makeMetrics({ ofProcess: true })
  const served = await openServedStore({
    ...{ config, clock, logger, onLost },
    goOn: () => goOn(asked),
    endOfTurn: turns.endOfTurn,
    onCommit: metrics.meter.committed,
  })
  const { store } = served
  let audit: OpenCheckpoints | undefined
  try {
    await markCrm(store.crmMark, config, clock.now())
    await goOn(asked)
    audit = await openCheckpoints(config, store)
    if (audit.check.type === 'whole') {
      const opened = { asked, ...served, turns, metrics, audit, clock, onLost }
      return await serveStore({ ...deps, ...opened })
    }
    process.stderr.write(refusedStartText(audit.check))
    return 1
  } finally {
    audit?.file.close()
    await served.close()
  }
}

async function serveStore(deps: {
  readonly asked: AbortSignal
  readonly config: Config
  readonly store: Store
  readonly turns: Turns
  readonly metrics: MadeMetrics
  readonly audit: OpenCheckpoints
  readonly storage?: WatchStorage
  readonly shared?: Shared
  readonly places?: CallPlaces
  readonly known?: KnownLog
  readonly clock: Clock
  readonly logger: Logger
  readonly linesDropped: () => number
  readonly onLost: (error: unknown) => void
  readonly say: (text: string) => void
}): Promise<number> {
  const { asked, config, store, audit, storage, clock, logger, onLost, say } = deps
  const random = makeSystemRandom()
  const fetch = await transportOf(config, clock)
  const zoho = connectZoho({
    ...{ config, clock, random, tokenStore: store.token, fetch },
    mayWrite: deps.shared?.lease.holds,
    places: deps.places,
  })
  const { meter } = deps.metrics
  const watched = makeWatchCalls({ meter, clock, logger })(zoho.crm)
  const organisation = makeWatchOrganisation({ crm: watched, clock, logger })
  await goOn(asked)
  const questions = Promise.all([
    checkFitness({ config, admin: zoho.admin, clock, logger }),
    organisation.ask(),
    findMailWay(config.mail),
  ])
  const [first, , mails] = await unlessAsked(asked, questions)
  if (first.type === 'unsafe') {
    for (const { check, remedy } of first.findings) {
      process.stderr.write(`The CRM is not fit for sales: ${check}. ${remedy}\n`)
    }
    return 2
  }
  const { fitness } = first
  const demo = config.crm === 'fake' ? withDemoKey(store.keys, clock.now()) : undefined
  const service = makeService({
    config,
    store: { ...store, keys: demo?.keys ?? store.keys },
    storage,
    shared: deps.shared,
    zoho,
    fitness,
    organisation,
    mailer: await makeMailer(config.mail),
    signer: audit.signer,
    checkpointFile: audit.file,
    seen: deps.known && audit.knownFile && { known: deps.known, file: audit.knownFile },
    ...{ clock, random, logger, meter, onLost },
  })
  // The waiting mails are counted before `start` sends any, or the start line would report too few.
  const mail = await mailBacklog(store.outbox, clock.now())
  const { traffic } = zoho
  const metrics = deps.metrics.complete({ ...store, traffic, ...deps })
  const server = await makeServer({
    ...service,
    loop: { afterComers: deps.turns.afterComers, turnWorkMs: makeTurnWork() },
    metrics: config.metrics ? undefined : metrics,
  })
  server.server.on('connection', deps.turns.onConnection)
  let metricsServer: MetricsServer | undefined
  const { held } = await service.start(async () => {
    await goOn(asked)
    metricsServer = await openMetrics(config.metrics, metrics, logger)
    await server
      .listen({ host: config.host, port: config.port, backlog: BACKLOG })
      .catch(async (error) => {
        await metricsServer?.close()
        throw portError(error, config)
      })
  })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  const hasPage = (url: string) =>
    ['', '/'].some((end) => server.hasRoute({ method: 'GET', url: `${url}${end}` }))
  const standing = standingOf({ config, port, signer: audit.signer, mails, mail, hasPage })
  logger.info(standing, 'serving')
  if (config.crm === 'fake' && config.isProduction) logger.warn({}, FAKE_IN_PRODUCTION)
  say([...startLines(config, standing, demo?.demoKey), ...heldLines(held)].join('\n'))

  if (!asked.aborted) await once(asked, 'abort')
  await stopServing({ asked, config, service, server, clock, logger })
  await metricsServer?.close()
  return 0
}

/** Says for a while that it stops, so that nobody sends more, then stops within the grace. */
async function stopServing(deps: {
  readonly asked: AbortSignal
  readonly config: Config
  readonly service: Service
  readonly server: { close(): Promise<unknown> }
  readonly clock: Clock
  readonly logger: Logger
}): Promise<void> {
  const { asked, config, service, server, clock, logger } = deps
  const { shutdownDelayMs: delayMs, shutdownGraceMs: graceMs } = config
  const signal = asked.reason instanceof StopAsked ? asked.reason.signal : undefined
  logger.info({ signal, delayMs, graceMs }, 'stopping: no sale begins any more')
  service.drain()
  await clock.sleep(delayMs)

  const overdue = setTimeout(() => {
    logger.warn({ graceMs }, 'stopped before all was done: the next start takes it up')
    process.exit(0)
  }, graceMs)
  // The port is closed first. A connection on which a caller waits for its answer stays until then.
  const closed = server.close()
  await Promise.all([closed, service.stop(() => closed)])
  clearTimeout(overdue)
}

/** Begins no step after a signal. @throws {StopAsked} */
async function goOn(asked: AbortSignal): Promise<void> {
  // A signal is seen only between two turns of the event loop, and a step may be over within one.
  await nextTurn()
  asked.throwIfAborted()
}

/** Waits for `work`, but not after a signal. @throws {StopAsked} */
async function unlessAsked<T>(asked: AbortSignal, work: Promise<T>): Promise<T> {
  const stop = Promise.withResolvers<never>()
  asked.addEventListener('abort', () => stop.reject(asked.reason), { once: true })
  return Promise.race([work, stop.promise])
}
