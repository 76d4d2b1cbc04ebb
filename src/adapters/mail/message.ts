import type { SendMailOptions } from 'nodemailer'
import type { NewMail } from '../../application/ports/outbox.ts'

/** From the settings, never from data. */
export type MailParties = { readonly from: string; readonly to: readonly string[] }

/**
 * The message as nodemailer takes it. Plain text only; nodemailer may open no file and no
 * address for it, whatever the text looks like.
 */
export function messageOf(mail: NewMail, parties: MailParties): SendMailOptions {
  return {
    from: { name: '', address: parties.from },
    to: parties.to.map((address) => ({ name: '', address })),
    subject: mail.subject,
    text: mail.text,
    messageId: `<${mail.messageId}>`,
    // The same in every copy.
    date: new Date(mail.createdAt),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
