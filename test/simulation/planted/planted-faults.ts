// The faults that are planted into the service, one at a time, to see that the simulation finds them.
import type { Crm } from '../../../src/application/crm/crm.port.ts'
import type { Outbox } from '../../../src/application/mail/outbox.port.ts'
import type { SaleStore } from '../../../src/application/sale/run/sale-store.port.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import { referenceOf } from '../../../src/domain/sale/reference.ts'
import { instantAt, later, msBetween, plusMs } from '../../../src/domain/time.ts'
import type {
  Sabotage,
  SabotageClock,
  SabotageFetch,
  SabotageInstance,
  SabotageWriter,
  World,
} from '../world/world.ts'

export type PlantedFault = {
  readonly name: string
  /** The invariants by whose numbers it may be found. */
  readonly breaks: readonly string[]
  readonly sabotage?: Sabotage
  readonly sabotageFetch?: SabotageFetch
  readonly sabotageWriter?: SabotageWriter
  readonly sabotageClock?: SabotageClock
  readonly sabotageInstance?: SabotageInstance
  /** Only seeds with a burst are tried. */
  readonly needsBurst?: true
  /** Only a CRM that lies shows it. */
  readonly isLying?: true
  /** It is in what makes a process one of several. */
  readonly areSeveral?: true
  /** Where the search begins; seeds before it are known to show nothing. */
  readonly fromSeed?: number
}

const NOTHING = { type: 'done', value: [] } as const

type Change<Port> = (port: Port, world: World) => Partial<Port>

export const inSales =
  (change: Change<SaleStore>): Sabotage =>
  ({ store }, world) => ({
    store: { ...store, sales: { ...store.sales, ...change(store.sales, world) } },
  })

export const inOutbox =
  (change: Change<Outbox>): Sabotage =>
  ({ store }, world) => ({
    store: { ...store, outbox: { ...store.outbox, ...change(store.outbox, world) } },
  })

const inCrm =
  (change: Change<Crm>): Sabotage =>
  ({ zoho }, world) => ({ zoho: { ...zoho, crm: { ...zoho.crm, ...change(zoho.crm, world) } } })

type Created = Awaited<ReturnType<Crm['createRecord']>>
type Deleted = Awaited<ReturnType<Crm['deleteRecord']>>

const inCreates = (change: (created: Created, world: World) => Created): Sabotage =>
  inCrm((crm, world) => ({
    createRecord: async (...asked) => change(await crm.createRecord(...asked), world),
  }))

const inDeletes = (change: (deleted: Deleted) => Deleted | Promise<Deleted>): Sabotage =>
  inCrm((crm) => ({
    deleteRecord: async (...asked) => change(await crm.deleteRecord(...asked)),
  }))

