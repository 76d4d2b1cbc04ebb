/** Disk space kept free for the database, so that sales in progress can be recorded on a full disk. */
export interface DiskReserve {
  readonly sizeBytes: number

  /** Whether the whole reserve is there. */
  isWhole(): boolean

  /** Free bytes beside the reserve; `undefined` where the system does not report them. */
  freeBytes(): Promise<number | undefined>

  /**
   * Makes the reserve. A call of `letGo` meanwhile wins: the reserve is not there then.
   *
   * @throws {AppError} `unavailable` when it cannot be made; nothing of it is left then.
   */
  make(): Promise<void>

  /** Gives the space back to the disk, at once. */
  letGo(): void
}
