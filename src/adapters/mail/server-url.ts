// What an SMTP URL says: the server, who signs in there, and whether anything may be sent without TLS.

import { asciiDomain } from './ascii-address.ts'

/** A mail server, and how to talk to it. */
export type SmtpServer = {
  readonly host: string
  /** `undefined` for the usual one: 587, and 465 with `smtps://`. */
  readonly port: number | undefined
  /** TLS from the first byte on: `smtps://`. */
  readonly secure: boolean
  /** Neither a password nor a mail is sent before STARTTLS has succeeded. */
  readonly requireTls: boolean
  readonly tls: { readonly rejectUnauthorized: boolean; readonly servername?: string }
  /** How the gateway calls itself; `undefined` for the name of its machine. */
  readonly name: string | undefined
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

/** `problem` is for a person, begins behind the name of the setting, and has nothing of the URL in it. */
export type SmtpUrlRead =
  | { readonly ok: true; readonly server: SmtpServer }
  | { readonly ok: false; readonly problem: string }

/**
 * An `@` behind the end of the server. A URL ends its server at the first of these characters, so that
 * an unescaped one in a password makes the user name the server, and sends the mails there.
 */
const UNESCAPED = /^smtps?:\/\/[^/?#]*[/?#].*@/

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i

const TRUE_OR_FALSE = ['true', 'false']

/** What may be behind the `?`, by the names that nodemailer gives it. */
const MEMBERS: Readonly<Record<string, (value: string) => boolean>> = {
  requireTLS: (value) => TRUE_OR_FALSE.includes(value),
  'tls.rejectUnauthorized': (value) => TRUE_OR_FALSE.includes(value),
  'tls.servername': (value) => value !== '',
  name: (value) => value !== '',
}

const MEMBERS_PROBLEM =
  'may have requireTLS and tls.rejectUnauthorized (each true or false), tls.servername and name ' +
  'behind its "?", each once, and nothing else'

/** Reads a URL that begins with `smtp://` or `smtps://`. */
export function readSmtpUrl(text: string): SmtpUrlRead {
  if (UNESCAPED.test(text)) {
    const problem = 'in a user name or a password, write "/" as %2F, "#" as %23 and "?" as %3F'
    return { ok: false, problem }
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const host = url && asciiDomain(decoded(url.hostname).replace(/^\[(.*)\]$/, '$1'))
  if (url === undefined || host === undefined) return { ok: false, problem: 'names no server' }
  const members = [...url.searchParams]
  const asked = new Map(members)
  const isKnown = members.every(([name, value]) => MEMBERS[name]?.(value))
  if (!isKnown || asked.size < members.length) return { ok: false, problem: MEMBERS_PROBLEM }
  const user = decoded(url.username)
  const pass = decoded(url.password)
  const auth = user === '' && pass === '' ? undefined : { user, pass }
  const isTlsNeeded = auth !== undefined || !LOOPBACK.test(host)
  const requireTls = asked.get('requireTLS') ?? String(isTlsNeeded)
  const servername = asked.get('tls.servername')
  return {
    ok: true,
    server: {
      host,
      port: url.port === '' ? undefined : Number(url.port),
      secure: url.protocol === 'smtps:',
      requireTls: requireTls === 'true',
      tls: {
        rejectUnauthorized: asked.get('tls.rejectUnauthorized') !== 'false',
        ...(servername === undefined ? {} : { servername }),
      },
      name: asked.get('name'),
      auth,
    },
  }
}

/** A part of a URL as it was meant. One with a `%` that escapes nothing is taken as it stands. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
