// The rate of requests of each key over all instances: what this one may let in it draws in small lots.

import { type Instant, LONG_AGO, later, msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { Drawn, KeyBuckets } from './key-buckets.port.ts'
import {
  KEYS_MAX,
  type KeyQuotas,
  makeKeyQuotas,
  type OwnKeyQuotas,
  PARTS,
  type Quota,
} from './key-quotas.ts'

/** A lot is what a key may ask in this part of a second. Of up to ten requests a second each is drawn alone. */
const LOTS_A_SECOND = 10

/** Milliseconds for which what was drawn is used. What is left of it then is lost to the key. */
const KEPT_MS = 1_000

/** Milliseconds that a request waits for a draw, before the database counts as away. */
const PATIENCE_MS = 250

/** Milliseconds from one draw to the next while the database is away. Nobody waits for these. */
const TRY_AGAIN_MS = 1_000

/** What this instance knows of a key. */
type Known = {
  readonly keyId: string
  /** Requests that are drawn and not made yet. */
  own: number
  drawnAt: Instant
  /** What the bucket held when it was last heard of. */
  parts: number
  heardAt: Instant
  /** Until then there is nothing to draw. */
  emptyUntil: Instant
  waiting: number
  drawing: Promise<void> | undefined
}

type Deps = {
  readonly clock: Timer
  readonly quota: Quota
  readonly buckets: KeyBuckets
  readonly logger: Pick<Logger, 'warn' | 'info'>
}

/**
 * In any span of `t` seconds a key makes at most `burst + perSecond × t` requests over all instances, and each
 * instance may let in what it had drawn before: one lot less one. While the database is away, each instance
 * holds every key to its own share of the rate.
 */
export function makeSharedKeyQuotas(deps: Deps): KeyQuotas {
  const { clock, quota } = deps
  const known = new Map<string, Known>()
  const ownShare = makeOwnShare(deps)
  const draw = makeDraw(deps, ownShare)

  return {
    take(keyId) {
      const key = knownOf(keyId)
      const waitMs = takeOwn(key)
      if (waitMs !== undefined) return waitMs
      const quotas = ownShare.quotas()
      if (quotas === undefined) return drawAndTake(key)
      if (ownShare.triesAgain()) void draw(key)
      return quotas.take(keyId)
    },

    giveBack(keyId) {
      const key = knownOf(keyId)
      key.own = Math.min(quota.burst, freshOwn(key) + 1)
      key.drawnAt = clock.instant()
    },

    allowanceOf(keyId) {
      const { parts, heardAt, own } = knownOf(keyId)
      const fullParts = quota.burst * PARTS
      const now = clock.instant()
      const left = Math.min(fullParts, parts + msBetween(heardAt, now) * quota.perSecond)
      return {
        limit: quota.burst,
        remaining: Math.min(quota.burst, Math.floor(left / PARTS) + own),
        fullInMs: Math.ceil((fullParts - left) / quota.perSecond),
      }
    },
  }

  /** Returns the milliseconds to wait, 0 for none; `undefined` where it has to be drawn. */
  function takeOwn(key: Known): number | undefined {
    const now = clock.instant()
    if (freshOwn(key) > 0) {
      key.own -= 1
      return 0
    }
    return now < key.emptyUntil ? Math.ceil(msBetween(now, key.emptyUntil)) : undefined
  }

  function freshOwn(key: Known): number {
    if (msBetween(key.drawnAt, clock.instant()) > KEPT_MS) key.own = 0
    return key.own
  }

  async function drawAndTake(key: Known): Promise<number> {
    const late = new AbortController()
    const patience = clock.sleep(PATIENCE_MS, late.signal).then(() => late.abort())
    key.waiting += 1
    try {
      // Each turn of it waits for a draw that has begun; all together no longer than the patience.
      while (!late.signal.aborted && ownShare.quotas() === undefined) {
        await Promise.race([draw(key), patience])
        const waitMs = takeOwn(key)
        if (waitMs !== undefined) return waitMs
      }
    } finally {
      key.waiting -= 1
      late.abort()
    }
    return ownShare.begin().take(key.keyId)
  }

  function knownOf(keyId: string): Known {
    const found = known.get(keyId)
    if (found !== undefined) return found
    // The bucket itself is elsewhere: who is forgotten loses what was drawn for it, and no more.
    const [oldest] = known.keys()
    if (known.size >= KEYS_MAX && oldest !== undefined) known.delete(oldest)
    const now = clock.instant()
    const nothing = { own: 0, drawnAt: LONG_AGO, emptyUntil: LONG_AGO, waiting: 0 }
    const full = { parts: quota.burst * PARTS, heardAt: now }
    const key: Known = { keyId, ...nothing, ...full, drawing: undefined }
    known.set(keyId, key)
    return key
  }
}

/** Returns a function that draws for a key, and resolves when the draw is over. One at a time is under way. */
function makeDraw({ clock, quota, buckets }: Deps, ownShare: OwnShare) {
  const lot = Math.ceil(quota.perSecond / LOTS_A_SECOND)

  return function draw(key: Known): Promise<void> {
    key.drawing ??= drawOnce(key).finally(() => {
      key.drawing = undefined
    })
    return key.drawing
  }

  async function drawOnce(key: Known): Promise<void> {
    const needed = Math.max(1, key.waiting)
    const { keyId } = key
    try {
      const drawn = await buckets.draw({ keyId, quota, needed, lot: Math.max(lot, needed) })
      ownShare.end(drawn.instances)
      take(key, drawn, needed)
    } catch (error) {
      if (errorCode(error) === undefined) throw error
      ownShare.begin(error)
    }
  }

  function take(key: Known, { requests, parts }: Drawn, needed: number): void {
    const now = clock.instant()
    key.own += requests
    key.drawnAt = now
    key.parts = parts
    key.heardAt = now
    const fillsInMs = Math.ceil((PARTS - parts) / quota.perSecond)
    if (requests < needed) key.emptyUntil = later(now, fillsInMs)
  }
}

type OwnShare = ReturnType<typeof makeOwnShare>

/** The rates as this instance alone holds to them while the database is away: its share of each. */
function makeOwnShare({ clock, quota, logger }: Deps) {
  let instances = 1
  let quotas: OwnKeyQuotas | undefined
  let tryAgainAt = LONG_AGO

  return {
    /** `undefined` while the database is there. */
    quotas: () => quotas,

    begin(err?: unknown) {
      tryAgainAt = later(clock.instant(), TRY_AGAIN_MS)
      if (quotas === undefined) {
        logger.warn({ err, instances }, 'the rates of keys are held by share: the database is late')
        const perSecond = quota.perSecond / instances
        const burst = Math.max(1, Math.floor(quota.burst / instances))
        quotas = makeKeyQuotas({ clock, quota: { perSecond, burst } })
      }
      return quotas
    },

    /** @param heard how many instances there are */
    end(heard: number) {
      instances = heard
      if (quotas !== undefined) logger.info({ instances }, 'the rates of keys are shared again')
      quotas = undefined
    },

    /** Whether it is time to look whether the database is there again. */
    triesAgain(): boolean {
      const now = clock.instant()
      if (now < tryAgainAt) return false
      tryAgainAt = later(now, TRY_AGAIN_MS)
      return true
    },
  }
}
