// Whether the CRM can take something new at the moment.

/** What has begun never asks: sales and rollbacks under way go on, however bad it looks. */
export interface Admission {
  /**
   * Reserves a place for one new sale, before anything is recorded. Where the CRM was away, the
   * first sale let in is the probe, and the others are turned away until it has shown something.
   *
   * @param ahead sales that have begun and whose callers wait
   */
  reserveSale(ahead: number): Reserved

  /** Whether a look-up of a contact may be made. */
  lookUp(): Admitted

  /** Why no sale can begin at all, for as long as nothing changes; `undefined` when one can. */
  closed(): string | undefined
}

export type Reserved =
  | {
      readonly admitted: true
      /** Gives the place back. To be called where the sale does not begin. */
      readonly release: () => void
    }
  | TurnedAway

export type Admitted = { readonly admitted: true } | TurnedAway

export type TurnedAway = {
  readonly admitted: false
  /** For the log and for `/readyz`; without anything of a person. */
  readonly reason: string
  /** Milliseconds after which it is worth asking again. */
  readonly retryAfterMs: number
}
