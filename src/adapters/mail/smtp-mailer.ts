import { createTransport } from 'nodemailer'
import { AppError } from '../../application/errors.ts'
import type { Mailer } from '../../application/ports/mailer.ts'
import { type MailParties, messageLines } from './message.ts'

// nodemailer's own limits are minutes; a mail that waits is tried again anyway.
const CONNECTION_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 20_000

/** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
export function makeSmtpMailer(url: string, parties: MailParties): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  return {
    async send(mail) {
      try {
        await transport.sendMail({
          envelope: { from: parties.from, to: [...parties.to] },
          raw: messageLines(mail, parties).join('\r\n'),
        })
      } catch (cause) {
        throw new AppError('unavailable', 'mail: not accepted by the server', { cause })
      }
    },
  }
}
