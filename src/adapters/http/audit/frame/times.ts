import { type Html, html } from '../../../../application/evidence/report/html.ts'
import type { EpochMs } from '../../../../domain/time.ts'

/** A time in UTC to the second; the script of the pages can show it in the reader's own zone. */
export function timeTag(at: EpochMs): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}
