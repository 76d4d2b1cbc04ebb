import type { Mail } from '../../application/mail/outbox.port.ts'

/** From the settings, never from data. */
export type MailParties = { readonly from: string; readonly to: readonly string[] }

/** What would end a header line, and begin another. */
const LINE_ENDS = /[\r\n]+/g

/**
 * The lines of the whole message, the same for every copy. Written here rather than by a MIME
 * library, because those fold lines beyond 76 characters, and each fact is to stand whole on its
 * line in the raw message, too. The outbox keeps lines below the 998 bytes that RFC 5322 allows.
 */
export function messageLines(mail: Mail, parties: MailParties): readonly string[] {
  return [
    `From: ${parties.from}`,
    `To: ${parties.to.join(', ')}`,
    `Subject: ${mail.subject.replace(LINE_ENDS, ' ')}`,
    `Message-ID: <${mail.messageId}>`,
    `Date: ${new Date(mail.createdAt).toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...mail.text.split(/\r?\n|\r/),
  ]
}
