import { existsSync } from 'node:fs'
import process from 'node:process'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why no browser can be driven here; `false` when one can. */
export const noBrowser: string | false = whyNot()

function whyNot(): string | false {
  if (!existsSync(CHROMIUM)) return `there is no ${CHROMIUM}: install Chromium, or set CHROMIUM`
  return false
}

/** Chromium without a window, with a new profile, that calls nobody on its own. */
export function launchBrowser(): Promise<Browser> {
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
