// Builds the mailer that the settings ask for.

import path from 'node:path'
import { makeFileMailer } from '../../adapters/mail/file-mailer.ts'
import { AppError } from '../../application/base/errors.ts'
import type { Mailer } from '../../application/mail/mailer.port.ts'
import type { Config } from '../config/config.ts'

/** The mailer of the settings: over SMTP, or into a folder as `.eml` files. */
export async function makeMailer(mail: Config['mail']): Promise<Mailer> {
  if (mail.smtpUrl === undefined) return makeFileMailer(mail.folder, mail)
  // The SMTP client takes 6 MB, which a gateway without SMTP need not hold.
  const { makeSmtpMailer } = await import('../../adapters/mail/smtp-mailer.ts')
  return makeSmtpMailer(mail.smtpUrl, mail)
}

/** Where the mails go. */
export type MailWay =
  | { readonly way: 'files'; readonly folder: string }
  | {
      readonly way: 'smtp'
      /** Host and port. */
      readonly server: string
      readonly signsIn: boolean
      /** Why it cannot be used at present; without secrets. */
      readonly trouble: string | undefined
    }

/** Where the mails go, and whether the server there can be used. Takes at most 3 s, sends nothing. */
export async function findMailWay({ smtpUrl, folder, to }: Config['mail']): Promise<MailWay> {
  if (smtpUrl === undefined) return { way: 'files', folder: path.resolve(folder) }
  const { host: server, username } = new URL(smtpUrl)
  const found = { way: 'smtp', server, signsIn: username !== '' } as const
  const { trySmtp } = await import('../../adapters/mail/smtp-mailer.ts')
  try {
    await trySmtp(smtpUrl, to)
    return { ...found, trouble: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { cause } = error
    return { ...found, trouble: cause instanceof Error ? cause.message : error.message }
  }
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
