// Puts mails into the outbox. A failed sale gets a mail of its own, or a place in a shared one.

import type { Transaction } from 'kysely'
import {
  collectedAt,
  isStorm,
  OWN_MAILS_MAX,
  planCollecting,
  stormWindow,
} from '../../../application/mail/failure-storm.ts'
import type { NewMail } from '../../../application/mail/outbox.port.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { EpochMs } from '../../../domain/time.ts'
import type { Schema } from '../database/schema.ts'
import { closeMail, collectingMail } from './collected-mails.ts'

type FailureMail = NewMail & { readonly saleId: SaleId; readonly facts: string }

/** Puts mails into the outbox, in the transaction of the event that they are about. */
export async function putMails(tx: Transaction<Schema>, mails: readonly NewMail[]): Promise<void> {
  for (const mail of mails) {
    if (isFailureMail(mail)) await putFailureMail(tx, mail)
    else await putMail(tx, mail, { dueAt: mail.createdAt, open: 0 })
  }
}

function isFailureMail(mail: NewMail): mail is FailureMail {
  return mail.saleId !== null && mail.facts !== undefined
}

/** Puts a failed sale, once, into a mail: its own, or a shared one. `failure-storm.ts` has the rule. */
async function putFailureMail(tx: Transaction<Schema>, mail: FailureMail): Promise<void> {
  const { saleId, facts, createdAt } = mail
  if (await isNamed(tx, saleId)) return
  if (!isStorm(await failuresAround(tx, createdAt))) {
    const mailId = await putMail(tx, mail, { dueAt: createdAt, open: 0 })
    if (mailId !== undefined) await nameSale(tx, mail, mailId, null)
    return
  }
  const collecting = await collectingMail(tx)
  const step = planCollecting(collecting, Buffer.byteLength(facts))
  if (collecting !== undefined && step !== 'begin') {
    await nameSale(tx, mail, collecting.id, facts)
    if (step === 'fill') await closeMail(tx, collecting.id, createdAt)
    return
  }
  if (collecting !== undefined) await closeMail(tx, collecting.id, createdAt)
  const mailId = await putMail(tx, mail, { dueAt: collectedAt(createdAt), open: 1 })
  if (mailId !== undefined) await nameSale(tx, mail, mailId, facts)
}

/** Whether a mail names this failed sale already. */
async function isNamed(tx: Transaction<Schema>, saleId: SaleId): Promise<boolean> {
  const named = await tx
    .selectFrom('mailed_failure')
    .select('id')
    .where('sale_id', '=', saleId)
    .executeTakeFirst()
  return named !== undefined
}

/** Records which mail names the sale. `facts` are kept for a mail that collects. */
async function nameSale(
  tx: Transaction<Schema>,
  { saleId, createdAt }: FailureMail,
  mailId: number,
  facts: string | null,
): Promise<void> {
  await tx
    .insertInto('mailed_failure')
    .values({ sale_id: saleId, mail_id: mailId, failed_at: createdAt, facts })
    .execute()
}

/** How many other sales failed within a minute of `at`. It counts no further than `OWN_MAILS_MAX`. */
async function failuresAround(tx: Transaction<Schema>, at: EpochMs): Promise<number> {
  const { after, before } = stormWindow(at)
  const failures = await tx
    .selectFrom('mailed_failure')
    .select('failed_at')
    .where('failed_at', '>', after)
    .where('failed_at', '<', before)
    .limit(OWN_MAILS_MAX)
    .execute()
  return failures.length
}

/**
 * Adds a mail to the outbox.
 *
 * @returns the id of its row; `undefined` where the outbox has a mail with this message id: a sale
 *   that gets stuck twice is mailed once
 */
export async function putMail(
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
