import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** Where pictures of the pages go, for a look at them by hand. */
const SCREENSHOTS = process.env['SCREENSHOTS']

/** Fewer rules of axe-core that pass would mean that it was not run on a page of ours. */
const RULES_MIN = 10

/** The browser left for another page, so it no longer wants what was on its way to this one. */
const GIVEN_UP = 'net::ERR_ABORTED'

/** A page, and everything it complained of. */
export type WatchedPage = AsyncDisposable & {
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: readonly string[]
}

/** A new page in a profile of its own, which shows this key with each request; none for the empty text. */
export async function openPage(
  browser: Browser,
  key: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    timezoneId: 'Europe/Istanbul',
    locale: 'en-GB',
    ...(key === '' ? {} : { extraHTTPHeaders: { 'x-api-key': key } }),
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText
    if (why !== GIVEN_UP) complaints.push(`${request.url()} failed: ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} ${response.status()}`)
  })
  return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/** Signs in as a person does, and is led back to this page. */
export async function signIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(url)
  await page.waitForURL(/\/audit\/sign-in/)
  await page.locator('#key').fill(key)
  await page.locator('#key').press('Enter')
  await page.waitForURL(url)
}

/** No error of accessibility, of any rule that axe-core has. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run()')) as AxeResults
  const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  assert.deepEqual(violations, [], name)
  assert.ok(found.passes.length > RULES_MIN, `${name}: only ${found.passes.length} rules passed`)
}

/** Nothing is wider than the screen: nobody has to scroll sideways. */
export async function assertFits(page: Page, name: string): Promise<void> {
  const excess = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  assert.equal(excess, 0, `${name} is ${excess} pixels too wide`)
}

/** Takes a picture if the variable `SCREENSHOTS` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return
  await mkdir(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true })
}
