// The words of the reports in English.

import type { ReportWords } from './report-words.ts'
import { say } from './sentence.ts'

export const ENGLISH_REPORT: ReportWords = {
  saleTitle: (saleId) => `Sale ${saleId}`,
  whoAndWhat: 'Who and what',
  products: 'Products and prices',
  records: 'Records in the CRM',
  mails: 'What IT was told',
  timeline: 'Everything that was recorded',
  zone: (zone) => `Times: ${zone}`,
  timesNote: (zone, atRest) =>
    `All times are in the zone ${zone}, by the clock of the service. ${
      atRest
        ? 'The sale is at rest: nothing is left to be done for it.'
        : 'The sale is not at rest: more will follow in the log.'
    }`,
  facts: {
    sale: 'Sale',
    status: 'Status',
    requested: 'Requested',
    ended: 'Ended',
    notEnded: 'not yet',
    contact: 'Contact in the CRM',
    idempotencyKey: 'Idempotency-Key',
    given: 'given',
    notGiven: 'not given',
    notKnown: 'not known',
    whyFailed: 'Why it failed',
    whyStuck: 'Why it is stuck',
  },
  lines: {
    product: 'Product',
    id: 'ID',
    quantity: 'Quantity',
    unitPrice: 'Unit price',
    total: 'Total',
    sum: 'Sum of the lines, exact',
    amount: 'Amount in the log',
    differs:
      'The sum of the lines is not the amount. The amount in the log is the one that the sale was made with: ' +
      'it was rounded once, to the decimals of the currency.',
    notReadable: 'not readable',
    neverPriced: 'Not priced. Asked for:',
  },
  crm: {
    none: 'None is known to have been created.',
    record: 'Record',
    id: 'ID',
    created: 'Recorded as created',
    onlyNamed: 'only named by the CRM',
    deleted: 'Deleted',
    notDeleted: 'no',
  },
  mail: {
    none: 'No mail about this sale was sent so far.',
    at: 'Handed over',
    about: 'About',
    way: 'The mail',
    place: 'In the log at',
    notShown: 'not shown',
    position: (position) => `position ${position}`,
    withheldNote:
      'Where the Message-ID and the way are not shown, one mail told of several sales. The event about it names ' +
      'the others, so its text is not in this bundle. That an event is at that position of the log, unchanged ' +
      'since, is proved by its hash; its time and what it is about are what the service says of it, and the whole ' +
      'log shows them.',
    subjects: {
      failed: 'the sale failed',
      stuck: 'a person is needed',
      solved: 'no person is needed any more',
      unreadable: 'its log cannot be read',
      account: 'the CRM account',
      checkpoint: 'a checkpoint',
      loss: 'an accepted loss of the log',
      key: 'an API key that expires',
    },
  },
  events: { time: 'Time', what: 'What', by: 'By', position: 'Position' },
  range: {
    title: (from, to) => `Sales log, ${from} to ${to}`,
    verdict: ({ events, first, last, requested, completed, failed, rolledBack, stuck }) =>
      say`${events} events, positions ${first} to ${last}: ${requested} sales were asked for, ${completed} completed, ${failed} failed, ${rolledBack} were rolled back, and a person was needed for ${stuck}.`,
    whatIsInIt: 'What is in it',
    askedFor: 'Asked for',
    askedTimes: (from, to) => say`from ${from}, to ${to}, that instant not included`,
    timesFound: 'Times found',
    noTimes: 'none',
    foundTimes: (first, last) => say`${first} to ${last}`,
    began: 'Sales that began',
    note:
      'All positions from the first event of that time to the last are in it, so that nothing between can be ' +
      'missing. Clocks are set now and then: single events between may carry a time outside of it.',
    byType: 'Events by type',
    type: 'Type',
    events: 'Events',
    notReadable: 'not readable',
    failed: 'Sales that failed',
    none: 'None.',
    failedAt: 'Failed at',
    sale: 'Sale',
    step: 'Step',
    why: 'Why',
    became: 'What became of it in this range',
    ends: {
      rolledBack: 'rolled back, nothing is left',
      stuck: 'stuck: a person was needed',
      goingOn: 'being rolled back',
    },
    unlisted: (listed, more) => `${listed} are listed; ${more} more are in events.csv.`,
  },
  proof: {
    title: 'How this can be checked',
    lead: say`This page is a view; the evidence is events.jsonl. Each event in it is part of a log over which the service signs checkpoints, and the files in proofs/ show that it is. With the public key of the log, from somebody you trust and not from this bundle, all of it is checked by the command`,
    onward: say`It needs no network and not the service; it runs on Node 18 or later, and on Deno. Take verify.mjs from elsewhere, too, if you trust nobody who handed this on; the format is described, so anybody can write another.`,
    notShown:
      'Not shown by any log: that what was recorded is true, and that something was not left out before it was recorded.',
    log: 'Log',
    key: 'Key, by its fingerprint',
    keyNotKnown: 'not known',
    checkpoint: 'Checkpoint',
    checkpointIs: (number, size, at) => say`number ${number}, over ${size} events, signed at ${at}`,
    taken: 'Taken from the log',
    takenBy: (at, who) => say`${at} by ${who}`,
    software: 'With',
  },
}
