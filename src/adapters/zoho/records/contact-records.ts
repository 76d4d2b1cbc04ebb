// Contacts as Zoho's queries return them, read as the gateway knows them.

import type { ContactDetails } from '../../../application/crm/crm.port.ts'
import {
  type Account,
  type Address,
  type Contact,
  isEmailAddress,
  isSameAddress,
} from '../../../domain/contact.ts'
import type { CrmId } from '../../../domain/ids.ts'
import { parseCrmId } from '../../../domain/ids.ts'
import type { CallResult } from '../../../domain/sale/outcome.ts'
import { AccountLink } from '../answers/answer-schemas.ts'
import { done, hiddenField, wrongAnswer } from '../answers/call-results.ts'
import { isMasked, missingColumn, type Row, textOf } from '../answers/rows.ts'
import { literal, select } from '../call/coql.ts'

const ADDRESS_PARTS = ['Street', 'City', 'State', 'Code', 'Country'] as const
const ADDRESS_COLUMNS = (['Billing', 'Shipping'] as const).flatMap((kind) =>
  ADDRESS_PARTS.map((part) => `Account_Name.${kind}_${part}`),
)
const PERSON_COLUMNS = [
  'id',
  'First_Name',
  'Last_Name',
  'Email',
  'Modified_Time',
  'Account_Name',
] as const
const JOINED_COLUMNS = ['Account_Name.Account_Name', ...ADDRESS_COLUMNS]
const SALE_COLUMNS = ['id', 'Account_Name'] as const
/**
 * For texts of records only. They are not among the columns that a row must have: without them a
 * record has a shorter name, and nothing else about the sale changes.
 */
const NAME_COLUMNS = ['First_Name', 'Last_Name', 'Account_Name.Account_Name'] as const

/** Asks for the address as it is, and in lower case: Zoho may or may not ignore the case. */
export function contactByEmailQuery(email: string): string {
  const spellings = [...new Set([email, email.toLowerCase()])].map(literal)
  return select({
    columns: [...PERSON_COLUMNS, ...JOINED_COLUMNS],
    from: 'Contacts',
    where:
      spellings.length === 1 ? `Email = ${spellings[0]}` : `Email in (${spellings.join(', ')})`,
    orderBy: 'Modified_Time desc',
  })
}

export function contactByIdQuery(contactId: CrmId): string {
  return select({
    columns: [...SALE_COLUMNS, ...NAME_COLUMNS, ...ADDRESS_COLUMNS],
    from: 'Contacts',
    where: `id = ${literal(contactId)}`,
  })
}

/** Asks for any contact that has all that is read of one. */
export function anyContactQuery(): string {
  return select({
    columns: [...PERSON_COLUMNS, ...JOINED_COLUMNS],
    from: 'Contacts',
    where: 'Email is not null and Account_Name is not null',
    limit: 1,
  })
}

/** Whether rows of `anyContactQuery` show every field that the gateway reads of a contact. */
export function contactIsShown(rows: readonly Row[]): CallResult<void> {
  const isEmailHidden = rows.some((row) => !isPlainAddress(textOf(row['Email']) ?? ''))
  const hidden =
    hiddenColumn(rows, PERSON_COLUMNS, JOINED_COLUMNS) ??
    (isEmailHidden ? 'Email' : undefined) ??
    JOINED_COLUMNS.find((column) => rows.some((row) => isMasked(row[column])))
  return hidden === undefined
    ? done(undefined)
    : { type: 'refused', reason: hiddenField(hidden, 'a contact') }
}

/**
 * The contact with exactly this address, of several the most recently modified; `null` without one.
 * The addresses are compared here once more, because Zoho's `=` may find others as well.
 *
 * A row that we may not see into could be the contact. So it is not what was asked for, also beside
 * a row that shows the address: the caller would make a second contact, or take the wrong one.
 */
