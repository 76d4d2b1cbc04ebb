/**
 * How one call ended, as far as it shows whether Zoho is there and how much it allows:
 *
 * - `answered`  Zoho answered; a refusal is an answer, too.
 * - `throttled` Zoho answered 429, or with a code of the same meaning.
 * - `silent`    no answer, or none that makes sense.
 */
export type CallEnding = 'answered' | 'throttled' | 'silent'
