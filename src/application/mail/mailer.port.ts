import type { HandedOver, Mail } from './outbox.port.ts'

/** Sends mails. Sender and recipients come from the settings, never from a mail. */
export interface Mailer {
  /**
   * Hands one mail over to the mail server, or to a file.
   *
   * @param failedBefore failed attempts with this mail so far; each gives a slow server more time
   * @throws {AppError} `unavailable` when the mail was not accepted, or nobody knows: retry with
   *   the same message id. The cause holds the server's answer, without secrets.
   */
  send(mail: Mail, failedBefore?: number): Promise<HandedOver>
}
