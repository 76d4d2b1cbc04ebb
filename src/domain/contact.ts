// A contact of the CRM with its account, and the form of an e-mail address.
import type { CrmId } from './ids.ts'

/** One postal address as the CRM holds it; a part that is empty there is `null`. */
export type Address = {
  readonly street: string | null
  readonly city: string | null
  readonly state: string | null
  readonly code: string | null
  readonly country: string | null
}

export type Account = {
  readonly id: CrmId
  readonly name: string | null
  readonly shippingAddress: Address
  readonly billingAddress: Address
}

/** A contact, as a look-up by e-mail address finds it. */
export type Contact = {
  readonly id: CrmId
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string
  /** `null` for a contact that belongs to no account. */
  readonly account: Account | null
}

const ADDRESS_LENGTH_MAX = 254
const LOCAL_PART_LENGTH_MAX = 64
// The pattern is wide on purpose: it rejects what cannot be an address, and the CRM judges the rest.
// Unicode is allowed (RFC 6531), and so are quotes and backslashes in the local part.
const LABEL = '[\\p{L}\\p{M}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?'
const EMAIL = new RegExp(`^[^\\s@\\p{Cc}]+@(?:${LABEL}\\.)+(?!.$)${LABEL}$`, 'u')

/** Whether `text` has the form of an e-mail address of at most 254 characters. */
export function isEmailAddress(text: string): boolean {
  if (text.length > ADDRESS_LENGTH_MAX || text.indexOf('@') > LOCAL_PART_LENGTH_MAX) return false
  return EMAIL.test(text)
}

/** Whether two addresses are the same one, letter case aside. */
export function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