/** Mistakes of the kind that somebody makes one day. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the mail is not stored with the failure it tells of',
    breaks: ['5'],
    sabotage: inSales((sales) => ({
      append: (append) => sales.append({ ...append, mails: [] }),
    })),
  },
  {
    name: 'the claim on a key is not stored with its sale',
    breaks: ['2'],
    sabotage: inSales((sales) => ({
      begin: (first, _claim, now) => sales.begin(first, undefined, now),
    })),
  },
  {
    name: 'an answer leaves before its event is on disk',
    breaks: ['1', '4', '6', '8', 'the service complains'],
    sabotage: inSales((sales, { time }) => ({
      append: async (append) => {
        void time.sleep(40).then(() => sales.append(append).catch(() => undefined))
      },
    })),
  },
  {
    name: 'a create is sent before its sale is on disk',
    breaks: ['1'],
    sabotage: inSales((sales, { time }) => {
      // The first two events of each sale, on their way to the disk when the store says that they are there.
      const onTheirWay = new Map<string, Promise<unknown>>()
      const later = (saleId: string, store: () => Promise<unknown>) => {
        const before = onTheirWay.get(saleId) ?? time.sleep(40)
        onTheirWay.set(
          saleId,
          before.then(store).catch(() => undefined),
        )
      }
      return {
        async begin(first, claim, now) {
          const taken = claim === undefined ? undefined : await sales.findClaim(claim, now)
          if (taken === undefined) later(first.saleId, () => sales.begin(first, claim, now))
          return taken
        },
        async append(append) {
          if (append.after === 1) return later(append.saleId, () => sales.append(append))
          await onTheirWay.get(append.saleId)
          await sales.append(append)
        },
      }
    }),
  },
  {
    name: 'a restart takes up nothing',
    breaks: ['8'],
    sabotage: inSales(() => ({ unfinished: async () => [] })),
  },
  {
    name: 'a look for what an unanswered create left finds nothing',
    breaks: ['1'],
    sabotage: inCrm(() => ({ findByReference: async () => NOTHING })),
  },
  {
    name: 'records are looked up by their title, not by their reference',
    breaks: ['3'],
    sabotage: inCrm((crm, { fake }) => ({
      async findByReference(step, reference, options) {
        const found = await crm.findByReference(step, reference, options)
        if (found.type !== 'done') return found
        const end = ` ${reference.split(':')[0]?.slice(-8)}`
        const isTitled = (title: unknown) => typeof title === 'string' && title.endsWith(end)
        const module = { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' } as const
        const titled = fake.records
          .live(module[step])
          .filter((record) => isTitled(record['Deal_Name']) || isTitled(record['Subject']))
        const ids = titled.map(({ id }) => id as CrmId)
        return { type: 'done', value: [...new Set([...found.value, ...ids])] }
      },
    })),
  },
  {
    name: 'each attempt of a create has a reference of its own',
    breaks: ['1', '2'],
    sabotage: inCrm((crm) => {
      let attempts = 0
      return {
        createRecord(record, withinMs) {
          attempts += 1
          const reference = `${referenceOf(record.saleId, record.step)}${'x'.repeat(attempts)}`
          return crm.createRecord({ ...record, reference }, withinMs)
        },
      }
    }),
  },
  {
    name: 'a create of which nobody knows is taken for a refusal',
    breaks: ['1'],
    sabotage: inCreates((created) =>
      created.type === 'unknown' ? { type: 'refused', reason: created.reason } : created,
    ),
  },
  {
    name: 'a delete that is refused is taken for done',
    breaks: ['1'],
    sabotage: inDeletes((deleted) =>
      deleted.type === 'refused' ? { type: 'done', value: undefined } : deleted,
    ),
  },
  {
    name: 'a mail that was accepted is tried again in a while',
    breaks: ['5'],
    sabotage: inOutbox((outbox) => ({
      markSent: (mail, at) => outbox.postpone(mail, plusMs(at, 30_000)),
    })),
  },
  {
    name: 'a call that came to nothing never gives its place back',
    breaks: ['8'],
    sabotage: inDeletes((deleted) =>
      deleted.type === 'unknown' ? new Promise(() => undefined) : deleted,
    ),
  },
  {
    name: 'waits are measured by the wall clock',
    breaks: ['1', '8'],
    sabotageClock: (clock) => ({ ...clock, instant: () => instantAt(clock.now()) }),
  },
  {
    name: 'a wait is over when the wall clock is set forward beyond it',
    breaks: ['1: the second look'],
    sabotageClock: (clock) => {
      const [wall, begin] = [clock.now(), clock.instant()]
      let aheadMs = 0
      return {
        ...clock,
        instant() {
          const instant = clock.instant()
          aheadMs = Math.max(aheadMs, clock.now() - wall - msBetween(begin, instant))
          return later(instant, aheadMs)
        },
      }
    },
  },
  {
    name: 'the wall clock is read once, when the process starts',
    breaks: ['an expired key is let in'],
    sabotageClock: (clock) => {
      const startedAt = clock.now()
      const begin = clock.instant()
      return { ...clock, now: () => plusMs(startedAt, msBetween(begin, clock.instant())) }
    },
  },
  {
    name: 'the reason of a failure holds a secret',
    breaks: ['7'],
    sabotage: inCreates((created, { config }) =>
      created.type === 'refused'
        ? { ...created, reason: `${created.reason} (${config.zoho.refreshToken})` }
        : created,
    ),
  },
]
