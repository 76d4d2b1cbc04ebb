import { createTransport } from 'nodemailer'
import { AppError } from '../../application/errors.ts'
import type { Mailer } from '../../application/ports/mailer.ts'
import { type MailParties, messageLines } from './message.ts'

// nodemailer's own limits are minutes; a mail that waits is tried again anyway.
const CONNECTION_TIMEOUT_MS = 10_000
const GREETING_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 20_000

/** Mails of which some recipients are served; beyond, the oldest is sent to all once more. */
const HALF_SENT_MAX = 1_000

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
  /** Recipients that a mail is still to reach, where a server took it for some of them only. */
  const remaining = new Map<string, readonly string[]>()

  return {
    async send(mail) {
      const to = remaining.get(mail.messageId) ?? parties.to
      const refused = await hand(to, messageLines(mail, parties).join('\r\n'))
      remaining.delete(mail.messageId)
      if (refused.length === 0) return
      remaining.set(mail.messageId, refused)
      const [oldest] = remaining.keys()
      if (remaining.size > HALF_SENT_MAX && oldest !== undefined) remaining.delete(oldest)
      throw new AppError('unavailable', `mail: refused for ${refused.length} of its recipients`)
    },
  }

  /** The recipients that the server refused while it took the mail for others. */
  async function hand(to: readonly string[], raw: string): Promise<readonly string[]> {
    try {
      const envelope = { from: parties.from, to: [...to] }
      const { rejected = [] } = await transport.sendMail({ envelope, raw })
      return to.filter((address) => rejected.some((one) => addressOf(one) === address))
    } catch (cause) {
      throw new AppError('unavailable', 'mail: not accepted by the server', { cause })
    }
  }
}

function addressOf(recipient: string | { readonly address: string }): string {
  return typeof recipient === 'string' ? recipient : recipient.address
}
