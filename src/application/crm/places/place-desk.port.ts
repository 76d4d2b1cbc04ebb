// Lends the places of the calls in flight to the instances, in lots, so that all lots together are never
// more than there are places.

export type PlaceQuestion = {
  /** Who has the lot: a name that no other process has, or had. */
  readonly holder: string
  /** Places there are, for all instances together. */
  readonly max: number
  /** Places of its lot that the instance goes on using; it gives back those beyond. */
  readonly keep: number
  /** Places without which calls of the instance wait; those that it keeps are among them. */
  readonly needed: number
  /** Places that it would like to have, for the calls that may come; at least `needed`. */
  readonly wanted: number
  /**
   * Milliseconds after which its places are free, if it does not ask again: for as long it lets calls
   * begin, and the longest call after that.
   */
  readonly keptMs: number
}

export type PlaceAnswer = {
  /** The places of its lot: at least those that it keeps, unless it asked too late and others have them. */
  readonly places: number
  /** Places that it is to go down to when its calls end, because others wait. */
  readonly share: number
}

export interface PlaceDesk {
  /**
   * Sizes the lot of an instance anew: one short transaction. A question whose answer is lost may have been
   * heard; it is never heard after a later one of the same instance.
   *
   * @throws {AppError} `unavailable` or `lost`: the lot may be as before, or as the question asked
   */
  ask(question: PlaceQuestion): Promise<PlaceAnswer>

  /** Gives the whole lot back. @throws {AppError} as `ask`. */
  leave(holder: string): Promise<void>
}
