/**
 * Whether the CRM can take something new at the moment. What has begun is never asked: sales and
 * rollbacks under way go on, however bad it looks.
 */
export interface Admission {
  /**
   * Asks for one new sale, before anything is recorded. Where the CRM was away, the first sale let
   * in is the probe: until it has shown something, the others are turned away.
   *
   * @param ahead sales that have begun and whose callers wait
   */
  newSale(ahead: number): Admitted

  /** Asks for a look-up of a contact. */
  lookUp(): Admitted

  /** Why no sale can begin at all, for as long as nothing changes; `undefined` when one can. */
  closed(): string | undefined
}

export type Admitted =
  | { readonly admitted: true }
  | {
      readonly admitted: false
      /** For the log and for `/readyz`; without anything of a person. */
      readonly reason: string
      /** Milliseconds after which it is worth asking again. */
      readonly retryAfterMs: number
    }
