// What to do where Zoho did not exchange a code.
import type { ExchangedCode } from '../../../../adapters/zoho/token/exchange-code.ts'

const NEW_CODE = 'Make a new code (Self Client > Generate Code) and start again'

/** By Zoho's word. A wrong data centre has no word of its own: nothing is known there. */
const REMEDIES: Readonly<Record<string, (accountsUrl: string) => string>> = {
  invalid_code: (accountsUrl) =>
    `The code is not good: it is too old, was used before (each works once), belongs to another client, or was not made at ${accountsUrl}. ${NEW_CODE} within its minutes.`,
  invalid_client: (accountsUrl) =>
    `${accountsUrl} does not know this client. Look at the client ID; or your organisation is in another data centre: set ZOHO_DC to the one of your API console. The code may be used up: make a new one.`,
  invalid_client_secret: () =>
    'The client secret is not the one of this client. Copy it again: API console > the client > Client Secret. The code may be used up: make a new one.',
  invalid_redirect_uri: () =>
    'The client is not a Self Client: it wants a redirect address. Choose "Self Client" in the API console, and take the ID and the secret from there.',
  invalid_scope: () => `A scope of the code is not known. Paste the whole line. ${NEW_CODE}.`,
  'Access Denied': () =>
    'Zoho was asked too often. Wait ten minutes before you try again: each try makes it longer.',
}

/** The reason in one line, and what to do in another. They hold nothing secret. */
export function refusalLines(
  exchanged: Exclude<ExchangedCode, { readonly type: 'granted' }>,
  accountsUrl: string,
): readonly string[] {
  switch (exchanged.type) {
    case 'withoutRefreshToken':
      return ['Zoho gave an access token, and no refresh token.', `${NEW_CODE}.`]
    case 'refused': {
      const remedy = REMEDIES[exchanged.word]?.(accountsUrl)
      return [`Zoho refuses the exchange: ${exchanged.word}`, remedy ?? `${NEW_CODE}.`]
    }
    case 'unanswered':
      return [
        `${accountsUrl} did not answer: ${exchanged.reason}`,
        exchanged.isSent
          ? `The code may be used up. ${NEW_CODE}.`
          : 'Look at the address and at the network. The code was not used: start again.',
      ]
  }
}
