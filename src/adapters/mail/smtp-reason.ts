// The reason of a failed attempt to send, without secrets and addresses.

import { decoded } from './server-url.ts'

/** Characters of a reason. A server's answer may be of any length. */
const REASON_LENGTH_MAX = 500

const NO_TLS =
  ' (TLS is required, and nothing was sent; "requireTLS=false" in the URL would send in clear)'

/**
 * Makes the reason of a failed attempt for the log: the code, and the server's answer. A server may
 * repeat what it was sent, so the password is removed in every form in which it is sent, and so are
 * the recipients, who may be persons.
 */
export function makeReasonOf(
  url: string,
  recipients: readonly string[],
): (error: unknown) => Error | undefined {
  const hidden = [
    ...secretsOf(url).map((secret) => [secret, '<secret>'] as const),
    ...recipients.map((address, index) => [address, `<recipient ${index + 1}>`] as const),
  ].sort(([one], [other]) => other.length - one.length)

  return (error) => {
    if (!(error instanceof Error)) return undefined
    const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
    // A server that answers to STARTTLS with anything but "go ahead" has none.
    const way = code === 'ETLS: ' && 'response' in error ? NO_TLS : ''
    const harmless = hidden.reduce(
      (text, [word, instead]) => replaceWord(text, word, instead),
      `${code}${error.message}`,
    )
    const line = harmless.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, REASON_LENGTH_MAX)
    return new Error(`${line}${way}`)
  }
}

/** The password as the URL writes it, in plain, and as SMTP sends it. */
function secretsOf(url: string): readonly string[] {
  const { username, password } = new URL(url)
  if (password === '') return []
  const [user, secret] = [decoded(username), decoded(password)]
  const sent = [secret, `\0${user}\0${secret}`].map((text) => Buffer.from(text).toString('base64'))
  return [url, password, secret, ...sent]
}

/** Replaces in any letter case: a server may return the domain of an address in another one. */
function replaceWord(text: string, word: string, instead: string): string {
  const pattern = word.replace(/[\^$.*+?()[\]{}|/-]/g, '\\$&')
  return text.replace(new RegExp(pattern, 'gi'), instead)
}
