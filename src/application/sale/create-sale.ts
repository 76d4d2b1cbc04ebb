// Creates a sale for a caller who waits, or repeats the answer of the sale that its key stands for.
import type { CrmId, SaleId } from '../../domain/ids.ts'
import { decidedAnswer, type SaleAnswer } from '../../domain/sale/answer.ts'
import type { RequestedProduct, SaleEvent } from '../../domain/sale/events.ts'
import { replay, takeUp } from '../../domain/sale/evolve.ts'
import type { Instant } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode, UnreadableError } from '../base/errors.ts'
import type { Random } from '../base/random.port.ts'
import type { Admission, TurnedAway } from '../crm/admission.port.ts'
import type { ClientActor } from '../log/event-record.ts'
import { summarize } from '../log/sale-summary.ts'
import type { KeyQuotas } from './key-quotas.port.ts'
import type { StorePace } from './measured-store.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { ReadAhead } from './run/read-ahead.ts'
import type { StoredSale } from './run/record-outcome.ts'
import type { RunningSales } from './run/running-sales.ts'
import type { Claim, Claimed, SaleStore } from './run/sale-store.port.ts'

/** Callers who wait at one time. One more is turned away before anything is recorded. */
const CALLERS_WAITING_MAX = 256

/** `Retry-After` while the disk is full: longer than the service needs to notice new room. */
const STORAGE_RETRY_MS = 5_000

export type SaleRequest = {
  readonly contactId: CrmId
  readonly products: readonly RequestedProduct[]
  /** The `Idempotency-Key`, without quotes. */
  readonly idempotencyKey: string | undefined
  readonly actor: ClientActor
  /** Of the caller's trace, for the log lines about the sale. */
  readonly traceId?: string | undefined
}

export type CreateSaleResult =
  | { readonly type: 'answered'; readonly saleId: SaleId; readonly answer: SaleAnswer }
  | { readonly type: 'replayed'; readonly saleId: SaleId; readonly answer: SaleAnswer }
  | { readonly type: 'stillRunning'; readonly saleId: SaleId }
  /** The events of the key's sale cannot be read, so nobody knows how it ended. */
  | { readonly type: 'unreadable'; readonly saleId: SaleId }
  /** The key was used for another request. */
  | { readonly type: 'keyReused' }
  /** No sale was started. The same request may be sent again later. */
  | {
      readonly type: 'turnedAway'
      readonly why: 'keyRate' | 'draining' | 'busy' | 'storage' | 'crm'
      readonly reason?: string
      readonly retryAfterMs?: number
    }
  /** The sale was started and nobody knows how it ends: the connection must be cut. */
  | { readonly type: 'silent'; readonly saleId: SaleId; readonly cause: unknown }

export type CreateSale = (request: SaleRequest) => Promise<CreateSaleResult>

