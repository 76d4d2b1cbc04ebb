// How the calls to the CRM go at the moment, in figures for whoever watches the service.

/** What came of a request for an access token: a token; too many were asked for; only a person can mend it; anything else. */
export const REFRESH_OUTCOMES = ['renewed', 'throttled', 'refused', 'failed'] as const
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number]

/** Each method answers at once, from memory. */
export interface CrmTraffic {
  /** Calls that have their place among those that may be sent. */
  inFlight(): number

  /** Calls that wait for a place. */
  waiting(): number

  /** Answers since the start of the process by which the CRM asked for fewer calls (HTTP 429). */
  throttled(): number

  /** Whether calls failed so often that nothing new begins but a probe, until one is answered. */
  isBreakerOpen(): boolean

  /** Requests for a token since the start of the process. */
  refreshes(): Readonly<Record<RefreshOutcome, number>>

  /** Milliseconds since the present token was given; `undefined` without one. */
  tokenAgeMs(): number | undefined
}
