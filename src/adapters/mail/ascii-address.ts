// E-mail addresses and domains in ASCII, which every mail server takes, also one without SMTPUTF8 (RFC 6531).

import { domainToASCII } from 'node:url'

const ASCII = /^[\x21-\x7e]+$/

/** What a domain with letters of any alphabet is made of. The runtimes differ in what else they convert. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u

/** The domain as mail servers know it, such as `xn--bcher-kva.de`; `undefined` for one that has no such form. */
export function asciiDomain(domain: string): string | undefined {
  if (ASCII.test(domain)) return domain
  if (!DOMAIN.test(domain)) return undefined
  const converted = domainToASCII(domain)
  return converted === '' ? undefined : converted
}

export type AsciiAddress =
  | { readonly ok: true; readonly address: string }
  /** The part that cannot be written in ASCII: nothing converts what is before the `@`. */
  | { readonly ok: false; readonly part: 'name' | 'domain' }

/** The address in ASCII. One that is in ASCII already stays as it is. */
export function asciiAddress(address: string): AsciiAddress {
  const at = address.lastIndexOf('@')
  const name = address.slice(0, at)
  if (!ASCII.test(name)) return { ok: false, part: 'name' }
  const domain = asciiDomain(address.slice(at + 1))
  return domain === undefined
    ? { ok: false, part: 'domain' }
    : { ok: true, address: `${name}@${domain}` }
}
