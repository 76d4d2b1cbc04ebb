/** Room on the disk of the database that is kept, so that what has begun can be recorded on a full one. */
export interface Reserve {
  readonly sizeBytes: number

  /** Whether it is there in full. */
  isWhole(): boolean

  /** Bytes that are free for us beside it; `undefined` where the system does not say. */
  freeBytes(): Promise<number | undefined>

  /**
   * Makes it. A `letGo` meanwhile wins: it is then not there.
   *
   * @throws {AppError} `unavailable` when it cannot be made; what was made of it is gone.
   */
  make(): Promise<void>

  /** Gives its room back to the disk, at once. */
  letGo(): void
}
