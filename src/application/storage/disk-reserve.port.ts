/** Disk space kept free for the database, so that sales in progress can be recorded on a full disk. */
export interface DiskReserve {
  /** Whether there is a reserve of so many bytes, no more and no less. */
  isWhole(bytes: number): boolean

  /** Free bytes beside the reserve; `undefined` where the system does not report them. */
  freeBytes(): Promise<number | undefined>

  /** Bytes of the reserve that is there now. */
  sizeBytes(): number

  /**
   * Makes the reserve, or makes it larger or smaller. A call of `letGo` meanwhile wins: the reserve is not there then.
   *
   * @throws {AppError} `unavailable` when it cannot be made; nothing of it is left then.
   */
  make(bytes: number): Promise<void>

  /** Gives the space back to the disk, at once. */
  letGo(): void
}
