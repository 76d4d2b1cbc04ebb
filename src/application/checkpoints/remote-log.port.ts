/** The log of a gateway, asked from outside. */
export interface RemoteLog {
  /**
   * Its newest checkpoint, and its public key as it says.
   *
   * @throws {AppError} `unavailable` or `refused`.
   */
  checkpoint(): Promise<{ readonly note: string; readonly vkey: string | undefined }>

  /**
   * The proof that its first `from` events are the beginning of its first `to`, in base64.
   *
   * @throws {AppError} `unavailable` or `refused`.
   */
  consistency(from: number, to: number): Promise<readonly string[]>
}
