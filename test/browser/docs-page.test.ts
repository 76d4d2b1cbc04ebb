import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { OPENAPI } from '../../src/adapters/http/openapi/document.ts'
import { makeTestService, type TestService } from '../support/gateway/test-service.ts'
import { makeTrueTestTime } from '../support/time/test-time.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { assertAccessible, assertFits, openPage, picture } from './watched-page.ts'

/** Each width once, and each scheme: the page is long, and to judge it takes seconds. */
const SCREENS = [
  [1440, 'light'],
  [390, 'dark'],
] as const

describe('The page of the API', { skip: noBrowser }, () => {
  let t: TestService
  let url = ''
  let browser: Browser

  before(async () => {
    t = await makeTestService({}, { time: makeTrueTestTime() })
    url = await t.server.listen({ host: '127.0.0.1', port: 0 })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await t[Symbol.asyncDispose]()
  })

  for (const [width, colorScheme] of SCREENS) {
    it(`reads well at ${width} in ${colorScheme} colours, to anybody`, async () => {
      const viewport = { width, height: 900 }
      await using watched = await openPage(browser, '', { viewport, colorScheme })
      const { page, complaints } = watched
      await page.goto(`${url}/docs`)
      await picture(page, `docs-${width}-${colorScheme}`)
      await assertFits(page, 'closed')
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
      await picture(page, `docs-open-${width}-${colorScheme}`)
      await assertFits(page, 'open')
      await assertAccessible(page, 'open')
      assert.deepEqual(complaints, [])
    })
  }

  it('has each operation and each shape, and its links lead to them', async () => {
    await using watched = await openPage(browser, '')
    const { page } = watched
    await page.goto(`${url}/docs`)
    const operations = Object.values(OPENAPI.paths).flatMap((path) => Object.values(path))
    assert.equal(await page.locator('.operation').count(), operations.length)
    const shapes = Object.keys(OPENAPI.components.schemas)
    assert.equal(await page.locator('.shape').count(), shapes.length)
    const dead = await page.evaluate(
      `[...document.querySelectorAll('a[href^="#"]')].map((link) => link.hash.slice(1)).filter((id) => document.getElementById(id) === null)`,
    )
    assert.deepEqual(dead, [])
  })
})
