import type { Transaction } from 'kysely'
import { collectedAt, OWN_MAILS_MAX, stormWindow } from '../../../application/mail/failure-storm.ts'
import type { NewMail } from '../../../application/mail/outbox.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Schema } from '../database/schema.ts'
import { closeIfFull, openMailFor } from './collected-mails.ts'

type FailureMail = NewMail & { readonly saleId: SaleId; readonly facts: string }

/** Puts mails into the outbox, in the transaction of the event that obliges us to tell. */
export async function putMails(tx: Transaction<Schema>, mails: readonly NewMail[]): Promise<void> {
  for (const mail of mails) {
    if (isFailureMail(mail)) await putFailureMail(tx, mail)
    else await putMail(tx, mail, { dueAt: mail.createdAt, open: 0 })
  }
}

function isFailureMail(mail: NewMail): mail is FailureMail {
  return mail.saleId !== null && mail.facts !== undefined
}

async function putFailureMail(tx: Transaction<Schema>, mail: FailureMail): Promise<void> {
  const { saleId, facts, createdAt } = mail
  if (await isTold(tx, saleId)) return
  const name = (mailId: number, kept: string | null) =>
    tx
      .insertInto('mailed_failure')
      .values({ sale_id: saleId, mail_id: mailId, failed_at: createdAt, facts: kept })
      .execute()
  if (!(await isStorm(tx, createdAt))) {
    const own = await putMail(tx, mail, { dueAt: createdAt, open: 0 })
    if (own !== undefined) await name(own, null)
    return
  }
  const joined = await openMailFor(tx, facts, createdAt)
  const mailId = joined ?? (await putMail(tx, mail, { dueAt: collectedAt(createdAt), open: 1 }))
  if (mailId === undefined) return
  await name(mailId, facts)
  await closeIfFull(tx, mailId, createdAt)
}

async function isTold(tx: Transaction<Schema>, saleId: SaleId): Promise<boolean> {
  const told = await tx
    .selectFrom('mailed_failure')
    .select('id')
    .where('sale_id', '=', saleId)
    .executeTakeFirst()
  return told !== undefined
}

/** Whether so many sales failed around `at` already that this one shares a mail. */
async function isStorm(tx: Transaction<Schema>, at: EpochMs): Promise<boolean> {
  const { after, before } = stormWindow(at)
  const failures = await tx
    .selectFrom('mailed_failure')
    .select('failed_at')
    .where('failed_at', '>', after)
    .where('failed_at', '<', before)
    .limit(OWN_MAILS_MAX)
    .execute()
  return failures.length >= OWN_MAILS_MAX
}

/** The id of the row; `undefined` where the mail is there already: a sale stuck twice has told it once. */
async function putMail(
  tx: Transaction<Schema>,
  mail: NewMail,
  { dueAt, open }: { readonly dueAt: EpochMs; readonly open: 0 | 1 },
): Promise<number | undefined> {
  const row = {
    message_id: mail.messageId,
    about: mail.about,
    sale_id: mail.saleId,
    subject: mail.subject,
    text: mail.text,
    created_at: mail.createdAt,
    attempts: 0,
    due_at: dueAt,
    sent_at: null,
    open,
  }
  const put = await tx
    .insertInto('outbox')
    .values(row)
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return put?.id
}