export function contactOf(rows: readonly Row[], email: string): CallResult<Contact | null> {
  const hidden = hiddenColumn(rows, PERSON_COLUMNS, JOINED_COLUMNS)
  if (hidden !== undefined) return wrongAnswer(hiddenField(hidden, 'a contact'))
  if (!rows.every((row) => isShown(row['Email'], email))) {
    return wrongAnswer('the CRM does not show the Email of a contact that it found by its Email')
  }
  const hits = rows
    .filter((row) => isSameAddress(textOf(row['Email']) ?? '', email))
    .sort((a, b) => modifiedAt(b) - modifiedAt(a))
  const hit = hits[0]
  if (hit === undefined) return done(null)
  const id = parseCrmId(hit['id'])
  const account = accountOf(hit)
  if (id === undefined || account === undefined) return wrongAnswer()
  return done({
    id,
    firstName: textOf(hit['First_Name']),
    lastName: textOf(hit['Last_Name']),
    email: textOf(hit['Email']) ?? email,
    account,
  })
}

/**
 * Whether the address of a row that matched can be seen: it is the one asked for, or plainly
 * another. An empty or masked one is hidden, and so is a text that is no address at all.
 */
function isShown(value: unknown, email: string): boolean {
  const text = textOf(value) ?? ''
  return isSameAddress(text, email) || isPlainAddress(text)
}

function isPlainAddress(text: string): boolean {
  return isEmailAddress(text) && !text.includes('*')
}

/**
 * What a sale needs of its contact; `null` without one. A field that the CRM does not show is a
 * refusal: another read would not show it either, and the sale would go to no account.
 */
export function contactDetailsOf(
  rows: readonly Row[],
  contactId: CrmId,
): CallResult<ContactDetails | null> {
  if (rows.length === 0) return done(null)
  const hit = rows.find((row) => row['id'] === contactId)
  if (hit === undefined) return wrongAnswer()
  // A masked part would be written into the Quote as it is.
  const hidden =
    hiddenColumn([hit], SALE_COLUMNS, ADDRESS_COLUMNS) ??
    ADDRESS_COLUMNS.find((column) => isMasked(hit[column]))
  if (hidden !== undefined) return { type: 'refused', reason: hiddenField(hidden, 'the contact') }
  const account = accountOf(hit)
  if (account === undefined) return wrongAnswer()
  const contactName = personName(hit)
  if (account === null) {
    return done({ accountId: null, addresses: null, names: { accountName: null, contactName } })
  }
  const { billingAddress, shippingAddress } = account
  return done({
    accountId: account.id,
    addresses: { billing: billingAddress, shipping: shippingAddress },
    names: { accountName: account.name, contactName },
  })
}

/**
 * The first field that a row does not show; `undefined` where all is shown. The joined columns are
 * of the account: a row without an account may lack them, and has no value in them. A row that has
 * one hides its account.
 */
function hiddenColumn(
  rows: readonly Row[],
  own: readonly string[],
  joined: readonly string[],
): string | undefined {
  const missing = missingColumn(rows, own)
  if (missing !== undefined) return missing
  const hasHiddenAccount = (row: Row) =>
    typeof row['Account_Name'] === 'string' ||
    (row['Account_Name'] === null && joined.some((column) => textOf(row[column]) !== null))
  if (rows.some(hasHiddenAccount)) return 'Account_Name'
  const withAccount = rows.filter((row) => row['Account_Name'] !== null)
  return missingColumn(withAccount, joined)
}

function personName(row: Row): string | null {
  const parts = [textOf(row['First_Name']), textOf(row['Last_Name'])]
  return parts.filter((part) => part !== null).join(' ') || null
}

function accountOf(row: Row): Account | null | undefined {
  const link = row['Account_Name']
  if (!AccountLink.Check(link)) return undefined
  if (link === null) return null
  return {
    id: link.id as CrmId,
    name: textOf(row['Account_Name.Account_Name']) ?? textOf(link.name),
    shippingAddress: addressOf(row, 'Shipping'),
    billingAddress: addressOf(row, 'Billing'),
  }
}

function addressOf(row: Row, kind: 'Billing' | 'Shipping'): Address {
  const part = (name: (typeof ADDRESS_PARTS)[number]) => textOf(row[`Account_Name.${kind}_${name}`])
  return {
    street: part('Street'),
    city: part('City'),
    state: part('State'),
    code: part('Code'),
    country: part('Country'),
  }
}

function modifiedAt(row: Row): number {
  const at = Date.parse(textOf(row['Modified_Time']) ?? '')
  return Number.isNaN(at) ? 0 : at
}
