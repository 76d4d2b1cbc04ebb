// Addresses of pages to which a reader is led back.

/** Visible ASCII, and no host: `//` and `/\` would lead to another one. */
const PAGE = /^\/audit(?:[/?][!-[\]-~]*)?$/

/** This address where it is one of our pages, and else the list. */
export function pageAt(address: string | undefined): string {
  if (address === undefined || !PAGE.test(address)) return '/audit'
  // Dots in it could lead out of our pages.
  const path = URL.parse(address, 'http://gateway')?.pathname ?? ''
  return /^\/audit(?:\/|$)/.test(path) ? address : '/audit'
}

export const SIGN_IN = '/audit/sign-in'
export const SIGN_OUT = '/audit/sign-out'

/** The sign-in that leads back to this page. */
export function signInUrl(to: string): string {
  return to === '/audit' ? SIGN_IN : `${SIGN_IN}?${new URLSearchParams({ to })}`
}
