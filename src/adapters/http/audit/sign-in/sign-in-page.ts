// The page on which a person signs in with a key.

import { html } from '../../../../application/evidence/report/html.ts'
import { page } from '../frame/layout.ts'
import { SIGN_IN, signInUrl } from '../frame/page-address.ts'
import type { PageReader } from '../frame/reader.ts'

export type SignIn = {
  /** The page to which it leads back. */
  readonly to: string
  /** What is said first. */
  readonly said?: 'wrongKey' | 'signedOut'
  /** Whether the browser gives a key of its own accord, by HTTP Basic. */
  readonly browserHasKey: boolean
}

/** The key goes by POST in the body, so that it is in no address, no history and no log. */
export function signInPage({ to, said, browserHasKey }: SignIn, reader: PageReader): string {
  const texts = reader.texts.signIn
  const wrong = said === 'wrongKey'
  return page(
    { ...reader, address: signInUrl(to) },
    texts.title,
    html`<div class="sign-in"><h1>${texts.title}</h1>
${said === 'signedOut' && html`<p class="notice" role="status">${texts.signedOut}</p>`}
${browserHasKey && html`<p class="notice">${texts.browserHasKey}</p>`}
<p>${texts.lead}</p>
<form method="post" action="${SIGN_IN}"><input type="hidden" name="to" value="${to}">
<label for="key">${texts.key}</label><input type="password" id="key" name="key" required autofocus autocomplete="current-password" spellcheck="false"${wrong && html` aria-invalid="true" aria-describedby="wrong-key"`}>
${wrong && html`<p class="wrong" id="wrong-key" role="alert">${texts.wrongKey}</p>`}
<button type="submit">${texts.title}</button></form>
<p class="meta">${texts.lasts}</p></div>`,
  )
}
