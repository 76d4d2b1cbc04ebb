// The mailer that sends by SMTP.

import { createTransport } from 'nodemailer'
import { AppError } from '../../application/base/errors.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import { type MailParties, messageLines } from './message.ts'
import { readSmtpUrl, type SmtpServer } from './server-url.ts'
import { makeReasonOf } from './smtp-reason.ts'

/** Limits for waiting, in milliseconds. */
export type SmtpTimeouts = {
  readonly connectionMs: number
  readonly greetingMs: number
  /** For each answer of the server. It doubles with each failed attempt, up to `silenceMaxMs`. */
  readonly silenceMs: number
  readonly silenceMaxMs: number
}

// nodemailer's own limits are minutes, and a waiting mail is retried anyway. But a server that scans
// each message may take long before its last answer: a client that never waits so long would hand
// over another copy with each attempt.
const TIMEOUTS: SmtpTimeouts = {
  connectionMs: 10_000,
  greetingMs: 10_000,
  silenceMs: 20_000,
  silenceMaxMs: 120_000,
}

/** The limit of a whole attempt, in silences: for a server that sends its answers bit by bit. */
const SILENCES_MAX = 3

/** Mails that only some recipients have. Beyond that, the oldest is sent to all of them again. */
const HALF_SENT_MAX = 1_000

const NOT_ASCII = /[^\p{ASCII}]/u

/**
 * Sends mails to one SMTP server. Where TLS is required, a server without it gets neither the password
 * nor the mail.
 *
 * @param url `smtp://` or `smtps://`, with user and password where the server wants them
 * @throws {Error} for a URL in which `readSmtpUrl` finds a problem: a bug.
 */
export function makeSmtpMailer(
  url: string,
  parties: MailParties,
  timeouts: SmtpTimeouts = TIMEOUTS,
): Mailer {
  const read = readSmtpUrl(url)
  if (!read.ok) throw new Error(`the URL of the mail server ${read.problem}`)
  const { server } = read
  const reasonOf = makeReasonOf(url, parties.to)
  const handedOver = { way: 'smtp', recipients: parties.to.length } as const
  /**
   * The recipients that a mail has not reached, where the server accepted it for others. Without it
   * one address that is refused for ever would bring all others a copy with each attempt.
   */
  const remaining = new Map<string, readonly string[]>()

  return {
    async send(mail, failedBefore = 0) {
      const to = remaining.get(mail.messageId) ?? parties.to
      const raw = messageLines(mail, parties).join('\r\n')
      const { refused, why } = await hand(to, raw, failedBefore)
      remaining.delete(mail.messageId)
      if (refused.length === 0) return handedOver
      remaining.set(mail.messageId, refused)
      const [oldest] = remaining.keys()
      if (remaining.size > HALF_SENT_MAX && oldest !== undefined) remaining.delete(oldest)
      const message = `mail: refused for ${refused.length} of its recipients`
      throw new AppError('unavailable', message, { cause: reasonOf(why) })
    },
  }

  /** Hands the mail over, and returns the recipients that the server refused, and why. */
  async function hand(
    to: readonly string[],
    raw: string,
    failedBefore: number,
  ): Promise<{ readonly refused: readonly string[]; readonly why: unknown }> {
    const { connectionMs, greetingMs, silenceMaxMs } = timeouts
    const silenceMs = Math.min(timeouts.silenceMs * 2 ** failedBefore, silenceMaxMs)
    const transport = createTransport({
      ...optionsFor(server),
      connectionTimeout: connectionMs,
      greetingTimeout: greetingMs,
      socketTimeout: silenceMs,
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
      // Addresses are in nodemailer's spelling, which may differ from that of the settings.
      return { refused: rejected.map(addressOf), why: rejectedErrors[0] }
    } catch (error) {
      const cause = reasonOf(error)
      throw new AppError('unavailable', 'mail: not accepted by the server', { cause })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Limits for a look at the server, in milliseconds: the start waits for it. */
const TRIAL_TIMEOUTS = { connectionTimeout: 2_000, greetingTimeout: 2_000, socketTimeout: 2_000 }

/** Milliseconds for the whole of it. */
const TRIAL_MS_MAX = 3_000

/**
 * Connects to the server and signs in, as for a mail, and sends none.
 *
 * @param url as of `makeSmtpMailer`
 * @throws {AppError} `unavailable`. The cause holds the server's answer, without secrets.
 */
export async function trySmtp(url: string, recipients: readonly string[]): Promise<void> {
  const read = readSmtpUrl(url)
  if (!read.ok) throw new Error(`the URL of the mail server ${read.problem}`)
  const transport = createTransport({ ...optionsFor(read.server), ...TRIAL_TIMEOUTS })
  const late = Promise.withResolvers<never>()
  const why = new Error(`no answer within ${TRIAL_MS_MAX / 1_000} s`)
  const timer = setTimeout(() => late.reject(why), TRIAL_MS_MAX)
  try {
    await Promise.race([transport.verify(), late.promise])
  } catch (error) {
    const cause = makeReasonOf(url, recipients)(error)
    throw new AppError('unavailable', 'mail: the server cannot be used', { cause })
  } finally {
    clearTimeout(timer)
    transport.close()
  }
}

/** The server in the words of nodemailer, which never reads the URL itself: two readings could differ. */
function optionsFor({ host, port, secure, requireTls, tls, name, auth }: SmtpServer) {
  return {
    host,
    secure,
    requireTLS: requireTls,
    tls,
    ...(port === undefined ? {} : { port }),
    ...(name === undefined ? {} : { name }),
    ...(auth === undefined ? {} : { auth }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function addressOf(recipient: string | { readonly address: string }): string {
  return typeof recipient === 'string' ? recipient : recipient.address
}
