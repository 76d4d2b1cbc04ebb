// The faults that are planted into what makes a process one of several over a database.
import { sql } from 'kysely'
import { inOutbox, type PlantedFault } from './planted-faults.ts'

/** What breaks where nobody knows any more what is stored. */
const STORED_OR_NOT = ['1', '2', '4', '5', '6', '8', '9', 'the service complains'] as const

/** Mistakes of the kind that somebody makes one day in the fence, the leases and the take-over. */
export const PLANTED_INSTANCES: readonly PlantedFault[] = [
  {
    name: 'a commit without an answer is taken for stored',
    breaks: STORED_OR_NOT,
    areSeveral: true,
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
    name: 'nobody takes over what an instance left that is gone',
    breaks: ['9: sale', '8'],
    areSeveral: true,
    sabotageInstance: { instances: (instances) => ({ ...instances, takeOver: async () => [] }) },
  },
  {
    name: 'each instance sends all mails',
    breaks: ['5'],
    areSeveral: true,
    sabotage: inOutbox((outbox) => ({ due: (now, limit) => outbox.due(now, limit) })),
  },
]
