// Every reason why a request is turned away with which nothing is wrong, and what it is told.

export const REASONS = {
  /** The service stops. */
  draining: { status: 503, message: 'The service is stopping, nothing was started.' },
  /** More sales are before this one than can be answered in time. */
  busy: { status: 503, message: 'Too much in flight, nothing was started.' },
  /** The disk is full, or the database cannot be written. */
  storage: {
    status: 503,
    message: 'The service cannot record a sale at the moment, nothing was started.',
  },
  crm: { status: 503, message: 'The CRM cannot take a sale at the moment, nothing was started.' },
  /** More requests of all kinds came at once than the one thread gets through quickly. */
  load: { status: 503, message: 'Too many requests at the moment, nothing was started.' },
  /** The bucket of the key is empty. */
  keyRate: { status: 429, message: 'Too many requests with this key, nothing was started.' },
  /** Too many wrong keys came from this address within a minute, and one more. */
  wrongKeys: { status: 429, message: 'Too many requests from here with a key that is not valid.' },
} as const satisfies Readonly<
  Record<string, { readonly status: 429 | 503; readonly message: string }>
>

export type TurnedAwayWhy = keyof typeof REASONS

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the request was turned away, where it was. */
    turnedAway: TurnedAwayWhy | null
  }
}

/** Each request that is turned away is answered by way of this error, and `refusalOfError`. */
export class TurnedAway extends Error {
  readonly why: TurnedAwayWhy
  readonly status: 429 | 503
  /** Not set where nobody knows. */
  readonly retryAfterMs: number | undefined

  constructor(why: TurnedAwayWhy, retryAfterMs?: number) {
    const { status, message } = REASONS[why]
    super(message)
    this.name = 'TurnedAway'
    this.why = why
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}
