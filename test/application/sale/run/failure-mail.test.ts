import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { collectedFailures, mailsFor } from '../../../../src/application/sale/run/failure-mail.ts'
import type { MailDetails } from '../../../../src/application/sale/run/mail-lines.ts'
import type { Leftover, SaleEvent } from '../../../../src/domain/sale/events.ts'
import { replay } from '../../../../src/domain/sale/evolve.ts'
import type { Outcome } from '../../../../src/domain/sale/outcome.ts'
import * as a from '../../../support/examples/sale-examples.ts'

const { requested, priced, dealCreated, quoteCreated, salesOrderCreated } = a

const DETAILS: Omit<MailDetails, 'outcome'> = {
  mailDomain: 'gateway.example',
  client: 'web-shop',
  modules: { deal: 'Deals', quote: 'Quotes', salesOrder: 'Sales_Orders' },
}

/** The mails for the last `count` of these events. */
function mailsOf(
  events: readonly SaleEvent[],
  count = 1,
  outcome: Outcome = a.timePassed,
  details = DETAILS,
) {
  const before = replay(a.saleId, events.slice(0, -count))
  const after = replay(a.saleId, events)
  return mailsFor({ before, after }, events.slice(-count), { ...details, outcome })
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

  // What was recorded when the sale failed, and what the mail claims that there is to do.
  const LOOKED_FOR = 'To be looked for, and deleted if it is there'
  const CLAIMS: readonly (readonly [readonly SaleEvent[], readonly string[]])[] = [
    [
      [requested, a.required('contact'), a.rolledBack],
      ['To be deleted: nothing, because nothing was created'],
    ],
    [
      [requested, priced, a.required('deal'), a.rolledBack],
      ['To be deleted: nothing, because nothing was created'],
    ],
    [[requested, priced, a.unanswered('deal'), a.required('deadline')], [`${LOOKED_FOR}: a Deal`]],
    [
      [requested, priced, dealCreated, quoteCreated, a.required('salesOrder')],
      [`To be deleted: Deal ${a.dealId}, Quote ${a.quoteId}`],
    ],
    [
      [
        requested,
        priced,
        a.unanswered('deal'),
        dealCreated,
        a.unanswered('quote'),
        a.required('quote'),
      ],
      [`To be deleted: Deal ${a.dealId}`, `${LOOKED_FOR}: a second Deal, a Quote`],
    ],
    [
      [
        requested,
        priced,
        a.unanswered('deal'),
        a.named('deal', a.strangerId),
        a.required('deadline'),
      ],
      [`To be deleted: Deal ${a.strangerId} (only named so far)`, `${LOOKED_FOR}: a second Deal`],
    ],
  ]

  for (const [events, claims] of CLAIMS) {
    it(`claims no more than is so: ${claims.join('; ')}`, () => {
      const failedAt = events.findIndex(({ type }) => type === 'CompensationRequired')
      const [mail] = mailsOf(events, events.length - failedAt)
      const lines = mail?.text.split('\n').filter((line) => /^To be |deleted/.test(line))
      assert.deepEqual(lines, claims)
    })
  }

  it('names the client, has the command to type, and a link where there is one', () => {
    const events = [requested, priced, a.required('deal')]
    const [plain] = mailsOf(events)
    assert.match(plain?.text ?? '', /^Client: web-shop$/m)
    assert.match(plain?.text ?? '', new RegExp(`^ {4}gateway sales show ${a.saleId}$`, 'm'))
    assert.doesNotMatch(plain?.text ?? '', /Link|http/)
    const publicUrl = 'https://gateway.example/sales'
    const [linked] = mailsOf(events, 1, a.timePassed, { ...DETAILS, publicUrl })
    const link = `Link: https://gateway.example/sales/audit/sales/${a.saleId}`
    assert.ok(linked?.text.split('\n').includes(link))
    assert.ok(linked?.facts?.split('\n').includes(link))
  })

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
        'To be deleted',
        'Client',
      ])
    }
    assert.match(blocks[3] ?? '', /^Another mail comes only if something cannot be removed\./)
    assert.equal(blocks[4], '    gateway sales show ID\n')
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

  it('is another mail each time that a former owner woke', () => {
    const again = [a.woke('quote'), a.stuck(a.deal, a.openAt('quote'))]
    const solved = [a.dealDeleted, a.referenceLookedUp('quote', 'second'), a.rolledBack]
    const events = [...failed, a.stuck(a.deal), ...again, a.woke('deal'), ...again, ...solved]
    const ids = events.flatMap((_, index) => mailsOf(events.slice(0, index + 1)))
    assert.deepEqual(
      ids.map(({ messageId }) => messageId.split('@')[0]),
      ['failed', 'stuck', 'stuck.1', 'stuck.3', 'solved.3'].map((id) => `${a.saleId}.${id}`),
    )
  })

  it('is not written again when a former owner opens a sale that was rolled back', () => {
    const past = [...failed, a.dealDeleted, a.rolledBack]
    assert.deepEqual(mailsOf([...past, a.woke('quote')]), [])
    const ended = [a.referenceLookedUp('quote', 'second'), a.rolledBack]
    assert.deepEqual(mailsOf([...past, a.woke('quote'), ...ended], 2), [])
  })

  it('of a completed sale reports that it is complete', () => {
    const done = [requested, priced, a.unanswered('deal'), dealCreated, quoteCreated]
    const [mail] = mailsOf([...done, salesOrderCreated, a.completed, a.stuck(a.openAt('deal'))])
    assert.deepEqual(factLines(mail?.text), [`Sale ID: ${a.saleId}`])
    assert.match(mail?.text ?? '', /^A sale is complete, /)
  })
})

