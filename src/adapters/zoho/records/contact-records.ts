// Contacts as Zoho's queries return them, read as the gateway knows them.

import type { ContactTerms } from '../../../application/crm/crm.port.ts'
import { type Account, type Address, type Contact, isSameAddress } from '../../../domain/contact.ts'
import type { CrmId } from '../../../domain/ids.ts'
import { parseCrmId } from '../../../domain/ids.ts'
import { AccountLink } from '../answers/answer-schemas.ts'
import { type Row, textOf } from '../answers/rows.ts'
import { literal, select } from '../call/coql.ts'

const ADDRESS_PARTS = ['Street', 'City', 'State', 'Code', 'Country'] as const
const ADDRESS_COLUMNS = (['Billing', 'Shipping'] as const).flatMap((kind) =>
  ADDRESS_PARTS.map((part) => `Account_Name.${kind}_${part}`),
)

/** Asks for the address as it is, and in lower case: Zoho may or may not ignore the case. */
export function contactByEmailQuery(email: string): string {
  const spellings = [...new Set([email, email.toLowerCase()])].map(literal)
  return select({
    columns: [
      'id',
      'First_Name',
      'Last_Name',
      'Email',
      'Modified_Time',
      'Account_Name',
      'Account_Name.Account_Name',
      ...ADDRESS_COLUMNS,
    ],
    from: 'Contacts',
    where:
      spellings.length === 1 ? `Email = ${spellings[0]}` : `Email in (${spellings.join(', ')})`,
    orderBy: 'Modified_Time desc',
  })
}

export function contactByIdQuery(contactId: CrmId): string {
  return select({
    columns: ['id', 'Account_Name', ...ADDRESS_COLUMNS],
    from: 'Contacts',
    where: `id = ${literal(contactId)}`,
  })
}

/**
 * The contact with exactly this address, of several the most recently modified; `null` without one;
 * `undefined` when a row is not what was asked for. The addresses are compared here once more,
 * because Zoho's `=` may find others as well.
 */
export function contactOf(rows: readonly Row[], email: string): Contact | null | undefined {
  const hits = rows
    .filter((row) => isSameAddress(textOf(row['Email']) ?? '', email))
    .sort((a, b) => modifiedAt(b) - modifiedAt(a))
  const hit = hits[0]
  if (hit === undefined) return null
  const id = parseCrmId(hit['id'])
  const account = accountOf(hit)
  if (id === undefined || account === undefined) return undefined
  return {
    id,
    firstName: textOf(hit['First_Name']),
    lastName: textOf(hit['Last_Name']),
    email: textOf(hit['Email']) ?? email,
    account,
  }
}

/** What a sale needs of its contact; `null` without one; `undefined` for rows of something else. */
export function contactTermsOf(
  rows: readonly Row[],
  contactId: CrmId,
): ContactTerms | null | undefined {
  const hit = rows.find((row) => row['id'] === contactId)
  if (hit === undefined) return rows.length === 0 ? null : undefined
  const account = accountOf(hit)
  if (account === undefined) return undefined
  if (account === null) return { accountId: null, addresses: null }
  const { billingAddress, shippingAddress } = account
  return {
    accountId: account.id,
    addresses: { billing: billingAddress, shipping: shippingAddress },
  }
}

function accountOf(row: Row): Account | null | undefined {
  const link = row['Account_Name'] ?? null
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
