// How a service comes to drive the sales of instances that are gone, where several serve one database.
import type { SaleId } from '../../domain/ids.ts'
import { LONG_AGO, later } from '../../domain/time.ts'
import type { Clock } from '../base/clock.port.ts'
import { errorCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.port.ts'
import type { InstanceNumber, Instances, OwnedSale } from '../instances/instances.port.ts'
import { makeKeepLease } from '../instances/keep-lease.ts'
import type { OwnLease } from '../instances/lease.ts'
import type { CopiedSales } from './copied-sales.port.ts'
import type { RecoverSales } from './recover-sales.ts'
import type { Recovery } from './recovery.ts'
import type { RunningSales } from './run/running-sales.ts'

/**
 * Looks for sales without an owner in one lease. One is found by whose share it is within a lease and a look
 * after its owner's last renewal; a lease later where the database was away.
 */
const LOOKS_IN_A_LEASE = 3

/** Sales of one look, and of one read. */
const PAGE_MAX = 1_000

/**
 * Joins the instances of the database, keeps the lease, and takes up the sales that nobody owns, as well as
 * those of its own to which a former owner has added.
 */
export function makeSharedRecovery(deps: {
  readonly instances: Pick<Instances, 'takeOver' | 'owned' | 'retire'>
  readonly lease: OwnLease
  readonly sales: Pick<RunningSales, 'isDriven' | 'endOutgrown' | 'abandon'>
  readonly recoverSales: Pick<RecoverSales, 'takeUp'>
  readonly copied: CopiedSales
  readonly clock: Clock
  readonly logger: Logger
  readonly onLost: (error: unknown) => void
}): Recovery {
  const { instances, lease, sales, recoverSales, copied, clock, logger, onLost } = deps
  const onDead = () => sales.abandon()
  // Who was away with the database gives the others a lease of time to renew theirs: else the first one that is
  // back would take all the others for dead, and interrupt their sales.
  let lookFrom = LONG_AGO
  const onLate = () => {
    lookFrom = later(clock.instant(), lease.leaseMs)
  }
  // A process that stops, and is taken for dead then, is another instance for the rest of its time.
  let isOver = false
  const onJoined = async () => (isOver ? retire() : undefined)
  const keepLease = makeKeepLease({ lease, clock, logger, onDead, onLate, onJoined })
  const leaving = new AbortController()
  let kept: Promise<void> = Promise.resolve()
  /** Reported once each: no new look reads more of them. */
  const unreadable = new Set<SaleId>()

  return {
    async begin() {
      const instance = await lease.join()
      logger.info({ instance, leaseMs: lease.leaseMs }, 'joined')
      kept = keepLease(leaving.signal).catch(onLost)
      return { held: await copied.held() }
    },

    async run(stop) {
      while (!stop.aborted) {
        if (lease.holds() && clock.instant() >= lookFrom) await look().catch(passUnavailable)
        await clock.sleep(Math.floor(lease.leaseMs / LOOKS_IN_A_LEASE), stop)
      }
      isOver = true
      await retire()

      async function look(): Promise<void> {
        const instance = lease.number()
        if (instance === null) return
        const taken = await instances.takeOver(instance, PAGE_MAX)
        if (taken.length > 0) logger.info({ instance, taken: taken.length }, 'sales taken over')
        const toDrive = await undriven(instance)
        if (toDrive.length === 0) return
        const recovered = await recoverSales.takeUp(toDrive, stop)
        const counts = { takenUp: recovered.takenUp, unreadable: recovered.unreadable.length }
        logger.info({ ...counts, instance }, 'unfinished sales taken up')
        // Not each sale that no run drives by now: the run of one may have ended, and it may be opened again.
        for (const saleId of recovered.unreadable) unreadable.add(saleId)
      }
    },

    async end() {
      leaving.abort()
      await kept
      await lease.leave().catch((err: unknown) => {
        logger.warn({ err }, 'not left: the others wait until the lease is over')
      })
    },
  }

  /** Its callers may wait for long yet, and the sales of one that dies meanwhile are the others'. */
  async function retire(): Promise<void> {
    const instance = lease.number()
    if (instance === null) return
    await instances.retire(instance).catch((err: unknown) => {
      logger.warn({ err }, 'not retired: the others leave this one its share until it has left')
    })
  }

  /** The next look comes soon. */
  function passUnavailable(err: unknown): void {
    if (errorCode(err) !== 'unavailable') throw err
    logger.warn({ err }, 'sales without an owner not looked for')
  }

  async function undriven(instance: InstanceNumber): Promise<readonly SaleId[]> {
    const held = new Set(await copied.held())
    const owned = await allOwned(instances, instance)
    // To some a former owner has added: a run in a long pause would look too late for what that one made. The next
    // look takes these up.
    for (const { saleId, sequence } of owned) sales.endOutgrown(saleId, sequence)
    return owned
      .map(({ saleId }) => saleId)
      .filter((id) => !sales.isDriven(id) && !held.has(id) && !unreadable.has(id))
  }
}

async function allOwned(
  instances: Pick<Instances, 'owned'>,
  instance: InstanceNumber,
): Promise<readonly OwnedSale[]> {
  const found: OwnedSale[] = []
  // Bounded by the unfinished sales of this instance: each page begins after the last one.
  for (;;) {
    const page = await instances.owned(instance, found.at(-1)?.saleId, PAGE_MAX)
    found.push(...page)
    if (page.length < PAGE_MAX) return found
  }
}
