// The settings of the mails: what must not be combined, and where the mails go.

import path from 'node:path'
import { asciiAddress } from '../../adapters/mail/ascii-address.ts'
import { readSmtpUrl } from '../../adapters/mail/server-url.ts'
import type { Settings } from './settings.ts'

export type MailConfig = {
  readonly from: string
  readonly to: readonly string[]
  /** `undefined` writes `.eml` files to `folder`. */
  readonly smtpUrl: string | undefined
  readonly folder: string
  /** Somebody chose the files, and knows that nobody is sent them. */
  readonly filesAskedFor: boolean
  /** What links in mails begin with, without a slash at its end; without it mails have none. */
  readonly publicUrl: string | undefined
}

const ADDRESS_SETTINGS = ['MAIL_FROM', 'MAIL_TO'] as const satisfies (keyof Settings)[]

const PROBLEMS = {
  name:
    'has letters beyond ASCII before an "@", which not every mail server takes. Give that mailbox an ' +
    'alias in the letters a to z, and name the alias',
  domain: 'has a domain that cannot be written in ASCII (punycode)',
}

/** Whether this is the path of a mailbox: a login sets `MAIL` to it. Source: pam_mail(8). */
export function isMailbox(name: string, value: string): boolean {
  return name === 'MAIL' && value.startsWith('/')
}

/** What is wrong with these settings beyond their form, a line for each, by name and without a value. */
export function mailProblems(given: Partial<Settings>): readonly string[] {
  const { NODE_ENV, CRM, MAIL, SMTP_URL, PUBLIC_URL } = given
  const problems: string[] = []
  if (SMTP_URL !== undefined && /^smtps?:/.test(SMTP_URL)) {
    const read = readSmtpUrl(SMTP_URL)
    if (!read.ok) problems.push(`SMTP_URL: ${read.problem}`)
  }
  if (SMTP_URL !== undefined && MAIL === 'files') {
    problems.push('MAIL: asks for files, and SMTP_URL for a mail server: leave one of them out')
  }
  if (NODE_ENV === 'production' && CRM === 'zoho' && SMTP_URL === undefined && MAIL !== 'files') {
    problems.push(
      'SMTP_URL: is needed with CRM=zoho and NODE_ENV=production; or MAIL=files, to have the mails ' +
        'as files that nobody is sent',
    )
  }
  for (const name of ADDRESS_SETTINGS) {
    const read = addressesIn(given[name]).map(asciiAddress)
    const parts = new Set(read.flatMap((ascii) => (ascii.ok ? [] : ascii.part)))
    for (const part of parts) problems.push(`${name}: ${PROBLEMS[part]}`)
  }
  // What does not even begin like a URL has its line already.
  if (PUBLIC_URL?.startsWith('http') && !URL.canParse(PUBLIC_URL)) {
    problems.push('PUBLIC_URL: is no URL')
  }
  return problems
}

/** @param settings without a problem */
export function mailConfigOf(settings: Settings): MailConfig {
  const { PUBLIC_URL: publicUrl } = settings
  const [from = settings.MAIL_FROM] = addressesIn(settings.MAIL_FROM).map(inAscii)
  return {
    from,
    to: addressesIn(settings.MAIL_TO).map(inAscii),
    smtpUrl: settings.SMTP_URL,
    folder: path.join(settings.DATA_DIR, 'mail'),
    filesAskedFor: settings.MAIL === 'files',
    publicUrl: publicUrl && new URL(publicUrl).href.replace(/\/+$/, ''),
  }
}

/** None where the setting is not given, or is no list of addresses: that has its own problem. */
function addressesIn(list: string | undefined): readonly string[] {
  const addresses = (list ?? '').split(',').map((address) => address.trim())
  return addresses.filter((address) => address.includes('@'))
}

function inAscii(address: string): string {
  const ascii = asciiAddress(address)
  return ascii.ok ? ascii.address : address
}
