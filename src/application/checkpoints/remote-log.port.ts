/** The log of a gateway, as it is read from another machine. */
export interface RemoteLog {
  /**
   * The newest checkpoint, and the public key that the gateway gives as its own.
   *
   * @throws {AppError} `unavailable` or `refused`
   */
  checkpoint(): Promise<{ readonly note: string; readonly vkey: string | undefined }>

  /**
   * The proof that the first `to` events begin with the first `from` events: hashes in base64.
   *
   * @throws {AppError} `unavailable` or `refused`
   */
  consistency(from: number, to: number): Promise<readonly string[]>
}
