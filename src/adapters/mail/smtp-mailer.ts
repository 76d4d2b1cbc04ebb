import { createTransport } from 'nodemailer'
import { AppError } from '../../application/base/errors.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import { type MailParties, messageLines } from './message.ts'
import { makeReasonOf } from './smtp-reason.ts'

/** How long a server is waited for, in milliseconds. */
export type SmtpTimeouts = {
  readonly connectionMs: number
  readonly greetingMs: number
  /** For each answer, with the first attempt; it doubles with each that failed, up to the maximum. */
  readonly silenceMs: number
  readonly silenceMaxMs: number
}

// nodemailer's own limits are minutes; a mail that waits is tried again anyway. But a server that
// looks into each message may take long over its last answer, and whoever never waits for it
// hands over another copy each time.
const TIMEOUTS: SmtpTimeouts = {
  connectionMs: 10_000,
  greetingMs: 10_000,
  silenceMs: 20_000,
  silenceMaxMs: 120_000,
}

/** A whole attempt may take so many silences: a server that drips out its answers ends there. */
const SILENCES_MAX = 3

/** Mails of which some recipients are served; beyond, the oldest is sent to all once more. */
const HALF_SENT_MAX = 1_000

const NOT_ASCII = /[^\p{ASCII}]/u

/** @param url `smtp://` or `smtps://`, with user and password where the server wants them */
export function makeSmtpMailer(
  url: string,
  parties: MailParties,
  timeouts: SmtpTimeouts = TIMEOUTS,
): Mailer {
  const reasonOf = makeReasonOf(url, parties.to)
  /** Recipients that a mail is still to reach, where a server took it for some of them only. */
  const remaining = new Map<string, readonly string[]>()

  return {
    async send(mail, failedBefore = 0) {
      const to = remaining.get(mail.messageId) ?? parties.to
      const raw = messageLines(mail, parties).join('\r\n')
      const { refused, why } = await hand(to, raw, failedBefore)
      remaining.delete(mail.messageId)
      if (refused.length === 0) return
      remaining.set(mail.messageId, refused)
      const [oldest] = remaining.keys()
      if (remaining.size > HALF_SENT_MAX && oldest !== undefined) remaining.delete(oldest)
      const message = `mail: refused for ${refused.length} of its recipients`
      throw new AppError('unavailable', message, { cause: reasonOf(why) })
    },
  }

  /** The recipients that the server refused while it took the mail for others, and why. */
  async function hand(
    to: readonly string[],
    raw: string,
    failedBefore: number,
  ): Promise<{ readonly refused: readonly string[]; readonly why: unknown }> {
    const { connectionMs, greetingMs, silenceMaxMs } = timeouts
    const silenceMs = Math.min(timeouts.silenceMs * 2 ** failedBefore, silenceMaxMs)
    const transport = createTransport({
      url,
      connectionTimeout: connectionMs,
      greetingTimeout: greetingMs,
      socketTimeout: silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const attempt = new AbortController()
    const limitMs = connectionMs + greetingMs + SILENCES_MAX * silenceMs
    const timer = setTimeout(() => attempt.abort(), limitMs)
    try {
      const envelope = { from: parties.from, to: [...to], use8BitMime: NOT_ASCII.test(raw) }
      const { rejected = [], rejectedErrors = [] } = await transport.sendMail({
        envelope,
        raw,
        signal: attempt.signal,
      })
      // As nodemailer writes them, which need not be as the settings do.
      return { refused: rejected.map(addressOf), why: rejectedErrors[0] }
    } catch (error) {
      const cause = reasonOf(error)
      throw new AppError('unavailable', 'mail: not accepted by the server', { cause })
    } finally {
      clearTimeout(timer)
    }
  }
}

function addressOf(recipient: string | { readonly address: string }): string {
  return typeof recipient === 'string' ? recipient : recipient.address
}
