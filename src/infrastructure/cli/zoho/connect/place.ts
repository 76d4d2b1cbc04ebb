// In which data centre and environment a new token is good, as settings.
import { dataCentreNamed } from '../../../config/data-centres.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The settings of the place, and what a person should know about it. */
export type Place = {
  readonly settings: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  /** Whether the answer and the settings agree, or the answer has settled it. */
  readonly isClear: boolean
}

/**
 * The answer of the exchange names the place. Addresses that are set are kept all the same: an
 * address in an answer is never called.
 */
export function placeOf(environment: Environment, apiDomain: string | null): Place {
  const { ZOHO_ACCOUNTS_URL, ZOHO_API_URL, ZOHO_DC } = environment
  const named = apiDomain === null ? undefined : dataCentreNamed(apiDomain)
  if (ZOHO_API_URL) {
    const settings = {
      ...(ZOHO_DC ? { ZOHO_DC } : {}),
      ...(ZOHO_ACCOUNTS_URL ? { ZOHO_ACCOUNTS_URL } : {}),
      ZOHO_API_URL,
    }
    const isClear = apiDomain === null || hostOf(apiDomain) === hostOf(ZOHO_API_URL)
    if (isClear) return { settings, notes: [], isClear }
    return { settings, notes: [elsewhere(apiDomain, `ZOHO_API_URL is ${ZOHO_API_URL}`)], isClear }
  }
  const accounts = ZOHO_ACCOUNTS_URL ? { ZOHO_ACCOUNTS_URL } : {}
  const asked = ZOHO_DC ?? ''
  if (named === undefined) {
    const notes = [elsewhere(apiDomain, `ZOHO_DC is ${asked}`)]
    return { settings: { ZOHO_DC: asked, ...accounts }, notes, isClear: false }
  }
  // Where the answer names the centre only, the environment that was asked for is kept.
  const settled = asked.startsWith(`${named}-`) ? asked : named
  return {
    settings: { ZOHO_DC: settled, ...accounts },
    notes: [
      `The token belongs to the data centre ${settled}${settled === asked ? '' : ` (not ${asked}, as was given): ZOHO_DC=${settled}`}.`,
    ],
    isClear: true,
  }
}

function elsewhere(apiDomain: string | null, given: string): string {
  const said = apiDomain === null ? 'names no data centre' : `names ${hostOf(apiDomain)}`
  return `The answer ${said}, and ${given}. Zoho takes a token in its own data centre only.`
}

const hostOf = (url: string) => new URL(url).host
