// The metrics that are asked for at each scrape: they stand somewhere in the service already.

import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../application/base/clock.port.ts'
import { AppError } from '../../application/base/errors.ts'
import { type CrmTraffic, REFRESH_OUTCOMES } from '../../application/crm/crm-traffic.port.ts'
import { OPEN_STATUSES, type SaleReader } from '../../application/log/sale-reader.port.ts'
import type { Outbox } from '../../application/mail/outbox.port.ts'
import type { DatabaseFiles } from '../../application/storage/database-files.port.ts'

/** Sales that are counted at most. More than these are open only where something is badly wrong. */
const OPEN_SALES_MAX = 10_000

/** Where the figures stand. */
export type Sources = {
  readonly saleReader: Pick<SaleReader, 'open'>
  readonly outbox: Pick<Outbox, 'backlog'>
  readonly files: Pick<DatabaseFiles, 'walBytes'>
  readonly traffic: CrmTraffic
  /** Log lines that were dropped since the start of the process. */
  readonly linesDropped: () => number
  readonly clock: Clock
}

/** @returns asks each source, and sets its gauges; to be called before each scrape */
export function makeGauges(registry: Registry, sources: Sources): () => Promise<void> {
  const updates = [
    openSales(registry, sources),
    outbox(registry, sources),
    crmTraffic(registry, sources),
    files(registry, sources),
  ]
  return async function update() {
    await Promise.all(updates.map((one) => one()))
  }
}

function openSales(registry: Registry, { saleReader, clock }: Sources): () => Promise<void> {
  const open = new Gauge({
    name: 'gateway_sales_open',
    help: `Sales for which something is left to be done, up to ${OPEN_SALES_MAX} of them.`,
    labelNames: ['status'],
    registers: [registry],
  })
  const oldest = gauge(
    registry,
    'gateway_oldest_open_sale_seconds',
    'Since the request of the oldest of these sales; 0 without one.',
  )
  return async () => {
    const found = await unlessUnavailable(() => saleReader.open(OPEN_SALES_MAX))
    for (const status of OPEN_STATUSES) {
      open.set({ status }, found === undefined ? Number.NaN : found.counts[status])
    }
    oldest.set(found === undefined ? Number.NaN : ageSeconds(found.oldestAt, clock.now()))
  }
}

function outbox(registry: Registry, sources: Sources): () => Promise<void> {
  const waiting = gauge(registry, 'gateway_outbox_waiting', 'Mails that are not handed over yet.')
  const oldest = gauge(
    registry,
    'gateway_outbox_oldest_seconds',
    'Since the oldest of these mails was made; 0 without one.',
  )
  return async () => {
    const found = await unlessUnavailable(() => sources.outbox.backlog())
    waiting.set(found?.count ?? Number.NaN)
    const now = sources.clock.now()
    oldest.set(found === undefined ? Number.NaN : ageSeconds(found.oldestAt, now))
  }
}

function crmTraffic(registry: Registry, { traffic }: Sources): () => Promise<void> {
  const inFlight = gauge(registry, 'gateway_crm_in_flight', 'Calls to the CRM that are under way.')
  const waiting = gauge(
    registry,
    'gateway_crm_waiting',
    'Calls to the CRM that wait for a place among those under way.',
  )
  const throttled = total(
    registry,
    'gateway_crm_throttled_total',
    'Answers by which the CRM asked for fewer calls (HTTP 429).',
  )
  const breaker = gauge(
    registry,
    'gateway_breaker_open',
    '1 while the CRM does not answer and nothing new begins but a probe; else 0.',
  )
  const refreshes = new Counter({
    name: 'gateway_token_refreshes_total',
    help: 'Requests for an access token: renewed, throttled (too many), refused (only a person can mend it), failed.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const age = gauge(
    registry,
    'gateway_token_age_seconds',
    'Since the present access token was given; not a number without one.',
  )
  return async () => {
    inFlight.set(traffic.inFlight())
    waiting.set(traffic.waiting())
    throttled.set(traffic.throttled())
    breaker.set(traffic.isBreakerOpen() ? 1 : 0)
    const counted = traffic.refreshes()
    refreshes.reset()
    for (const outcome of REFRESH_OUTCOMES) refreshes.inc({ outcome }, counted[outcome])
    const ageMs = traffic.tokenAgeMs()
    age.set(ageMs === undefined ? Number.NaN : Math.max(0, ageMs) / 1_000)
  }
}

function files(registry: Registry, sources: Sources): () => Promise<void> {
  const wal = gauge(registry, 'gateway_wal_bytes', 'Size of the write-ahead log of the database.')
  const dropped = total(
    registry,
    'gateway_log_lines_dropped_total',
    'Log lines that were dropped, because stderr was not read or could not be written.',
  )
  return async () => {
    wal.set(sources.files.walBytes())
    dropped.set(sources.linesDropped())
  }
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name, help, registers: [registry] })
}

/** A counter that somebody else counts: it is set to what they have. */
function total(registry: Registry, name: string, help: string) {
  const counter = new Counter({ name, help, registers: [registry] })
  return {
    set(value: number) {
      counter.reset()
      counter.inc(value)
    },
  }
}

/** While the database is busy there is no figure, and the others are still shown. */
async function unlessUnavailable<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function ageSeconds(since: number | undefined, now: number): number {
  return since === undefined ? 0 : Math.max(0, now - since) / 1_000
}
