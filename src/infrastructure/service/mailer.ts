// Builds the mailer that the settings ask for.

import { makeFileMailer } from '../../adapters/mail/file-mailer.ts'
import { makeSmtpMailer } from '../../adapters/mail/smtp-mailer.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import type { Config } from '../config/config.ts'

/** The mailer of the settings: over SMTP, or into a folder as `.eml` files. */
export function makeMailer(mail: Config['mail']): Mailer {
  return mail.smtpUrl === undefined
    ? makeFileMailer(mail.folder, mail)
    : makeSmtpMailer(mail.smtpUrl, mail)
}

/** What stands behind the `@` of a message id. */
export function mailDomainOf(mail: Config['mail']): string {
  return mail.from.split('@').at(-1) ?? 'localhost'
}
