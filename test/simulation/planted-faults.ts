import type { CrmId } from '../../src/domain/ids.ts'
import { referenceOf } from '../../src/domain/sale/reference.ts'
import type { EpochMs } from '../../src/domain/time.ts'
import type { Sabotage } from './world.ts'

export type PlantedFault = {
  readonly name: string
  /** The invariants by whose numbers it may be found. */
  readonly breaks: readonly string[]
  readonly sabotage: Sabotage
}

const NOTHING = { type: 'done', value: [] } as const

/** Mistakes of the kind that somebody makes one day. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the mail is not stored with the failure it tells of',
    breaks: ['5'],
    sabotage: ({ store }) => ({
      store: {
        ...store,
        sales: { ...store.sales, append: (append) => store.sales.append({ ...append, mails: [] }) },
      },
    }),
  },
  {
    name: 'the claim on a key is not stored with its sale',
    breaks: ['2'],
    sabotage: ({ store }) => ({
      store: {
        ...store,
        sales: {
          ...store.sales,
          begin: (first, _claim, now) => store.sales.begin(first, undefined, now),
        },
      },
    }),
  },
  {
    name: 'an answer leaves before its event is on disk',
    breaks: ['1', '4', '6', '8', 'the service complains'],
    sabotage: ({ store }, { time }) => ({
      store: {
        ...store,
        sales: {
          ...store.sales,
          append: async (append) => {
            void time.sleep(40).then(() => store.sales.append(append).catch(() => undefined))
          },
        },
      },
    }),
  },
  {
    name: 'a restart takes up nothing',
    breaks: ['8'],
    sabotage: ({ store }) => ({
      store: { ...store, sales: { ...store.sales, unfinished: async () => [] } },
    }),
  },
  {
    name: 'a look for what an unanswered create left finds nothing',
    breaks: ['1'],
    sabotage: ({ zoho }) => ({
      zoho: { ...zoho, crm: { ...zoho.crm, findByReference: async () => NOTHING } },
    }),
  },
  {
    name: 'records are looked up by their title, not by their reference',
    breaks: ['3'],
    sabotage: ({ zoho }, { fake }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async findByReference(step, reference, terms) {
            const found = await zoho.crm.findByReference(step, reference, terms)
            if (found.type !== 'done') return found
            const title = `Sale ${reference.split(':')[0]}`
            const module = { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' } as const
            const titled = fake.records
              .live(module[step])
              .filter((record) => record['Deal_Name'] === title || record['Subject'] === title)
            const ids = titled.map(({ id }) => id as CrmId)
            return { type: 'done', value: [...new Set([...found.value, ...ids])] }
          },
        },
      },
    }),
  },
  {
    name: 'each attempt of a create has a reference of its own',
    breaks: ['1', '2'],
    sabotage: ({ zoho }) => {
      let attempts = 0
      return {
        zoho: {
          ...zoho,
          crm: {
            ...zoho.crm,
            createRecord(record, withinMs) {
              attempts += 1
              const reference = `${referenceOf(record.saleId, record.step)}${'x'.repeat(attempts)}`
              return zoho.crm.createRecord({ ...record, reference }, withinMs)
            },
          },
        },
      }
    },
  },
  {
    name: 'a create of which nobody knows is taken for a refusal',
    breaks: ['1'],
    sabotage: ({ zoho }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async createRecord(record, withinMs) {
            const made = await zoho.crm.createRecord(record, withinMs)
            return made.type === 'unknown' ? { type: 'refused', reason: made.reason } : made
          },
        },
      },
    }),
  },
  {
    name: 'a delete that is refused is taken for done',
    breaks: ['1'],
    sabotage: ({ zoho }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async deleteRecord(step, id, terms) {
            const deleted = await zoho.crm.deleteRecord(step, id, terms)
            return deleted.type === 'refused' ? { type: 'done', value: undefined } : deleted
          },
        },
      },
    }),
  },
  {
    name: 'a mail that was accepted is tried again in a while',
    breaks: ['5'],
    sabotage: ({ store }, { time }) => ({
      store: {
        ...store,
        outbox: {
          ...store.outbox,
          markSent: (mail) => store.outbox.postpone(mail, (time.now + 30_000) as EpochMs),
        },
      },
    }),
  },
  {
    name: 'a call that came to nothing never gives its place back',
    breaks: ['8'],
    sabotage: ({ zoho }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async deleteRecord(step, id, terms) {
            const deleted = await zoho.crm.deleteRecord(step, id, terms)
            return deleted.type === 'unknown' ? new Promise(() => undefined) : deleted
          },
        },
      },
    }),
  },
  {
    name: 'the reason of a failure holds a secret',
    breaks: ['7'],
    sabotage: ({ zoho }, { config }) => ({
      zoho: {
        ...zoho,
        crm: {
          ...zoho.crm,
          async createRecord(record, withinMs) {
            const made = await zoho.crm.createRecord(record, withinMs)
            if (made.type !== 'refused') return made
            return { ...made, reason: `${made.reason} (${config.zoho.refreshToken})` }
          },
        },
      },
    }),
  },
]
