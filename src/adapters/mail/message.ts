// The text of a mail as it is sent: headers and lines.

import type { Mail } from '../../application/mail/outbox.port.ts'

/** The sender and the recipients, from the settings and never from data. */
export type MailParties = { readonly from: string; readonly to: readonly string[] }

/** Characters that would end a header line and begin another. */
const LINE_ENDS = /[\r\n]+/g

/**
 * The lines of the whole message, the same for every copy. A MIME library would fold lines beyond 76
 * characters, but each fact must stand whole on its line, also in the raw message. The outbox keeps
 * lines below the 998 bytes that RFC 5322 allows.
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
