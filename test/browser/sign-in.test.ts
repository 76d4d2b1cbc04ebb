import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type AuditStage, makeAuditStage } from './audit-stage.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { assertAccessible, assertFits, openPage, picture, signIn } from './watched-page.ts'

/** Each width, scheme and language once. */
const SCREENS = [
  [1440, 'light', 'en-GB'],
  [390, 'dark', 'tr-TR'],
] as const

/** A page of another origin that does all that a page can do to another one. */
function evilPage(target: string, saleId: string): string {
  const file = `${target}/audit/sales/${saleId}/bundle`
  return `<!doctype html><title>Evil</title>
<a id="link" href="${target}/audit/sales/${saleId}">look</a> <a id="file" href="${file}">file</a>
<form id="take" method="post" action="${file}"><button>take</button></form>
<form id="enter" method="post" action="${target}/audit/sign-in"><input name="key" value="wrong"><button>enter</button></form>
<form id="leave" method="post" action="${target}/audit/sign-out"><button>leave</button></form>
<img src="${file}"><img src="${target}/audit"><iframe src="${target}/audit"></iframe><script src="${file}"></script>
<script>fetch('${file}', { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => 0)
fetch('${target}/audit', { mode: 'no-cors', credentials: 'include' }).catch(() => 0)</script>`
}

describe('Signing in, in a browser', { skip: noBrowser }, () => {
  let stage: AuditStage
  let browser: Browser
  let other: Server

  before(async () => {
    stage = await makeAuditStage()
    browser = await launchBrowser()
    other = createServer((request, response) => {
      const target = new URL(request.url ?? '', 'http://x').searchParams.get('target') ?? ''
      response.setHeader('content-type', 'text/html')
      response.end(target === '' ? '' : evilPage(target, stage.sales.completed))
    })
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
  })
  after(async () => {
    other.close()
    await browser.close()
    await stage[Symbol.asyncDispose]()
  })

  const eventTypes = async () => {
    const types = (await stage.t.store.saleReader.events(0, 1_000)).map(({ type }) => type)
    // Those of the tests before are counted for a minute, and then written.
    return types.filter((type) => type !== 'SignInsFailed')
  }

  async function textOf(page: Page): Promise<string> {
    return page.locator('main').innerText()
  }

  for (const [width, colorScheme, locale] of SCREENS) {
    it(`reads well at ${width} in ${colorScheme} colours: ${locale}`, async () => {
      const options = { viewport: { width, height: 844 }, colorScheme, locale }
      await using watched = await openPage(browser, '', options)
      const { page } = watched
      const at = `${width}-${colorScheme}-${locale}`
      const shown = async (name: string) => {
        await picture(page, `${name}-${at}`)
        await assertFits(page, name)
        await assertAccessible(page, name)
      }
      await page.goto(`${stage.url}/audit`)
      await page.waitForURL(`${stage.url}/audit/sign-in`)
      await shown('sign-in')
      await page.locator('#key').fill('wrong')
      await page.locator('.sign-in button').click()
      await shown('wrong-key')
      await page.locator('#key').fill(stage.shop)
      await page.locator('.sign-in button').click()
      await shown('scope-missing')
      await signIn(page, `${stage.url}/audit/sales/${stage.sales.stuck}`, stage.auditor)
      await shown('signed-in')
      await page.goto(`${stage.url}/audit`)
      await shown('signed-in-list')
      assert.equal(await page.evaluate('document.querySelector(".top").offsetHeight'), 56)
      await page.goto(`${stage.url}/audit/sales.csv`)
      await shown('by-button')
      await page.locator('.sign-out button').click()
      await shown('signed-out')
    })
  }

  it('leads back to the page that was asked for, also without the script, and out again', async () => {
    await using watched = await openPage(browser, '', { javaScriptEnabled: false })
    const { page, context } = watched
    const url = `${stage.url}/audit?status=rolled_back&client=web-shop`
    await signIn(page, url, stage.auditor)
    assert.ok(!page.url().includes('plg_'))
    const [cookie, ...more] = await context.cookies()
    assert.deepEqual(more, [])
    const { httpOnly, sameSite, path, secure } = cookie ?? {}
    assert.deepEqual([httpOnly, sameSite, path, secure], [true, 'Strict', '/audit', false])
    await page.goto(`${stage.url}/audit/sales/${stage.sales.completed}`)
    assert.match(await textOf(page), /Completed\./)
    await page.locator('.sign-out button').click()
    assert.match(await textOf(page), /You are signed out\./)
    assert.deepEqual(await context.cookies(), [])
    await page.goto(url)
    await page.waitForURL(/\/audit\/sign-in\?to=/)
  })

  it('tells a wrong key, and whose key lacks the scope, and takes another one', async () => {
    await using watched = await openPage(browser, '')
    const { page } = watched
    await page.goto(`${stage.url}/audit/glossary`)
    await page.waitForURL(/\/audit\/sign-in/)
    await page.locator('#key').fill('wrong')
    await page.locator('.sign-in button').click()
    assert.match(await page.getByRole('alert').innerText(), /This key opens nothing/)
    await page.locator('#key').fill(stage.shop)
    await page.locator('.sign-in button').click()
    assert.match(
      await textOf(page),
      /belongs to web-shop\. .* scope audit:read\. It has: sales:create/,
    )
    await page.getByRole('link', { name: 'Sign in with another key' }).click()
    await page.locator('#key').fill(stage.auditor)
    await page.locator('.sign-in button').click()
    await page.waitForURL(`${stage.url}/audit/glossary`)
  })

  it('lets a button take the bundle along, which is an event', async () => {
    await using watched = await openPage(browser, '')
    const { page } = watched
    await signIn(page, `${stage.url}/audit/sales/${stage.sales.rolledBack}`, stage.auditor)
    const earlier = (await eventTypes()).filter((type) => type === 'AuditExported').length
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Bundle' }).click()
    const name = (await download).suggestedFilename()
    assert.equal(name, `sale-${stage.sales.rolledBack}.tar`)
    const later = (await eventTypes()).filter((type) => type === 'AuditExported').length
    assert.equal(later, earlier + 1)
  })

  for (const [where, host] of [
    ['another port of its host', '127.0.0.1'],
    ['another host', 'localhost'],
  ] as const) {
    it(`is not used by a page of ${where}, whose links lead to pages all the same`, async () => {
      await using watched = await openPage(browser, '')
      const { page, context } = watched
      await signIn(page, `${stage.url}/audit`, stage.auditor)
      const { port } = other.address() as AddressInfo
      const evil = `http://${host}:${port}/?target=${encodeURIComponent(stage.url)}`
      const earlier = await eventTypes()
      await page.goto(evil, { waitUntil: 'networkidle' })
      for (const id of ['take', 'enter', 'leave']) {
        await page.goto(evil)
        await page.locator(`#${id} button`).click()
        await page.waitForURL(/\/audit\//)
        assert.match(await textOf(page), /Asked by another site/, id)
      }
      await page.goto(evil)
      await page.locator('#file').click()
      await page.waitForURL(/bundle$/)
      assert.match(await textOf(page), /Asked by another site/)
      assert.deepEqual(await eventTypes(), earlier)
      assert.equal((await context.cookies(`${stage.url}/audit`)).length, 1)

      await page.goto(evil)
      await page.locator('#link').click()
      await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.completed}`)
      await page.locator('[data-part="story"]').waitFor()
      assert.match(await textOf(page), /Completed\./)
    })
  }
})
