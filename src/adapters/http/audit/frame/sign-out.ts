import { type Html, html } from '../../../../application/evidence/report/html.ts'
import { SIGN_OUT } from './page-address.ts'
import type { PageReader } from './reader.ts'

const DOOR = html`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M6 2H3v12h3M7 8h7M11 5l3 3-3 3"/></svg>`

/** The button that ends the session, with the key that began it; nothing where there is none. */
export function signOut({ signedIn, texts }: PageReader): Html | undefined {
  if (signedIn === undefined) return undefined
  const { signOut: name, signedInWith } = texts.signIn
  return html`<form class="sign-out" method="post" action="${SIGN_OUT}"><button type="submit" title="${signedInWith(signedIn.id, signedIn.client)}" aria-label="${name}"><span class="wide">${name}</span><span class="narrow">${DOOR}</span></button></form>`
}
