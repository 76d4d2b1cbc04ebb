import type { Mail } from './outbox.port.ts'

export interface Mailer {
  /**
   * Hands one mail over. The recipients come from the settings, never from the mail.
   *
   * @param failedBefore attempts with this mail so far: a slow server is given more time with each
   * @throws {AppError} `unavailable` when it was not accepted, or nobody knows: try again with
   *   the same message id. Its causes say what the server answered, and no secret.
   */
  send(mail: Mail, failedBefore?: number): Promise<void>
}
