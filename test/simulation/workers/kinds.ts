// The kinds of seeds that can be asked for.

/** As the seed has it; with a CRM that lies; with several instances over one database. */
export const KINDS = ['drawn', 'lying', 'several'] as const

export type Kind = (typeof KINDS)[number]

/** What makes each run one of its kind. */
export const CHANGES = {
  drawn: {},
  lying: { isLying: true },
  several: { areSeveral: true },
} as const

/** How a kind is asked for on the command line. */
export const FLAGS = { drawn: '', lying: ' --lying', several: ' --several' } as const
