/** What a server may be made to say is bounded, too. */
const REASON_LENGTH_MAX = 500

/**
 * Makes what may be told of a failed attempt: the code, and what the server answered. A server
 * may repeat what it was sent, so the password is taken out of it in every form it is sent in,
 * and the recipients, who may be persons.
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
    const told = hidden.reduce(
      (text, [word, instead]) => replaceWord(text, word, instead),
      `${code}${error.message}`,
    )
    return new Error(told.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, REASON_LENGTH_MAX))
  }
}

/** The password as it is written in the URL, as it is, and as SMTP sends it. */
function secretsOf(url: string): readonly string[] {
  const { username, password } = new URL(url)
  if (password === '') return []
  const [user, secret] = [decoded(username), decoded(password)]
  const sent = [secret, `\0${user}\0${secret}`].map((text) => Buffer.from(text).toString('base64'))
  return [url, password, secret, ...sent]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // nodemailer takes it as it stands, too.
    return text
  }
}

/** In any letter case: the domain of an address need not come back as it was sent. */
function replaceWord(text: string, word: string, instead: string): string {
  const pattern = word.replace(/[\^$.*+?()[\]{}|/-]/g, '\\$&')
  return text.replace(new RegExp(pattern, 'gi'), instead)
}
