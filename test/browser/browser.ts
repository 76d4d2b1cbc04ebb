import { existsSync } from 'node:fs'
import process from 'node:process'
import type { Browser } from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why no browser can be driven here; `false` when one can. */
export const noBrowser: string | false = whyNot()

function whyNot(): string | false {
  // It looks under /proc when it is loaded, which Deno grants to no one permission.
  if ('Deno' in globalThis) return 'playwright-core asks Deno for all permissions; Node runs this'
  if (!existsSync(CHROMIUM)) return `there is no ${CHROMIUM}: install Chromium, or set CHROMIUM`
  return false
}

/** Chromium without a window, with a new profile, that calls nobody on its own. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
