// The texts of the pages in English.

import { say, term } from '../../../../application/words/sentence.ts'
import { CHECKPOINTS_EN } from './desk/checkpoint-en.ts'
import { EVENTS_EN, KEYS_EN } from './desk/events-en.ts'
import { FIND_EN } from './desk/find-en.ts'
import { GLOSSARY_EN } from './glossary-en.ts'
import { PERIOD_EN } from './period/period-en.ts'
import type { Texts } from './texts.ts'

const COVERS = { all: '', some: ', not over all events', none: ', not over this sale' } as const
const NEXT = 'the next is signed within 60 s'

export const EN: Texts = {
  language: 'English',
  frame: {
    site: 'PLG sales audit',
    skip: 'Skip to the content',
    navigation: 'Main',
    menu: 'Pages',
    places: { sales: 'Sales', events: 'Events', checkpoints: 'Checkpoints' },
    allSales: 'All sales',
    glossary: 'Glossary',
    readOnly: say`Read only. Every page is made from the ${term('log', 'event log')} when it is asked for.`,
    times: 'Times',
    chooseZone: say`${term('zone', 'Time zone')} of all times`,
    yourZone: 'your zone',
    copy: 'Copy',
    copied: 'Copied',
  },
  messages: {
    notFound: { title: 'Not found', text: 'There is no such page.' },
    noSuchSale: 'No such sale.',
    keyNeeded: { title: 'A key is needed', text: 'Sign in to see this page.' },
    keyWithoutScope: 'Not with this key',
    otherSite: {
      title: 'Asked by another site',
      text: 'Another site asked for this in your name, or your browser does not say who asked. Open the page here and press its button.',
    },
    byButton: {
      title: 'By its button only',
      text: 'A file is taken along by the button on its page, so that no link of another site can do it in your name.',
    },
    tooMany: {
      title: 'Too many requests',
      text:
        'Wait a minute, then sign in again. A browser that was given a key in an address goes on giving ' +
        'it: close the browser.',
    },
    failed: 'This did not work',
  },
  signIn: {
    title: 'Sign in',
    lead: 'With an API key that has the scope audit:read. Who operates the gateway makes one.',
    key: 'API key',
    wrongKey: 'This key opens nothing: it is unknown, expired or revoked.',
    lasts: 'You stay signed in for an hour, or until the gateway starts anew.',
    signedOut: 'You are signed out.',
    browserHasKey:
      'This browser gives a key with each request of its own accord (HTTP Basic). It can be signed out of that only by closing it.',
    signOut: 'Sign out',
    signedInWith: (keyId, client) => `Signed in with key ${keyId} of ${client}`,
    belongsTo: (keyId, client) => `Key ${keyId} belongs to ${client}.`,
    needs: 'These pages need the scope audit:read.',
    has: 'It has:',
    withAnother: 'Sign in with another key',
  },
  list: {
    title: 'Sales',
    csv: 'CSV of this list',
    caption: 'Sales, newest first',
    none: 'No sale fits.',
    toNewest: 'To the newest',
    pages: 'Pages',
    newest: 'Newest',
    newer: 'Newer',
    older: 'Older',
    oldest: 'Oldest',
    place: (first, last, all) => `${first}–${last} of ${all}`,
    sinceLook: (at) => say`Since your last look, ${at}`,
    sale: 'Sale',
    columns: {
      status: 'Status',
      sale: 'Sale',
      requested: 'Requested',
      took: 'Took',
      client: 'Client',
      contact: 'Contact',
      amount: 'Amount',
      failure: 'What failed',
    },
  },
  totals: {
    title: 'Totals',
    all: 'All',
    sales: (count, text) => `${text} ${count === 1 ? 'sale' : 'sales'}`,
    notSummed: (text) => `${text} not summed`,
    whyNotSummed:
      'Not summed: sales that were never priced, and amounts of more than 15 digits. Nothing is rounded.',
  },
  period: PERIOD_EN,
  sheet: {
    buttons: {
      comma: 'For spreadsheets, with commas',
      semicolon: 'For spreadsheets, with semicolons',
    },
    columns: {
      sale: 'Sale',
      status: 'Status',
      requested: 'Requested',
      ended: 'Ended',
      seconds: 'Took (seconds)',
      client: 'Client',
      contact: 'Contact ID',
      deal: 'Deal ID',
      quote: 'Quote ID',
      salesOrder: 'Sales Order ID',
      amount: 'Amount',
      currency: 'Currency',
      failedStep: 'Failed step',
      reason: 'Why it failed',
      position: 'Position',
      sequence: 'Event of the sale',
      at: 'Time',
      type: 'Type',
      what: 'What happened',
      who: 'Who',
      data: 'Data (JSON)',
    },
    tooLong: 'Too long for a cell: see the CSV for programs.',
  },
  filters: {
    summary: 'Filter',
    form: 'Filter the sales',
    labels: {
      status: 'Status',
      failedStep: 'Failed step',
      client: 'Client',
      contactId: 'Contact ID',
      from: 'From',
      to: 'Before',
      zone: 'Time zone',
      after: 'Page',
      before: 'Page',
    },
    inZone: (label, zone) => `${label} (${zone})`,
    any: 'Any',
    show: 'Show',
    clear: 'Clear',
    unusable: 'This filter cannot be used.',
    problems: {
      once: 'must be given once',
      oneOf: (values) => `must be one of ${values.join(', ')}`,
      tooLong: (max) => `must have at most ${max} characters`,
      contactId: 'must be 1 to 20 digits',
      time: 'must be a day or a time, such as 2026-11-24 or 2026-11-24 10:00, or one of the list',
      zone: 'must be the name of a time zone, such as Europe/Istanbul',
      place: 'must be that of a link to another page',
      onePlace: 'cannot stand beside after',
      order: 'must be after the beginning',
      tooFar: (months) => `must be within ${months} months of the beginning`,
    },
  },
  sale: {
    title: (saleId) => `Sale ${saleId}`,
    heading: 'Sale',
    whatHappened: 'What happened',
    bundle: 'Bundle',
    eventsCsv: 'CSV of the events',
    print: 'Print',
    sections: {
      facts: say`Facts`,
      timeline: say`Timeline`,
      products: say`${term('line', 'Products')}`,
      mails: say`Mails to IT`,
      events: say`${term('event', 'Events')}`,
    },
    jsonSummary: 'The sale as programs read it',
    jsonLabel: 'The sale as JSON',
    asOf: (at) => say`Read from the ${term('log', 'log')} at ${at}.`,
    loadAgain: 'Load again',
    facts: {
      requested: 'Requested',
      ended: 'Ended',
      notYet: 'not yet',
      runningFor: 'Running for',
      took: 'Took',
      amount: 'Amount',
      notPriced: 'not priced',
      contact: say`${term('contact', 'Contact')}`,
      idempotencyKey: say`${term('idempotency-key', 'Idempotency-Key')}`,
      given: 'given',
      notGiven: 'not given',
      notKnown: 'not known',
    },
    mails: {
      none: 'None: nothing had to be told.',
      waits: (title, since, attempts) =>
        say`${title}: waits in the ${term('outbox', 'outbox')} since ${since}, ${attempts} failed ${attempts === 1 ? 'attempt' : 'attempts'}`,
      sent: (title, handedOver, at) => say`${title}: the mail ${handedOver}, at ${at}`,
      messageId: (id) => `Message-ID ${id}`,
    },
    event: {
      position: (position) => say`${term('position', 'position')} ${position}`,
      asStored: (sequence) => `Event ${sequence} as stored`,
      asJson: (sequence) => `Event ${sequence} as JSON`,
    },
  },
  lanes: {
    caption: 'What was created and deleted in the CRM, and how long it took',
    drawing: 'Drawing',
    record: 'Record',
    created: 'Created',
    deleted: 'Deleted',
    reading: 'Contact, products',
    notRead: 'not read',
    readIn: (duration) => `read in ${duration}`,
    notKnown: 'not known',
    beingCreated: 'being created',
    notCreated: 'not created',
    notReached: 'not reached',
    onceMore: (record) => `${record}, once more`,
    foundAt: (since) => `found at ${since}`,
    took: (since, duration) => `${since}, took ${duration}`,
    stillThere: 'still in the CRM',
    failedAt: (since) => `failed ${since}`,
    stoppedAt: (since) => `broken off ${since}`,
    legend: {
      create: 'create',
      there: 'in the CRM',
      delete: 'delete',
      unknown: 'not answered',
      failed: 'failed',
      note: 'Long waits are drawn shorter than they were.',
    },
  },
  verified: {
    notAsSigned: 'Not as it was signed:',
    unsigned: say`Not verified yet: there is no signed ${term('checkpoint', 'checkpoint')}.`,
    allNewer: (events, { number, at }) =>
      say`Not verified yet: its ${counted(events)} ${are(events)} newer than ${term('checkpoint', 'checkpoint')} ${number} of ${at} (${NEXT}).`,
    whole: (events, newer, { number, at, size }) => {
      const covered = events - newer
      const which = newer === 0 ? counted(events) : `first ${counted(covered)}`
      const more =
        newer === 0
          ? ''
          : ` The last ${counted(newer)} ${are(newer)} newer than checkpoint ${number} (${NEXT}).`
      return say`Verified: its ${which} ${are(covered)} in the signed ${term('checkpoint', 'checkpoint')} ${number} of ${at}, over ${size} events.${more}`
    },
    printed: {
      wrong: 'Not as it was signed',
      unsigned: 'No signed checkpoint',
      checkpoint: (covers, { number, at }) => say`Checkpoint ${number} of ${at}${COVERS[covers]}`,
    },
  },
  find: FIND_EN,
  events: EVENTS_EN,
  keys: KEYS_EN,
  checkpoints: CHECKPOINTS_EN,
  glossary: {
    title: 'Glossary',
    lead: 'The words of these pages, in the order in which a sale meets them.',
    terms: GLOSSARY_EN,
  },
}

function counted(events: number): string {
  return events === 1 ? 'event' : `${events} events`
}

function are(events: number): string {
  return events === 1 ? 'is' : 'are'
}
