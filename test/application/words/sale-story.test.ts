import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GATEWAY, toRecord } from '../../../src/application/log/event-record.ts'
import type { SaleMail } from '../../../src/application/log/sale-reader.port.ts'
import { summarize } from '../../../src/application/log/sale-summary.ts'
import { trailOf } from '../../../src/application/log/sale-trail.ts'
import { ENGLISH } from '../../../src/application/words/english.ts'
import { storyOf } from '../../../src/application/words/sale-story.ts'
import { plainText } from '../../../src/application/words/sentence.ts'
import type { SaleEvent } from '../../../src/domain/sale/events.ts'
import { replay } from '../../../src/domain/sale/evolve.ts'
import { plusMs } from '../../../src/domain/time.ts'
import * as e from '../../support/examples/sale-examples.ts'
import { priced } from '../../support/examples/sale-examples.ts'

const { dealId, quoteId, salesOrderId, strangerId, saleId, now } = e

const deal: SaleEvent = { type: 'DealCreated', at: now, data: { dealId } }
const quote: SaleEvent = { type: 'QuoteCreated', at: now, data: { quoteId } }
const order: SaleEvent = { type: 'SalesOrderCreated', at: now, data: { salesOrderId } }
const stranger: SaleEvent = { type: 'QuoteCreated', at: now, data: { quoteId: strangerId } }
const done: SaleEvent = { type: 'SaleCompleted', at: now, data: {} }
const taken: SaleEvent = { type: 'SaleInterrupted', at: now, data: {} }
const unanswered: SaleEvent = {
  type: 'CreateUnanswered',
  at: now,
  data: { step: 'quote', reason: 'no answer in time' },
}
const named: SaleEvent = e.named('quote', strangerId)
const dealGone: SaleEvent = { type: 'DealDeleted', at: now, data: { dealId } }
const quoteGone: SaleEvent = { type: 'QuoteDeleted', at: now, data: { quoteId } }
const strangerGone: SaleEvent = { type: 'QuoteDeleted', at: now, data: { quoteId: strangerId } }
const undone: SaleEvent = { type: 'SaleRolledBack', at: now, data: {} }
const settled: SaleEvent = { type: 'SaleSettled', at: now, data: {} }
const stuck = (
  ...leftovers: (SaleEvent & { type: 'SaleStuck' })['data']['leftovers']
): SaleEvent => ({
  type: 'SaleStuck',
  at: now,
  data: { leftovers },
})
const look = (look: 'first' | 'second', found: number): SaleEvent => ({
  type: 'ReferenceLookedUp',
  at: now,
  data: { step: 'quote', look, found },
})
const failed = (
  failedStep: (SaleEvent & { type: 'CompensationRequired' })['data']['failedStep'],
  reason: string,
): SaleEvent => ({ type: 'CompensationRequired', at: now, data: { failedStep, reason } })

const refused = failed('salesOrder', 'INVALID_DATA:  invalid\n data')
const late = failed('deadline', 'not complete after 30000 ms')

const mail: SaleMail = {
  messageId: 'm@x',
  about: 'failed',
  createdAt: now,
  attempts: 0,
  sentAt: plusMs(now, 1_000),
  handedOver: { way: 'smtp', recipients: 2 },
}
const AT = '2026-11-23T10:00:01.000Z'

/** The sale's events, 300 ms apart. */
function apart(events: readonly SaleEvent[]): readonly SaleEvent[] {
  return [e.requested, ...events].map((event, i) => ({ ...event, at: plusMs(now, i * 300) }))
}

function recordsOf(events: readonly SaleEvent[]) {
  return events.map((event, i) =>
    toRecord(event, { position: i + 1, saleId, sequence: i + 1, actor: GATEWAY, prev: null }),
  )
}

function tell(events: readonly SaleEvent[], mails: readonly SaleMail[]): string {
  const all = apart(events)
  const sale = { ...summarize(replay(saleId, all)), client: 'web-shop' }
  const { headline, sentences } = storyOf(sale, trailOf(recordsOf(all)), mails, ENGLISH)
  return `${headline} ${plainText(sentences)}`
}

const WOKE =
  'A gateway that had been stopped woke up, and may have sent the create of the Quote late.'
const DONE = `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.2 s.`

