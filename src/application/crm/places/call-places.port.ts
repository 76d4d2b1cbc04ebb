// How many calls to the CRM this process may have in flight.

/** The calls of this process at the moment. */
export type CallLoad = {
  /** Calls that have a place. */
  readonly inFlight: number
  /** Calls that would be in flight if there were places enough: those in flight, and those that wait. */
  readonly wanted: number
}

/** Each method answers at once, from memory. */
export interface CallPlaces {
  /** Calls that may be in flight now. It may be less than are: then none begins before they are fewer. */
  limit(): number

  /** Calls that may be in flight as soon as they are wanted, at least one: for estimates. */
  expected(): number

  /** Takes note of the load. To be called at each change of it. */
  note(load: CallLoad): void

  /** Sets what is called each time that `limit` has grown. */
  onMore(then: () => void): void
}
