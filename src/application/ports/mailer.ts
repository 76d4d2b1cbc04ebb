import type { NewMail } from './outbox.ts'

export interface Mailer {
  /**
   * Hands one mail over. The recipients come from the settings, never from the mail.
   *
   * @throws {AppError} `unavailable` when it was not accepted, or nobody knows: try again with
   *   the same message id.
   */
  send(mail: NewMail): Promise<void>
}