const STORIES: readonly {
  readonly of: string
  readonly events: readonly SaleEvent[]
  readonly mails?: readonly SaleMail[]
  readonly story: string
}[] = [
  {
    of: 'a sale whose mail is a file',
    events: [failed('contact', 'no'), undone],
    mails: [{ ...mail, handedOver: { way: 'files', recipients: 2 } }],
    story: `Rolled back because the contact could not be used: “no”. Nothing had been created. Nothing is left in the CRM. The mail that tells IT was written to a file, and sent to nobody, at ${AT}.`,
  },
  {
    of: 'a sale whose mails are older than the record of their way, and are about its solution, too',
    events: [failed('contact', 'no'), undone],
    mails: [
      { ...mail, handedOver: null },
      { ...mail, about: 'solved' },
    ],
    story: `Rolled back because the contact could not be used: “no”. Nothing had been created. Nothing is left in the CRM. The mail that tells IT was handed over, to a mail server or to a file, at ${AT}. IT was told that no person is needed any more by mail at ${AT}.`,
  },
  {
    of: 'a sale just asked for',
    events: [],
    story: 'In progress. The contact and the products are being read.',
  },
  {
    of: 'a sale with a Deal',
    events: [priced, deal],
    story: `In progress. Deal ${dealId} was created. The Quote is being created.`,
  },
  {
    of: 'a sale taken up again',
    events: [priced, deal, quote, taken],
    story: `In progress. Deal ${dealId} and Quote ${quoteId} were created. The Sales Order is being created. It was taken up again after a restart.`,
  },
  {
    of: 'a complete sale',
    events: [priced, deal, quote, order, done],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.2 s. Nothing else is left in the CRM.`,
  },
  {
    of: 'a complete sale that is looked over',
    events: [priced, deal, unanswered, quote, order, done],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.5 s. The create of the Quote was not answered at first, so the CRM is searched again for a second record.`,
  },
  {
    of: 'a complete sale with a second record',
    events: [priced, deal, unanswered, quote, order, done, stranger, look('first', 1)],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.5 s. Beside them, Quote ${strangerId} is still in the CRM and has to be deleted.`,
  },
  {
    of: 'a complete sale with a second record that stays',
    events: [
      ...[priced, deal, unanswered, quote, order, done, stranger, look('second', 1)],
      stuck({ step: 'quote', id: strangerId }),
    ],
    mails: [mail, { ...mail, about: 'stuck' }],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.5 s. Beside them, Quote ${strangerId} is still in the CRM and cannot be deleted: a person is needed, the gateway keeps trying. IT was told by mail at ${AT}. IT was told that a person is needed by mail at ${AT}.`,
  },
  {
    of: 'a complete sale whose second record is gone',
    events: [
      ...[priced, deal, unanswered, quote, order, done, stranger, look('second', 1)],
      ...[strangerGone, settled],
    ],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.5 s. Quote ${strangerId}, found beside them, was deleted. Nothing else is left in the CRM.`,
  },
  {
    of: 'a refused contact',
    events: [failed('contact', 'contact 1 is not in the CRM'), undone],
    mails: [mail],
    story: `Rolled back because the contact could not be used: “contact 1 is not in the CRM”. Nothing had been created. Nothing is left in the CRM. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a refused Sales Order',
    events: [priced, deal, quote, refused, quoteGone, dealGone, undone],
    mails: [{ ...mail, sentAt: null, attempts: 2 }],
    story: `Rolled back because the CRM refused the Sales Order: “INVALID_DATA: invalid data”. Deal ${dealId} and Quote ${quoteId} were deleted. Nothing is left in the CRM. The mail that tells IT is not accepted yet, after 2 failed attempts; it is tried again.`,
  },
  {
    of: 'a create that was never answered, and never applied',
    events: [priced, deal, unanswered, late, dealGone, look('first', 0), look('second', 0), undone],
    story: `Rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} was deleted. The CRM was searched twice and nothing more was found. Nothing is left in the CRM. No mail about it is known.`,
  },
  {
    of: 'a create that was never answered, and applied',
    events: [
      ...[priced, deal, unanswered, late, dealGone, stranger, look('first', 1), strangerGone],
      ...[look('second', 0), undone],
    ],
    mails: [mail],
    story: `Rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} and Quote ${strangerId} were deleted. The CRM was searched twice, and one of these was found only then. Nothing is left in the CRM. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a record that was only named, while the sale goes on',
    events: [priced, deal, unanswered, named],
    story: `In progress. Deal ${dealId} was created. The Quote is being created.`,
  },
  {
    of: 'a record that was only named, and shown in time',
    events: [priced, deal, unanswered, named, stranger],
    story: `In progress. Deal ${dealId} and Quote ${strangerId} were created. The Sales Order is being created.`,
  },
  {
    of: 'a record that was only named, and is left',
    events: [priced, deal, unanswered, named, late],
    mails: [mail],
    story: `Being rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} and Quote ${strangerId} (which the CRM only named) are still in the CRM and a Quote with the reference ${saleId}:quote may be there. This goes on by itself. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a complete sale beside a record that was only named',
    events: [priced, deal, unanswered, named, quote, order, done],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.8 s. Beside them, Quote ${strangerId} (which the CRM only named) is still in the CRM and has to be deleted.`,
  },
  {
    of: 'a rollback on its way',
    events: [priced, deal, unanswered, late],
    mails: [{ ...mail, sentAt: null }],
    story: `Being rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} is still in the CRM and a Quote with the reference ${saleId}:quote may be there. This goes on by itself. The mail that tells IT is not accepted yet; it is tried again.`,
  },
  {
    of: 'a rollback that has deleted what it knows',
    events: [priced, deal, failed('interrupted', 'the service stopped'), dealGone],
    mails: [mail],
    story: `Being rolled back because the gateway stopped in the middle of it, and its caller could not ask again: “the service stopped”. Deal ${dealId} was deleted. Nothing is known to be left in the CRM. This goes on by itself. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a stuck sale',
    events: [priced, deal, quote, refused, stuck({ step: 'quote', id: quoteId })],
    mails: [mail, { ...mail, about: 'stuck' }],
    story: `Stuck: a person is needed. Deal ${dealId} and Quote ${quoteId} are still in the CRM. Please remove this in the CRM, or make it removable; the gateway keeps trying. The sale has to be rolled back because the CRM refused the Sales Order: “INVALID_DATA: invalid data”. IT was told by mail at ${AT}. IT was told that a person is needed by mail at ${AT}.`,
  },
  {
    of: 'a stuck sale, with the reason of each leftover',
    events: [
      ...[priced, deal, unanswered, late],
      stuck(
        { step: 'deal', id: dealId, reason: 'RECORD_LOCKED:\n locked' },
        { step: 'quote', reference: `${saleId}:quote`, reason: 'the search for it failed' },
      ),
    ],
    story: `Stuck: a person is needed. Deal ${dealId} is still in the CRM and a Quote with the reference ${saleId}:quote may be there. Deal ${dealId} cannot be deleted: “RECORD_LOCKED: locked”. The Quote with the reference ${saleId}:quote cannot be ruled out: “the search for it failed”. Please remove this in the CRM, or make it removable; the gateway keeps trying. The sale has to be rolled back because it was not complete in time: “not complete after 30000 ms”. No mail about it is known.`,
  },
  {
    of: 'a complete sale with a second record that stays, and why',
    events: [
      ...[priced, deal, unanswered, quote, order, done, stranger, look('second', 1)],
      stuck({ step: 'quote', id: strangerId, reason: 'RECORD_LOCKED' }),
    ],
    story: `Completed. Deal ${dealId}, Quote ${quoteId} and Sales Order ${salesOrderId} were created in 1.5 s. Beside them, Quote ${strangerId} is still in the CRM and cannot be deleted: a person is needed, the gateway keeps trying. Quote ${strangerId} cannot be deleted: “RECORD_LOCKED”.`,
  },
  {
    of: 'a sale that a former owner may have sent one more create of',
    events: [priced, deal, quote, e.woke('quote')],
    story: `In progress. Deal ${dealId} and Quote ${quoteId} were created. The Sales Order is being created. ${WOKE}`,
  },
  {
    of: 'a sale that was rolled back, and that a former owner opened again',
    events: [priced, deal, late, dealGone, undone, e.woke('quote')],
    mails: [mail],
    story: `Being rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} was deleted. ${WOKE} A Quote with the reference ${saleId}:quote may be there. This goes on by itself. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a sale that was rolled back twice',
    events: [
      ...[priced, deal, unanswered, late, dealGone, look('second', 0), undone, e.woke('quote')],
      ...[stranger, look('first', 1), strangerGone, look('second', 0), undone],
    ],
    mails: [mail],
    story: `Rolled back because it was not complete in time: “not complete after 30000 ms”. Deal ${dealId} and Quote ${strangerId} were deleted. ${WOKE} The CRM was searched 3 times, and one of these was found only then. Nothing is left in the CRM. IT was told by mail at ${AT}.`,
  },
  {
    of: 'a complete sale that a former owner opened again',
    events: [priced, deal, quote, order, done, e.woke('quote')],
    story: `${DONE} ${WOKE} So the CRM is searched again for a second record.`,
  },
  {
    of: 'a complete sale with one create that was not answered, and one of a former owner',
    events: [
      ...[priced, deal, unanswered, quote, order, done, e.woke('deal')],
      ...[stuck({ step: 'deal', reference: `${saleId}:deal`, reason: 'no answer' })],
    ],
    story: `${DONE.replace('1.2 s', '1.5 s')} The create of the Quote was not answered at first, so the CRM has to be searched for a second record and that keeps failing: a person is needed, the gateway keeps trying. ${WOKE.replace('Quote', 'Deal')} So the CRM has to be searched for a second record and that keeps failing: a person is needed, the gateway keeps trying. The Deal with the reference ${saleId}:deal cannot be ruled out: “no answer”.`,
  },
  {
    of: 'a complete sale beside which a record of a former owner was found and deleted',
    events: [
      ...[priced, deal, quote, order, done, e.woke('quote')],
      ...[stranger, look('second', 1), strangerGone, settled],
    ],
    story: `${DONE} ${WOKE} Quote ${strangerId}, found beside them, was deleted. Nothing else is left in the CRM.`,
  },
  {
    of: 'a complete sale that was stuck, was settled, and was opened again',
    events: [
      ...[priced, deal, unanswered, quote, order, done, stranger, look('second', 1)],
      ...[stuck({ step: 'quote', id: strangerId }), strangerGone, settled, e.woke('quote')],
    ],
    story: `${DONE.replace('1.2 s', '1.5 s')} ${WOKE} So the CRM is searched again for a second record.`,
  },
  {
    of: 'a stuck sale that a former owner may have sent one more create of',
    events: [priced, deal, quote, refused, stuck({ step: 'quote', id: quoteId }), e.woke('deal')],
    story: `Stuck: a person is needed. Deal ${dealId} and Quote ${quoteId} are still in the CRM and a Deal with the reference ${saleId}:deal may be there. Please remove this in the CRM, or make it removable; the gateway keeps trying. The sale has to be rolled back because the CRM refused the Sales Order: “INVALID_DATA: invalid data”. ${WOKE.replace('Quote', 'Deal')} No mail about it is known.`,
  },
  {
    of: 'a stuck sale, one leftover of which is gone since',
    events: [
      ...[priced, deal, quote, refused],
      stuck({ step: 'quote', id: quoteId, reason: 'it was locked' }),
      quoteGone,
    ],
    mails: [mail],
    story: `Stuck: a person is needed. Deal ${dealId} is still in the CRM. Please remove this in the CRM, or make it removable; the gateway keeps trying. The sale has to be rolled back because the CRM refused the Sales Order: “INVALID_DATA: invalid data”. IT was told by mail at ${AT}.`,
  },
]

describe('The story of a sale', () => {
  for (const { of, events, mails = [], story } of STORIES) {
    it(`reports of ${of} what happened and what is left`, () => {
      assert.equal(tell(events, mails), story)
    })
  }

  it('knows the same records and open creates as the domain, after every event', () => {
    let compared = 0
    for (const { events } of STORIES) {
      const all = apart(events)
      for (let count = 1; count <= all.length; count += 1) {
        const sale = replay(saleId, all.slice(0, count))
        if (!('records' in sale)) continue
        const trail = trailOf(recordsOf(all.slice(0, count)))
        const own = sale.status === 'completed' ? Object.values(sale.firstIds) : []
        const present = trail.records.filter(({ deletedAt }) => deletedAt === null)
        assert.deepEqual(
          present.map(({ id }) => id).filter((id) => !own.includes(id)),
          sale.records.map(({ id }) => id),
        )
        const open = trail.open.filter(({ closedAt }) => closedAt === null)
        assert.deepEqual(
          open.map(({ step }) => step),
          sale.unanswered.map(({ step }) => step),
        )
        compared += 1
      }
    }
    assert.ok(compared > 30, `only ${compared} states compared`)
  })
})
