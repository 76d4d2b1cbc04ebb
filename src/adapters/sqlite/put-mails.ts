import type { Transaction } from 'kysely'
import type { NewMail } from '../../application/ports/outbox.ts'
import type { Schema } from './schema.ts'

/** Puts mails into the outbox, in the transaction of the event that obliges us to tell. */
export async function putMails(tx: Transaction<Schema>, mails: readonly NewMail[]): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map((mail) => ({
    message_id: mail.messageId,
    about: mail.about,
    sale_id: mail.saleId,
    subject: mail.subject,
    text: mail.text,
    created_at: mail.createdAt,
    attempts: 0,
    due_at: mail.createdAt,
    sent_at: null,
  }))
  await tx
    .insertInto('outbox')
    .values(rows)
    // A sale that gets stuck twice has told it once.
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute()
}