type Deps = {
  readonly store: SaleStore
  readonly sales: RunningSales
  readonly readAhead: ReadAhead
  readonly admission: Admission
  readonly pace: StorePace
  readonly clock: Pick<Clock, 'now' | 'instant'>
  readonly random: Random
  readonly reportUnreadable: ReportUnreadable
  /** Not set where keys may ask as often as they like. */
  readonly keyQuotas?: KeyQuotas | undefined
  /** Whether the service is stopping and begins no sale. */
  readonly isDraining: () => boolean
  /** Why the disk takes no new sale; `undefined` while it takes them. Not set for a database in memory. */
  readonly storageFull?: () => string | undefined
  /** Called when nobody knows what is on disk: the process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}

export function makeCreateSale(deps: Deps): CreateSale {
  const { store, sales, clock, random } = deps
  // Callers are counted before the first write, because many requests can come while it is under way.
  let callersWaiting = 0

  return async function createSale(request) {
    const claim = claimOf(request)
    const earlier = claim && (await store.findClaim(claim, clock.now()))
    if (earlier !== undefined) return replayOf(earlier)
    const rateMs = deps.keyQuotas && (await deps.keyQuotas.take(request.actor.keyId))
    const turnedAway = noRoomHere(deps, rateMs ?? 0, callersWaiting)
    if (turnedAway !== undefined) return turnedAway
    const entry = deps.admission.reserveSale(callersWaiting)
    if (!entry.admitted) return notNow(entry)
    callersWaiting += 1
    const saleId = random.saleId()
    const begun = sales.announce(saleId)
    try {
      return await start(saleId, request, claim, entry.release)
    } finally {
      begun()
      callersWaiting -= 1
    }
  }

  /** @param release gives back the place of a sale that does not begin */
  async function start(
    saleId: SaleId,
    request: SaleRequest,
    claim: Claim | undefined,
    release: () => void,
  ): Promise<CreateSaleResult> {
    const requested = requestedEvent(request, clock.now())
    const begun = begunSale(saleId, request, requested, clock.instant())
    const { client } = begun
    // The sale begins once its first event is on disk. The reads overlap that commit; nothing is made
    // or recorded before it, so a sale that does not begin leaves no trace.
    const reads = deps.readAhead(begun)
    try {
      const first = {
        saleId,
        after: 0,
        events: [requested],
        actor: request.actor,
        client,
        summary: summarize(begun.sale),
        mails: [],
      }
      const taken = await store.begin(first, claim, clock.now())
      if (taken !== undefined) {
        release()
        deps.keyQuotas?.giveBack(request.actor.keyId)
        return replayOf(taken)
      }
    } catch (cause) {
      release()
      if (isNotStored(cause)) return noRoom(String(cause))
      if (errorCode(cause) !== 'lost') throw cause
      deps.onLost(cause)
      return { type: 'silent', saleId, cause }
    }
    try {
      const decided = await sales.begin(begun, reads)
      return { type: 'answered', saleId, answer: decided }
    } catch (cause) {
      return { type: 'silent', saleId, cause }
    }
  }

  /** The answer of the sale that holds the key. Once it is decided it never changes. */
  async function replayOf(claimed: Claimed): Promise<CreateSaleResult> {
    const { saleId } = claimed
    if (!claimed.sameRequest) return { type: 'keyReused' }
    const events = await store.load(saleId).catch(passUnreadable)
    if (events instanceof UnreadableError) {
      await deps.reportUnreadable(saleId, events)
      return { type: 'unreadable', saleId }
    }
    const decided = decidedAnswer(replay(saleId, events))
    return decided === undefined
      ? { type: 'stillRunning', saleId }
      : { type: 'replayed', saleId, answer: decided }
  }
}

/** Why a sale that is no replay is not begun, before the CRM is asked about; `undefined` where it may be. */
function noRoomHere(
  deps: Deps,
  retryAfterMs: number,
  callersWaiting: number,
): CreateSaleResult | undefined {
  if (retryAfterMs > 0) return { type: 'turnedAway', why: 'keyRate', retryAfterMs }
  if (deps.isDraining()) return { type: 'turnedAway', why: 'draining' }
  if (callersWaiting >= CALLERS_WAITING_MAX) return { type: 'turnedAway', why: 'busy' }
  const lateMs = deps.pace.lateMs(callersWaiting)
  if (lateMs > 0) return { type: 'turnedAway', why: 'busy', retryAfterMs: lateMs }
  const full = deps.storageFull?.()
  return full === undefined ? undefined : noRoom(full)
}

/** A database that takes nothing, or that takes nothing of this instance, which others took for dead. */
function isNotStored(error: unknown): boolean {
  return ['unavailable', 'conflict'].includes(errorCode(error) ?? '')
}

function passUnreadable(error: unknown): UnreadableError {
  if (error instanceof UnreadableError) return error
  throw error
}

function notNow({ reason, retryAfterMs }: TurnedAway): CreateSaleResult {
  return { type: 'turnedAway', why: 'crm', reason, retryAfterMs }
}

function noRoom(reason: string): CreateSaleResult {
  return { type: 'turnedAway', why: 'storage', reason, retryAfterMs: STORAGE_RETRY_MS }
}

function claimOf(request: SaleRequest): Claim | undefined {
  const { idempotencyKey, contactId, products, actor } = request
  if (idempotencyKey === undefined) return undefined
  const lines = products.map(({ productId, quantity }) => [productId, quantity])
  return { client: actor.client, key: idempotencyKey, request: JSON.stringify([contactId, lines]) }
}

function requestedEvent(request: SaleRequest, at: SaleEvent['at']): SaleEvent {
  const { contactId, products, idempotencyKey } = request
  const idempotent = idempotencyKey !== undefined
  return { type: 'SaleRequested', at, data: { contactId, products, idempotent } }
}

function begunSale(
  saleId: SaleId,
  { actor, traceId }: SaleRequest,
  requested: SaleEvent,
  now: Instant,
): StoredSale {
  return {
    sale: takeUp(saleId, [requested], now),
    sequence: 1,
    client: actor.client,
    names: { saleId, requestId: actor.requestId, traceId },
    requestedAt: now,
    since: now,
  }
}
