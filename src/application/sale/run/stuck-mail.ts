// The mails about a sale that is stuck, and about one that no longer is.

import type { Leftover, SaleStuck } from '../../../domain/sale/events.ts'
import { isOnlyNamed } from '../../../domain/sale/leftovers.ts'
import type { Sale } from '../../../domain/sale/state.ts'
import type { EpochMs } from '../../../domain/time.ts'
import { commandLines } from '../../mail/mail-parts.ts'
import type { NewMail } from '../../mail/outbox.port.ts'
import { cutLine, type MailDetails, ownWordsIn, saleLines, withOwnWords } from './mail-lines.ts'

/** The mail that asks for a person: what is left, why, and what to do about just that. */
export function stuckMail(sale: Sale, event: SaleStuck, details: MailDetails): NewMail {
  const { saleId } = sale
  const { leftovers } = event.data
  return {
    messageId: `${saleId}.stuck${afterWakes(sale)}@${details.mailDomain}`,
    about: 'stuck',
    saleId,
    subject: `Sale ${saleId} is stuck: a person is needed`,
    text: [
      sale.status === 'completed'
        ? 'A sale is complete, and the CRM holds more than its own records, or may hold more.'
        : 'A sale failed, as another mail reports, and cannot be rolled back.',
      'This is left in the CRM, or may be left there, and cannot be removed:',
      '',
      ...leftovers.map((leftover) => leftoverLine(leftover, details)),
      ...saleLines(sale, details),
      '',
      ...whatToDo(leftovers),
      'It is tried again by itself, at most 10 minutes apart. To try at once, and to see what came of it:',
      ...commandLines(`gateway sales resume ${saleId}`, `gateway sales show ${saleId}`),
    ].join('\n'),
    createdAt: event.at,
  }
}

/** The mail that ends the one before it: nobody has to look at the sale any more. */
export function solvedMail(sale: Sale, at: EpochMs, details: MailDetails): NewMail {
  const { saleId } = sale
  return {
    messageId: `${saleId}.solved${afterWakes(sale)}@${details.mailDomain}`,
    about: 'solved',
    saleId,
    subject: `Sale ${saleId} is solved: no person is needed any more`,
    text: [
      'A sale that was stuck is solved. Nothing is to be done.',
      '',
      sale.status === 'completed'
        ? 'In the CRM: its own Deal, Quote and Sales Order, and nothing beside them'
        : 'In the CRM: nothing of it is left',
      ...saleLines(sale, details),
      '',
      'To see what was done:',
      '',
      `    gateway sales show ${saleId}`,
      '',
    ].join('\n'),
    createdAt: at,
  }
}

/** A mail after the wake of a former owner is another one: of two with one id the second is not stored. */
function afterWakes(sale: Sale): string {
  return 'wakes' in sale && sale.wakes > 0 ? `.${sale.wakes}` : ''
}

function leftoverLine(leftover: Leftover, { modules, outcome }: MailDetails): string {
  const what = 'id' in leftover ? leftover.id : leftover.reference
  const tried = outcome.type === 'roundFailed' ? outcome.tried : []
  const last = tried.findLast((one) =>
    'id' in leftover
      ? one.type === 'deleted' && one.id === leftover.id
      : one.type === 'lookedUp' && one.step === leftover.step,
  )
  const why = withOwnWords(leftover.reason ?? 'not known', last && ownWordsIn(last))
  return cutLine(`Left: ${modules[leftover.step]} ${what}: ${why}`)
}

/** What helps for these leftovers, and no advice for others. */
function whatToDo(leftovers: readonly Leftover[]): readonly string[] {
  const records = leftovers.filter((leftover) => 'id' in leftover)
  const named = records.filter(isOnlyNamed)
  return [
    'What to do: see above why each of them cannot be removed.',
    ...(records.length > named.length ? FOR_RECORDS : []),
    ...(named.length > 0 ? FOR_NAMED : []),
    ...(records.length < leftovers.length ? FOR_REFERENCES : []),
  ]
}

const FOR_RECORDS = [
  'Open the record in the CRM. End its approval, unlock it, or let the user of the gateway see and',
  'delete it; or delete it by hand.',
]

const FOR_NAMED = [
  'Where its line has "only ever named": let the user of the gateway see and delete it. Do not delete it by hand:',
  'the gateway could never learn that it is gone.',
]

const FOR_REFERENCES = [
  'For what is named by its reference, see that the user of the gateway can search the module.',
]
