import type { CrmId, SaleId } from '../../domain/ids.ts'
import { answer, type SaleAnswer } from '../../domain/sale/answer.ts'
import type { RequestedProduct, SaleEvent } from '../../domain/sale/events.ts'
import { evolve, replay } from '../../domain/sale/evolve.ts'
import { initialSale } from '../../domain/sale/state.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode, UnreadableError } from '../base/errors.ts'
import type { Random } from '../base/random.port.ts'
import type { Admission } from '../crm/admission.port.ts'
import type { ClientActor } from '../log/event-record.ts'
import { summarize } from '../log/sale-summary.ts'
import type { ReportUnreadable } from './report-unreadable.ts'
import type { RunningSales } from './run/running-sales.ts'
import type { Claim, Claimed, SaleStore } from './run/sale-store.port.ts'

/** Sales whose callers wait, at most; one more is turned away before anything is recorded. */
const CALLERS_WAITING_MAX = 256

/** What a caller is told to wait while the disk is full: the time in which room is noticed, and more. */
const STORAGE_RETRY_MS = 5_000

export type SaleRequest = {
  readonly contactId: CrmId
  readonly products: readonly RequestedProduct[]
  /** The `Idempotency-Key`, without quotes. */
  readonly idempotencyKey: string | undefined
  readonly actor: ClientActor
}

export type CreateSaleResult =
  | { readonly type: 'answered'; readonly saleId: SaleId; readonly answer: SaleAnswer }
  | { readonly type: 'replayed'; readonly saleId: SaleId; readonly answer: SaleAnswer }
  | { readonly type: 'stillRunning'; readonly saleId: SaleId }
  /** The events of the key's sale cannot be read: nobody can say how it stands. */
  | { readonly type: 'unreadable'; readonly saleId: SaleId }
  /** The key stands for another request. */
  | { readonly type: 'keyReused' }
  /** Nothing was started: come again later. */
  | {
      readonly type: 'turnedAway'
      readonly why: 'draining' | 'busy' | 'storage' | 'crm'
      readonly reason?: string
      readonly retryAfterMs?: number
    }
  /** The sale was started and nobody can say how it stands: the connection is to be cut. */
  | { readonly type: 'silent'; readonly saleId: SaleId; readonly cause: unknown }

export type CreateSale = (request: SaleRequest) => Promise<CreateSaleResult>

export function makeCreateSale(deps: {
  readonly store: SaleStore
  readonly sales: RunningSales
  readonly admission: Admission
  readonly clock: Clock
  readonly random: Random
  readonly reportUnreadable: ReportUnreadable
  /** Whether the service is on its way out and begins no sale. */
  readonly isDraining: () => boolean
  /** Why the disk takes no new sale; `undefined` when it does. A database in memory has no disk. */
  readonly storageFull?: () => string | undefined
  /** The process must stop and read the log again. */
  readonly onLost: (error: unknown) => void
}): CreateSale {
  const { store, sales, clock, random } = deps
  // Counted from before the first write: many may come while that is still on its way.
  let callersWaiting = 0

  return async function createSale(request) {
    const claim = claimOf(request)
    const earlier = claim && (await store.findClaim(claim, clock.now()))
    if (earlier !== undefined) return replayOf(earlier)
    if (deps.isDraining()) return { type: 'turnedAway', why: 'draining' }
    if (callersWaiting >= CALLERS_WAITING_MAX) return { type: 'turnedAway', why: 'busy' }
    const full = deps.storageFull?.()
    if (full !== undefined) return noRoom(full)
    const entry = deps.admission.reserveSale(callersWaiting)
    if (!entry.admitted) {
      const { reason, retryAfterMs } = entry
      return { type: 'turnedAway', why: 'crm', reason, retryAfterMs }
    }
    callersWaiting += 1
    try {
      return await start(request, claim, entry.release)
    } finally {
      callersWaiting -= 1
    }
  }

  /** @param release gives the place back that the CRM has for the sale, where it does not begin */
  async function start(
    request: SaleRequest,
    claim: Claim | undefined,
    release: () => void,
  ): Promise<CreateSaleResult> {
    const saleId = random.saleId()
    const requested = requestedEvent(request, clock.now())
    const sale = evolve(initialSale(saleId), requested)
    try {
      const first = {
        saleId,
        after: 0,
        events: [requested],
        actor: request.actor,
        client: request.actor.client,
        summary: summarize(sale),
        mails: [],
      }
      const taken = await store.begin(first, claim, clock.now())
      if (taken !== undefined) {
        release()
        return replayOf(taken)
      }
    } catch (cause) {
      release()
      if (errorCode(cause) === 'unavailable') return noRoom(String(cause))
      if (errorCode(cause) !== 'lost') throw cause
      deps.onLost(cause)
      return { type: 'silent', saleId, cause }
    }
    try {
      const told = await sales.begin({ sale, sequence: 1 })
      return { type: 'answered', saleId, answer: told }
    } catch (cause) {
      return { type: 'silent', saleId, cause }
    }
  }

  /** The first answer again, read off the state: it cannot change once it is decided. */
  async function replayOf(claimed: Claimed): Promise<CreateSaleResult> {
    const { saleId } = claimed
    if (!claimed.sameRequest) return { type: 'keyReused' }
    const events = await store.load(saleId).catch(passUnreadable)
    if (events instanceof UnreadableError) {
      await deps.reportUnreadable(saleId, events)
      return { type: 'unreadable', saleId }
    }
    const sale = replay(saleId, events)
    const { type } = answer(sale)
    return type === 'pending'
      ? { type: 'stillRunning', saleId }
      : { type: 'replayed', saleId, answer: type }
  }
}

function passUnreadable(error: unknown): UnreadableError {
  if (error instanceof UnreadableError) return error
  throw error
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