describe('What the mail of a stuck sale advises', () => {
  const failed = [requested, priced, dealCreated, a.unanswered('quote'), a.required('quote')]
  const adviceOn = (...leftovers: readonly Leftover[]) => {
    const [mail] = mailsOf([...failed, a.stuck(...leftovers)])
    const text = mail?.text ?? ''
    return {
      record: /^Open the record in the CRM/m.test(text),
      named: /Do not delete it by hand/.test(text),
      reference: /named by its reference/.test(text),
    }
  }
  const named = { ...a.deal, reason: 'only ever named, never seen: NO_PERMISSION' }
  const none = { record: false, named: false, reference: false }

  it('is about what is left, and about nothing else', () => {
    assert.deepEqual(adviceOn(a.deal), { ...none, record: true })
    assert.deepEqual(adviceOn(named), { ...none, named: true })
    assert.deepEqual(adviceOn(a.openAt('quote')), { ...none, reference: true })
    assert.deepEqual(adviceOn(a.quote, named), { ...none, record: true, named: true })
  })

  it('comes with the client, the link and the commands to type', () => {
    const publicUrl = 'https://gateway.example'
    const events = [...failed, a.stuck(a.deal)]
    const [mail] = mailsOf(events, 1, a.timePassed, { ...DETAILS, publicUrl })
    const lines = mail?.text.split('\n') ?? []
    for (const line of [
      'Client: web-shop',
      `Link: https://gateway.example/audit/sales/${a.saleId}`,
      `    gateway sales resume ${a.saleId}`,
      `    gateway sales show ${a.saleId}`,
    ]) {
      assert.ok(lines.includes(line), line)
    }
  })
})

describe('The mail of a stuck sale that is solved', () => {
  const stuck = [requested, priced, dealCreated, a.required('quote'), a.stuck(a.deal)]
  const done = [requested, priced, a.unanswered('deal'), dealCreated, quoteCreated]
  const stuckWhole = [...done, salesOrderCreated, a.completed, a.stuck(a.openAt('deal'))]

  it('says that it is rolled back, whose it was, and how to see what was done', () => {
    const [mail, ...others] = mailsOf([...stuck, a.dealDeleted, a.rolledBack], 2)
    assert.deepEqual(others, [])
    assert.deepEqual([mail?.about, mail?.saleId], ['solved', a.saleId])
    assert.equal(mail?.messageId, `${a.saleId}.solved@gateway.example`)
    assert.match(mail?.text ?? '', /^In the CRM: nothing of it is left$/m)
    assert.match(mail?.text ?? '', /^Client: web-shop$/m)
    assert.match(mail?.text ?? '', new RegExp(`^ {4}gateway sales show ${a.saleId}$`, 'm'))
    assert.deepEqual(factLines(mail?.text), [`Sale ID: ${a.saleId}`])
  })

  it('says that it is complete, of a complete sale', () => {
    const events = [...stuckWhole, a.referenceLookedUp('deal', 'second', 0), a.settled]
    const [mail] = mailsOf(events, 2)
    assert.equal(mail?.about, 'solved')
    assert.match(mail?.text ?? '', /^In the CRM: its own Deal, Quote and Sales Order, and nothing/m)
  })

  it('is written after a restart, too', () => {
    const events = [...stuck, a.interrupted, a.dealDeleted, a.rolledBack]
    assert.deepEqual(
      mailsOf(events, 2).map(({ about }) => about),
      ['solved'],
    )
  })

  it('is not written for a sale that was never stuck, nor before it is at rest', () => {
    const events = [requested, priced, dealCreated, a.required('quote'), a.dealDeleted]
    assert.deepEqual(mailsOf([...events, a.rolledBack], 2), [])
    assert.deepEqual(mailsOf([...stuck, a.interrupted]), [])
    assert.deepEqual(mailsOf([...done, salesOrderCreated, a.completed, a.settled]), [])
  })
})
