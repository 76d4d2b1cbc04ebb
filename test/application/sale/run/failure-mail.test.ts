import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  collectedFailures,
  type MailDetails,
  mailsFor,
} from '../../../../src/application/sale/run/failure-mail.ts'
import type { SaleEvent } from '../../../../src/domain/sale/events.ts'
import { replay } from '../../../../src/domain/sale/evolve.ts'
import type { Outcome } from '../../../../src/domain/sale/outcome.ts'
import * as a from '../../../support/examples/sale-examples.ts'

const { requested, priced, dealCreated, quoteCreated, salesOrderCreated } = a

const DETAILS: Omit<MailDetails, 'outcome'> = {
  mailDomain: 'gateway.example',
  modules: { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' },
}

/** The mails for the last `count` of these events. */
function mailsOf(events: readonly SaleEvent[], count = 1, outcome: Outcome = a.timePassed) {
  return mailsFor(replay(a.saleId, events), events.slice(-count), { ...DETAILS, outcome })
}

function factLines(text = ''): readonly string[] {
  return text.split('\n').filter((line) => /^(Error Message|[A-Z][A-Za-z ]+ ID): /.test(line))
}

/** What was recorded when the sale failed, and the three lines that a mail has about it. */
const LINES: readonly (readonly [string, readonly SaleEvent[], readonly string[]])[] = [
  ['nothing', [requested, a.required('contact')], ['not created', 'not created', 'not created']],
  ['terms', [requested, priced, a.required('deal')], ['not created', 'not created', 'not created']],
  [
    'a Deal that was not answered',
    [requested, priced, a.unanswered('deal'), a.required('deadline')],
    ['not known', 'not created', 'not created'],
  ],
  [
    'a Deal',
    [requested, priced, dealCreated, a.required('quote')],
    [a.dealId, 'not created', 'not created'],
  ],
  [
    'a Deal, and a Quote that was not answered',
    [requested, priced, dealCreated, a.unanswered('quote'), a.required('deadline')],
    [a.dealId, 'not known', 'not created'],
  ],
  [
    'a Deal that was only named',
    [
      requested,
      priced,
      a.unanswered('deal'),
      a.named('deal', a.strangerId),
      a.required('deadline'),
    ],
    [a.strangerId, 'not created', 'not created'],
  ],
  [
    'a Deal, and another one that was only named',
    [
      ...[requested, priced, a.unanswered('deal'), a.named('deal', a.strangerId), dealCreated],
      a.required('quote'),
    ],
    [a.dealId, 'not created', 'not created'],
  ],
  [
    'a Deal whose first attempt was not answered',
    [requested, priced, a.unanswered('deal'), dealCreated, a.required('quote')],
    [a.dealId, 'not created', 'not created'],
  ],
  [
    'a Deal and a Quote',
    [requested, priced, dealCreated, quoteCreated, a.required('salesOrder')],
    [a.dealId, a.quoteId, 'not created'],
  ],
  [
    'a Deal, a Quote, and a restart',
    [requested, priced, dealCreated, quoteCreated, a.interrupted, a.required('interrupted')],
    [a.dealId, a.quoteId, 'not known'],
  ],
]

describe('The mail of a failed sale', () => {
  for (const [what, events, [deal, quote, order]] of LINES) {
    it(`has its lines word for word after ${what}`, () => {
      const [mail, ...others] = mailsOf(events)
      assert.deepEqual(others, [])
      assert.deepEqual(factLines(mail?.text).slice(1), [
        `Deal ID: ${deal}`,
        `Quote ID: ${quote}`,
        `Sales Order ID: ${order}`,
        `Sale ID: ${a.saleId}`,
      ])
    })
  }

  it('knows a Sales Order that came too late', () => {
    const past = [requested, priced, dealCreated, quoteCreated]
    const [mail] = mailsOf([...past, a.required('deadline'), salesOrderCreated], 2)
    assert.ok(factLines(mail?.text).includes(`Sales Order ID: ${a.salesOrderId}`))
  })

  const TITLES = [
    ['contact', 'contact'],
    ['products', 'products'],
    ['deal', 'Deal'],
    ['quote', 'Quote'],
    ['salesOrder', 'Sales Order'],
    ['deadline', 'deadline'],
    ['interrupted', 'interrupted'],
  ] as const

  for (const [step, title] of TITLES) {
    it(`reports at which step: ${step}`, () => {
      const [mail] = mailsOf([requested, a.required(step, 'the CRM said no')])
      assert.equal(factLines(mail?.text)[0], `Error Message: ${title}: the CRM said no`)
      assert.equal(mail?.subject, `Sale ${a.saleId} failed (${title})`)
    })
  }

  it('is the same whenever it is made', () => {
    const events = [requested, priced, a.required('deal')]
    assert.deepEqual(mailsOf(events), mailsOf(events))
    const [mail] = mailsOf(events)
    assert.equal(mail?.messageId, `${a.saleId}.failed@gateway.example`)
    assert.equal(mail.createdAt, a.now)
  })

  it('keeps what the CRM said on its line', () => {
    const reason = `one\ntwo\r\nDeal ID: 1\u2028three\t ${'x'.repeat(5_000)}`
    const [mail] = mailsOf([requested, a.required('deal', reason)])
    const lines = factLines(mail?.text)
    assert.equal(lines.length, 5)
    assert.match(lines[0] ?? '', /^Error Message: Deal: one two Deal ID: 1 three x+$/)
    assert.ok(Buffer.byteLength(lines[0] ?? '') <= 998)
  })

  it('has no character that a mail server may refuse', () => {
    const [mail] = mailsOf([requested, a.required('deal', 'a\u0000b\u001b[0m\u0085c\ud83d')])
    assert.equal(factLines(mail?.text)[0], 'Error Message: Deal: a b [0m c\ufffd')
  })

  it('has the own words of the organisation behind the codes of the CRM, whole and on one line', () => {
    const ownWords = "Tutar 1000 TL'den\nbüyük olmalı\u0000\u202e"
    const outcome = a.creating('deal', { ...a.refused, ownWords })
    const [mail] = mailsOf([requested, a.required('deal', 'INVALID_DATA: … (Amount)')], 1, outcome)
    assert.equal(
      factLines(mail?.text)[0],
      "Error Message: Deal: INVALID_DATA: … (Amount): Tutar 1000 TL'den büyük olmalı",
    )
  })

  it('cuts words without end at a whole character, within the bytes of a line', () => {
    for (const letter of ['x', 'ş', '語', '🧾']) {
      const outcome = a.creating('deal', { ...a.refused, ownWords: letter.repeat(5_000) })
      const [mail] = mailsOf([requested, a.required('deal')], 1, outcome)
      const line = factLines(mail?.text)[0] ?? ''
      assert.match(line, new RegExp(`^Error Message: Deal: INVALID_DATA: (${letter})+…$`, 'u'))
      const bytes = Buffer.byteLength(line)
      assert.ok(bytes > 980 && bytes <= 998, `${bytes} bytes`)
    }
  })

  it('has the own words about the read that was refused, and none of a done one', () => {
    const refused = { ...a.refused, ownWords: 'refused' }
    const unknown = { ...a.unknown, ownWords: 'unknown' }
    const own = (outcome: Outcome) => {
      const [mail] = mailsOf([requested, a.required('contact', 'NO')], 1, outcome)
      return factLines(mail?.text)[0]?.replace('Error Message: contact: NO', '')
    }
    assert.equal(own(a.termsRead(unknown, refused)), ': refused')
    assert.equal(own(a.termsRead(unknown)), ': unknown')
    assert.equal(own({ type: 'contactRead', contact: refused }), ': refused')
    assert.equal(own(a.creating('deal', refused)), ': refused')
    assert.equal(own(a.creating('deal', a.done(a.dealId))), '')
    assert.equal(own(a.timePassed), '')
  })

  it('has the lines of every sale where it is about several', () => {
    const facts = ['deal', 'quote'].map((step) => {
      const [mail] = mailsOf([requested, priced, a.required(step as 'deal' | 'quote')])
      return mail?.facts ?? ''
    })
    const { subject, text } = collectedFailures(facts)
    assert.equal(subject, '2 sales failed')
    const blocks = text.split('\n\n')
    assert.equal(blocks[0], '2 sales failed and are rolled back.')
    assert.deepEqual(blocks.slice(1, 3), facts)
    for (const block of blocks.slice(1, 3)) {
      const labels = block.split('\n').map((line) => line.split(': ')[0])
      assert.deepEqual(labels, [
        'Error Message',
        'Deal ID',
        'Quote ID',
        'Sales Order ID',
        'Sale ID',
      ])
    }
    assert.match(blocks[3] ?? '', /^What was created is being deleted;/)
  })

  it('is not for events that oblige to nothing', () => {
    const events = [requested, priced, dealCreated, quoteCreated, salesOrderCreated, a.completed]
    assert.deepEqual(mailsOf(events, events.length), [])
    const rolledBack = [requested, priced, a.required('deal'), a.rolledBack]
    assert.deepEqual(mailsOf(rolledBack), [])
  })
})

describe('The mail of a stuck sale', () => {
  const failed = [requested, priced, dealCreated, a.unanswered('quote'), a.required('quote')]

  it('has for each leftover its module, its id or reference, and why it cannot be removed', () => {
    const deal = { ...a.deal, reason: 'NOT_APPROVED:\nthe record is not approved' }
    const quote = { ...a.openAt('quote'), reason: 'the search for it did not succeed: no answer' }
    const [mail] = mailsOf([...failed, a.stuck(deal, quote)])
    const lines = mail?.text.split('\n') ?? []
    assert.deepEqual(
      lines.filter((line) => line.startsWith('Left: ')),
      [
        `Left: Deals ${a.dealId}: NOT_APPROVED: the record is not approved`,
        `Left: Quotes ${a.saleId}:quote: the search for it did not succeed: no answer`,
      ],
    )
    assert.ok(lines.includes(`Sale ID: ${a.saleId}`))
  })

  it('has what to do, with the command, and does not repeat why the sale failed', () => {
    const [mail] = mailsOf([...failed, a.stuck(a.deal)])
    assert.match(mail?.text ?? '', /^What to do: /m)
    assert.match(mail?.text ?? '', new RegExp(`^ {4}gateway sales resume ${a.saleId}$`, 'm'))
    assert.doesNotMatch(mail?.text ?? '', /INVALID_DATA|Error Message/)
  })

  it('has the own words of the organisation about each leftover', () => {
    const refused = { ...a.refused, ownWords: 'Önce onaylayın' }
    const unknown = { ...a.unknown, ownWords: 'Sonra' }
    const outcome = a.failing(a.deleting(a.deal, refused), a.looking('quote', 'second', unknown))
    const left = a.because('CODE', a.deal, a.openAt('quote'))
    const [mail] = mailsOf([...failed, a.stuck(...left)], 1, outcome)
    assert.deepEqual(
      mail?.text.split('\n').filter((line) => line.startsWith('Left: ')),
      [
        `Left: Deals ${a.dealId}: CODE: Önce onaylayın`,
        `Left: Quotes ${a.saleId}:quote: CODE: Sonra`,
      ],
    )
  })

  it('can be made of an event that does not have the reasons', () => {
    const [mail] = mailsOf([...failed, a.stuck(a.deal)])
    assert.match(mail?.text ?? '', new RegExp(`^Left: Deals ${a.dealId}: not known$`, 'm'))
  })

  it('is another mail than that of the failure', () => {
    const events = [...failed, a.stuck(a.deal)]
    const [first, second] = mailsOf(events, 2)
    assert.deepEqual([first?.about, second?.about], ['failed', 'stuck'])
    assert.notEqual(first?.messageId, second?.messageId)
    assert.equal(second?.messageId, `${a.saleId}.stuck@gateway.example`)
  })

  it('of a completed sale reports that it is complete', () => {
    const done = [requested, priced, a.unanswered('deal'), dealCreated, quoteCreated]
    const [mail] = mailsOf([...done, salesOrderCreated, a.completed, a.stuck(a.openAt('deal'))])
    assert.deepEqual(factLines(mail?.text), [`Sale ID: ${a.saleId}`])
    assert.match(mail?.text ?? '', /^A sale is complete, /)
  })
})
