import { say, term } from '../../../../../application/words/sentence.ts'
import type { EventsTexts, KeyTexts } from './events-texts.ts'

const NEXT = 'the next is signed within 60 s'

/** The texts of the events of no sale in English. */
export const EVENTS_EN: EventsTexts = {
  title: 'Events beside the sales',
  lead: say`What people and the ${term('gateway', 'gateway')} did that is part of no sale. These ${term('event', 'events')} are in the same ${term('log', 'log')} as the sales, and signed with them.`,
  groupsLabel: 'Groups of events',
  groups: {
    all: 'All',
    keys: 'Keys',
    signIns: 'Failed sign-ins',
    looks: 'Looks',
    exports: 'Exports',
    resumes: 'Resumes',
    losses: 'Accepted losses',
    moves: 'Moves of the log',
    account: 'CRM account',
    mails: 'Mails',
    unreadable: 'Unreadable sales',
    clock: 'Clock',
    orphans: 'Records deleted by hand',
  },
  form: 'Filter the events',
  of: 'Of or about',
  ofs: { key: 'Key, by its id', client: 'Client', operator: 'Operator' },
  who: 'Its id or name',
  none: 'No event fits on this page.',
  goesOn: (lookedAt) => `${lookedAt} events were looked at; there may be others beside them.`,
  unreadable: 'This event cannot be read.',
  asStored: (position) => `Event ${position} as stored`,
  checked: (events, { whole, newer }, { number, at, size }) => {
    const by = say`${term('checkpoint', 'checkpoint')} ${number} of ${at}, over ${size} events`
    if (newer === events)
      return say`Not verified yet: all on this page are newer than ${by} (${NEXT}).`
    const more = newer === 0 ? '' : ` Newer than it: ${newer} (${NEXT}).`
    return say`Verified: ${whole} of ${events} on this page, by the signed ${by}.${more}`
  },
  someWrong: (events) => `Not as signed: ${events}.`,
  marks: {
    whole: 'Verified:',
    newer: 'Newer than the checkpoint:',
    wrong: 'Not as it was signed:',
  },
  key: (keyId) => `Key ${keyId}`,
  sale: (saleId) => `Sale ${saleId}`,
  signIns: {
    reasons: {
      missing: 'no key',
      unknown: 'a key that was never made',
      expired: 'an expired key',
      revoked: 'a revoked key',
    },
    others: 'other addresses',
  },
  loss: (before, after) =>
    `The log was taken with ${after} events; ${
      before === undefined ? 'no checkpoint was left' : `the newest checkpoint was over ${before}`
    }.`,
  shutUntil: (at, duration) => say`Shut until ${at}, for ${duration}.`,
  stillShut: say`Not open again so far.`,
  whileShut:
    'New sales were turned away then, with 503; such a request is in no log. Sales that had begun were tried again.',
  eventsThen: 'Events of that time',
  salesThen: 'Sales asked for in that time',
  salesMeanwhile: 'Sales that have events of that time:',
  noSaleMeanwhile: 'No sale has an event of that time.',
  othersMeanwhile: 'There may be others: not all events of that time were looked at.',
}

/** The texts of the page of a key in English. */
export const KEYS_EN: KeyTexts = {
  title: (keyId) => `Key ${keyId}`,
  heading: 'API key',
  state: 'State',
  states: { good: 'good', expired: 'expired', revoked: 'revoked' },
  client: 'Client',
  scopes: 'Scopes',
  noScope: 'none',
  made: 'Made',
  madeBy: 'Made by',
  lastUsed: 'Last used',
  neverUsed: 'never',
  expires: 'Expires',
  never: 'never',
  until: (at) => say`${at}`,
  rotatedBy: 'Given a successor by',
  revoked: 'Revoked',
  revokedBy: 'Revoked by',
  notInLog: 'not found in the log',
  events: 'Events of this key',
  sales: 'Sales of its client',
  clientEvents: 'Events of its client',
  history: 'Made, rotated, revoked',
  noHistory: 'The log has nothing about it.',
  asked: 'Sales asked for with this key',
  noneAsked: 'No sale was asked for with it.',
  askedCount: (shown, all) =>
    shown === all ? `All ${all}, newest first.` : `The newest ${shown} of ${all}.`,
  lookedAt: (sales) =>
    `Only the newest ${sales} sales of its client in the time of the key were looked at: there may be more.`,
}
