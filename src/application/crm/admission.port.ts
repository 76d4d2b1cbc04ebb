// Whether the CRM can take something new at the moment.

/** Sales and rollbacks that have begun do not ask: they always go on. */
export interface Admission {
  /**
   * Reserves a place for one new sale, before anything is recorded. After a time in which the CRM
   * did not answer, the first sale is the probe: the others are turned away until its calls have
   * shown that the CRM answers.
   *
   * @param ahead number of sales that have begun and whose callers wait
   */
  reserveSale(ahead: number): Reserved

  /** Whether a look-up of a contact may be made. */
  lookUp(): Admitted

  /** Why no sale can begin at the moment, whoever asks; `undefined` when one can. */
  closed(): string | undefined
}

export type Reserved =
  | {
      readonly admitted: true
      /** Gives the place back. Call it when the sale does not begin. */
      readonly release: () => void
    }
  | TurnedAway

export type Admitted = { readonly admitted: true } | TurnedAway

export type TurnedAway = {
  readonly admitted: false
  /** For the log and for `/readyz`; it holds nothing of a person. */
  readonly reason: string
  /** Milliseconds after which it is worth asking again. */
  readonly retryAfterMs: number
}
