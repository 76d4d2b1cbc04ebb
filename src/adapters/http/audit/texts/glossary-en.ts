import type { Term } from '../../../../application/words/terms.ts'
import type { TermTexts } from './texts.ts'

/** The glossary in English. */
export const GLOSSARY_EN: Readonly<Record<Term, TermTexts>> = {
  sale: {
    name: 'Sale',
    text: 'Three records in the CRM that belong together: a Deal, a Quote and a Sales Order. A sale has all of them, or in the end none.',
  },
  crm: {
    name: 'CRM',
    text: 'The customer system, Zoho CRM. It is not part of the gateway; what it answers is recorded in its own words.',
  },
  gateway: {
    name: 'Gateway',
    text: 'The service that makes sales in the CRM for its clients, takes back what failed, and writes the log that these pages show.',
  },
  client: {
    name: 'Client',
    text: 'The program or shop that asks the gateway for sales. Each client has keys of its own.',
  },
  key: {
    name: 'API key',
    text: 'The secret with which a client or an auditor signs in. The log knows it by its public id only; the key itself is stored nowhere.',
  },
  'request-id': {
    name: 'Request id',
    text: 'Names one request of a client. It is in the answer, in the log and in the journal of the gateway, so that all three can be put side by side.',
  },
  'idempotency-key': {
    name: 'Idempotency-Key',
    text: 'A name that the client gives to its request. If the same request comes again under that name within 30 days, no second sale is made: the client is told what became of the first. The log has only whether one was given.',
  },
  contact: {
    name: 'Contact',
    text: 'The person in the CRM for whom the sale is. The log holds the id of the contact, never a name or an address.',
  },
  line: {
    name: 'Line',
    text: 'One product of a sale with its quantity and its unit price, as they were read from the CRM.',
  },
  deal: {
    name: 'Deal',
    text: 'The first record of a sale in the CRM: that somebody buys, and for how much.',
  },
  quote: {
    name: 'Quote',
    text: 'The second record of a sale in the CRM: the products with their prices, as they were offered.',
  },
  'sales-order': {
    name: 'Sales Order',
    text: 'The third record of a sale in the CRM: the order itself. When it is there, the sale is complete.',
  },
  reference: {
    name: 'Reference',
    text: 'The id of the sale with the name of the step. Every record of a sale carries it in a field that the CRM keeps unique, so a record can be found again, and cannot be made twice.',
  },
  calls: {
    name: 'Call',
    text: 'One request of the gateway to the CRM that creates or deletes a record: when, for how long, and what the CRM answered. Calls stand with the event that came of them.',
  },
  completed: {
    name: 'Completed',
    text: 'Deal, Quote and Sales Order are in the CRM, and the client was told so. A completed sale is never taken back by the gateway.',
  },
  deadline: {
    name: 'Deadline',
    text: 'A sale that is not complete within its time, counted from its request, is rolled back.',
  },
  interrupted: {
    name: 'Interrupted',
    text: 'The gateway was started anew in the middle of the sale, and took it up again from the log.',
  },
  unanswered: {
    name: 'Unanswered step',
    text: 'A record was asked for and no clear answer came, so it may be in the CRM, now or later; or a gateway that had been stopped may have asked for it late. The step stays unanswered until the second look.',
  },
  named: {
    name: 'Named record',
    text: 'A record that the CRM named as part of this sale without ever showing it. It counts as there until it is deleted.',
  },
  rollback: {
    name: 'Rollback',
    text: 'Everything that a failed sale left in the CRM is deleted again: the Sales Order first, then the Quote, then the Deal. A sale is rolled back when nothing of it is left.',
  },
  look: {
    name: 'Look',
    text: 'A search in the CRM for the record of an unanswered step. The first look is at once, the second after settle time; only the second closes the step.',
  },
  'settle-time': {
    name: 'Settle time',
    text: 'How long the gateway waits before the second look, because a record may turn up late.',
  },
  leftover: {
    name: 'Leftover',
    text: 'A record of a failed sale that is still in the CRM, or may be.',
  },
  stuck: {
    name: 'Stuck',
    text: 'The rollback keeps failing, for example because a record is locked. IT was told by mail that a person is needed. The gateway keeps trying.',
  },
  'at-rest': {
    name: 'At rest',
    text: 'Nothing is left to be done for the sale. Only a gateway that had been stopped in the middle of it, and wakes up later, begins a new search.',
  },
  outbox: {
    name: 'Outbox',
    text: 'The mails to IT. A mail is stored together with the event that it is about, and tried until the mail server has taken it.',
  },
  log: {
    name: 'Event log',
    text: 'Everything that happened, in order. An event is added at the end, and never changed or removed. These pages are made from it.',
  },
  event: {
    name: 'Event',
    text: 'One entry of the log: what happened, when, and who caused it. An event of a sale also names the hash of the one before it in that sale.',
  },
  position: {
    name: 'Position',
    text: 'The number of an event in the whole log, from 1, without a gap.',
  },
  checkpoint: {
    name: 'Checkpoint',
    text: 'A signed statement of how many events the log has and what its tree root is. What a checkpoint covers cannot be changed unseen by anybody who compares it.',
  },
  'tree-root': {
    name: 'Tree root',
    text: 'One hash over all events of the log, built as a tree (RFC 6962). If one character of one event changes, the root is another.',
  },
  fingerprint: {
    name: 'Fingerprint',
    text: 'A short form of the public key of the log, to be compared by telephone or on paper. Get it by another way than the evidence that you check with it.',
  },
  witness: {
    name: 'Witness',
    text: 'A program on another machine that keeps the checkpoints it has seen, and reports when the log did not only grow.',
  },
  bundle: {
    name: 'Bundle',
    text: 'The evidence about a sale or a time, to take along: the events byte for byte, the proofs, a report, and a verifier that needs neither the gateway nor a network.',
  },
  zone: {
    name: 'Time zone',
    text: 'All times of a page are in the zone that its header names, with the difference to UTC beside each. The log itself stores UTC.',
  },
}
