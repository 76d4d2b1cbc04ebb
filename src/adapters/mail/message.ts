import type { SendMailOptions } from 'nodemailer'
import type { NewMail } from '../../application/ports/outbox.ts'

/** From the settings, never from data. */
export type MailParties = { readonly from: string; readonly to: readonly string[] }

/** Lines are far below the 998 characters that SMTP carries; the outbox sees to that. */
const ASCII = /^[\t\n\x20-\x7e]*$/

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
    // As it is, so that each fact stands whole on its line, also in the raw message. What is not
    // ASCII has to be encoded, because not every server takes eight bits.
    ...(ASCII.test(mail.text) ? { encoding: '7bit' } : {}),
    messageId: `<${mail.messageId}>`,
    // The same in every copy.
    date: new Date(mail.createdAt),
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
