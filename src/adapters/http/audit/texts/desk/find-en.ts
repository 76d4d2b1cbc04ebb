import { say, term } from '../../../../../application/words/sentence.ts'
import type { FindTexts } from './find-texts.ts'

/** The texts of the search in English. */
export const FIND_EN: FindTexts = {
  title: 'Find',
  label: 'Find',
  placeholder: 'Find a sale, record, client …',
  found: 'Found for',
  nothing: 'Nothing found for',
  tooLong: (max) =>
    `The text is longer than ${max} characters, so it is nothing that is found here.`,
  groups: {
    saleId: 'The sale with this id',
    endOfSaleId: 'Sales whose id ends so',
    record: 'Sales with this record in the CRM',
    contact: 'Sales for this contact',
    request: 'Sales that this request asked for',
    idempotencyKey: 'Sales under this Idempotency-Key',
  },
  key: 'The API key with this id',
  clients: 'Clients whose name begins so',
  asked: 'What else this request did',
  sales: 'Sales',
  events: 'Events',
  more: (shown) => `There are more: only the newest ${shown} are shown.`,
  inList: 'All in the list',
  record: {
    there: 'in the CRM, as far as the log knows',
    named: say`only ${term('named', 'named')} by the CRM, never seen`,
    deleted: (at) => say`deleted at ${at}`,
    removed: 'a person had it deleted',
    toEvent: (position) => `Event ${position}`,
  },
  takes: 'What the search takes',
  examples: [
    [
      say`${term('sale', 'Sale')} id, whole or its last 8 characters, as the list shows it`,
      '6ff1a2c4',
    ],
    [
      say`Id of a ${term('deal', 'Deal')}, a ${term('quote', 'Quote')} or a ${term('sales-order', 'Sales Order')} in the CRM, also one that is deleted`,
      '7179597922332300013',
    ],
    [say`Id of a ${term('contact', 'contact')}`, '550428000008877665'],
    [say`${term('request-id', 'Request id')}, from the answer or from a journal`, '0b6f3c1e-77d2'],
    [
      say`${term('idempotency-key', 'Idempotency-Key')}, whole, for the 30 days that the gateway keeps it`,
      'A-2026-4711',
    ],
    [say`Name of a ${term('client', 'client')}, or how it begins`, 'web-shop'],
    [say`Public id of an ${term('key', 'API key')}`, 'f946d21d'],
  ],
}
