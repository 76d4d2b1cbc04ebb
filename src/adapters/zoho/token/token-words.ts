// Puts into words why there is no token that Zoho lets in. They hold nothing secret.

import type { CallFault } from '../../../domain/sale/outcome.ts'
import type { Failure, Refusal, Token } from './token-state.ts'

/** Why nothing is asked of Zoho accounts, although it gave every token that it was asked for. */
export const SPENT_WORDS =
  'the tokens that Zoho gives in ten minutes are spent (the last two are kept for rollbacks)'

const FAULT_WORDS: Readonly<Record<CallFault, string>> = {
  unreachable: 'is not reached',
  timeout: 'does not answer',
  throttled: 'gives no token',
  wrongAnswer: 'gives no token',
}

export function failureWords({ since, fault, words, isFinal }: Failure): string {
  if (isFinal) return `Zoho refuses to renew the access token (${words})`
  return `Zoho accounts ${FAULT_WORDS[fault]} since ${new Date(since).toISOString()} (${words})`
}

/** @param ownDataCentre that of `ZOHO_API_URL` */
export function refusalWords(
  { words }: Refusal,
  token: Token | null,
  ownDataCentre: string | null,
): string {
  const refused = 'Zoho refuses a token that it has just given'
  const dataCentre = token?.dataCentre ?? null
  return dataCentre === null || dataCentre === ownDataCentre
    ? `${refused} (${words})`
    : `${refused}; it belongs to another data centre (${dataCentre})`
}
