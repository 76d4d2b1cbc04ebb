// Builds the mailer that the settings ask for.

import { makeFileMailer } from '../../adapters/mail/file-mailer.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import type { Config } from '../config/config.ts'

/** The mailer of the settings: over SMTP, or into a folder as `.eml` files. */
export async function makeMailer(mail: Config['mail']): Promise<Mailer> {
  if (mail.smtpUrl === undefined) return makeFileMailer(mail.folder, mail)
  // The SMTP client takes 6 MB, which a gateway without SMTP need not hold.
  const { makeSmtpMailer } = await import('../../adapters/mail/smtp-mailer.ts')
  return makeSmtpMailer(mail.smtpUrl, mail)
}

/** What the mails of the service name of the service itself. */
export function namedInMails(mail: Config['mail']) {
  return {
    mailDomain: mailDomainOf(mail),
    publicUrl: mail.publicUrl,
    checkCommand: 'gateway zoho check',
  }
}

/** What stands behind the `@` of a message id. */
export function mailDomainOf(mail: Config['mail']): string {
  return mail.from.split('@').at(-1) ?? 'localhost'
}
