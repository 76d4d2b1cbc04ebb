// The faults that are planted into what makes a process one of several over a database.
import { sql } from 'kysely'
import type { OwnLease } from '../../../src/application/instances/lease.ts'
import { inOutbox, inSales, type PlantedFault } from './planted-faults.ts'

/** What breaks where nobody knows any more what is stored. */
const STORED_OR_NOT = ['1', '2', '4', '5', '6', '8', '9', 'the service complains'] as const

/** A lease that joins anew as soon as it is told that others took its process for dead, and says nothing of it. */
const joinsAtOnce = (lease: OwnLease): OwnLease => ({
  ...lease,
  async renew() {
    const renewal = await lease.renew()
    if (renewal !== 'dead') return renewal
    await lease.join()
    return 'renewed'
  },
})

/** Mistakes of the kind that somebody makes one day in the fence, the leases and the take-over. */
export const PLANTED_INSTANCES: readonly PlantedFault[] = [
  {
    name: 'the store does not ask who owns a sale',
    breaks: ['9'],
    areSeveral: true,
    fromSeed: 184,
    sabotage: inSales((sales) => ({
      append: (append) => sales.append({ ...append, ofFormerOwner: true }),
    })),
  },
  {
    name: 'a commit without an answer is taken for not stored',
    breaks: STORED_OR_NOT,
    areSeveral: true,
    fromSeed: 235,
    sabotageInstance: { lostCommitAs: 'not stored' },
  },
  {
    name: 'a commit without an answer is taken for stored',
    breaks: STORED_OR_NOT,
    areSeveral: true,
    fromSeed: 20,
    sabotageInstance: { lostCommitAs: 'stored' },
  },
  {
    name: 'leases are judged by the wall clock of each machine',
    breaks: ['9'],
    areSeveral: true,
    sabotageInstance: { now: (own) => sql<number>`${own.now()}` },
  },
  {
    name: 'the lease is not looked at before a request is written',
    breaks: ['9'],
    areSeveral: true,
    fromSeed: 58,
    sabotageInstance: { mayWrite: () => true },
  },
  {
    name: 'a former owner that wakes says nothing',
    breaks: ['1'],
    areSeveral: true,
    fromSeed: 99,
    sabotage: inSales((sales) => ({
      append: async (append) => {
        if (append.ofFormerOwner !== true) await sales.append(append)
      },
    })),
  },
  {
    name: 'who was taken for dead joins anew and keeps its sales',
    breaks: ['9'],
    areSeveral: true,
    fromSeed: 76,
    sabotageInstance: { lease: (lease) => joinsAtOnce(lease) },
  },
  {
    name: 'nobody takes over what an instance left that is gone',
    breaks: ['9: sale', '8'],
    areSeveral: true,
    sabotageInstance: { instances: (instances) => ({ ...instances, takeOver: async () => [] }) },
  },
  {
    name: 'each instance sends all mails',
    breaks: ['5'],
    areSeveral: true,
    fromSeed: 76,
    sabotage: inOutbox((outbox) => ({ due: (now, limit) => outbox.due(now, limit) })),
  },
]
