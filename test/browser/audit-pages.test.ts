import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { holdAt, post, saleIdOf } from '../support/gateway/http-requests.ts'
import { until } from '../support/time/until.ts'
import { type AuditStage, makeAuditStage } from './audit-stage.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { assertAccessible, assertFits, openPage, picture } from './watched-page.ts'

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const
const SCHEMES = ['light', 'dark'] as const
const LOCALES = ['en-GB', 'tr-TR'] as const

/** Pixels of a header in one row. */
const HEADER_HEIGHT = 56

/** More presses of Tab than a page has places to stop at. */
const TABS_MAX = 60

/** Longer than a page that still asks would be silent. */
const SILENCE_MS = 2_500

function addressesOf({ sales, finds, keyId }: AuditStage): Readonly<Record<string, string>> {
  return {
    list: '/audit',
    filtered: '/audit?status=rolled_back&client=web-shop&from=2026-01-01',
    empty: '/audit?client=nobody',
    period: '/audit/period',
    year: `/audit/period?from=2026-01-01&to=2027-01-01`,
    glossary: '/audit/glossary#checkpoint',
    'find-many': `/audit/find?q=${finds.contactId}`,
    'find-nothing': '/audit/find?q=%3Cnothing%3E+here',
    'find-empty': '/audit/find',
    events: '/audit/events',
    'events-account': '/audit/events?group=account&from=2026-01-01',
    key: `/audit/keys/${keyId}`,
    checkpoints: '/audit/checkpoints',
    ...Object.fromEntries(Object.entries(sales).map(([name, id]) => [name, `/audit/sales/${id}`])),
  }
}

function storyOn(page: Page): Promise<string> {
  return page.locator('[data-part="story"]').innerText()
}

describe("The auditor's pages in a browser", { skip: noBrowser }, () => {
  let stage: AuditStage
  let browser: Browser

  before(async () => {
    stage = await makeAuditStage()
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    await stage[Symbol.asyncDispose]()
  })

  for (const locale of LOCALES) {
    it(`show every kind of sale on both screens, light and dark, without a complaint: ${locale}`, async () => {
      for (const viewport of SCREENS) {
        for (const colorScheme of SCHEMES) {
          const options = { viewport, colorScheme, locale }
          await using watched = await openPage(browser, stage.auditor, options)
          const { page, complaints } = watched
          const at = `${locale}-${viewport.width}-${colorScheme}`
          for (const [address, url] of Object.entries(addressesOf(stage))) {
            const name = `${address}-${at}`
            await page.goto(stage.url + url)
            await picture(page, name)
            await assertFits(page, name)
            await assertHeaderInOneRow(page, name)
            await page.evaluate(
              'for (const one of document.querySelectorAll("details")) one.open = true',
            )
            await assertFits(page, `${name} with everything open`)
            await assertAccessible(page, name)
          }
          assert.deepEqual(complaints, [])
          await page.goto(`${stage.url}/audit?contactId=abc`)
          await picture(page, `wrong-filter-${at}`)
          await assertAccessible(page, 'a filter that cannot be used')
        }
      }
    })
  }

  it('answer what happened and whether anything is left', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page, complaints } = watched
    const story = async (name: keyof AuditStage['sales']) => {
      await page.goto(`${stage.url}/audit/sales/${stage.sales[name]}`)
      return storyOn(page)
    }
    assert.match(await story('completed'), /^Completed\. .* Nothing else is left in the CRM\.$/)
    const rolledBack = await story('rolledBack')
    assert.match(
      rolledBack,
      /^Rolled back because the CRM refused the Sales Order: “INVALID_DATA: .*”\. /,
    )
    assert.match(rolledBack, /Deal \d+ and Quote \d+ were deleted\. Nothing is left in the CRM\./)
    assert.match(rolledBack, /IT was told by mail at /)
    assert.match(
      await story('lookedFor'),
      /was searched twice, and one of these was found only then\./,
    )
    assert.match(
      await story('stuck'),
      /^Stuck: a person is needed\. Deal \d+ and Quote \d+ are still/,
    )
    assert.deepEqual(complaints, [])
  })

  it('find a sale by the filters, with the keyboard alone', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page, complaints } = watched
    await page.goto(`${stage.url}/audit`)
    assert.ok((await page.locator('tbody tr').count()) >= 4)

    await tabTo(page, 'Skip to the content')
    await tabTo(page, 'Failed step')
    await page.keyboard.type('Quote')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Show')
    await page.keyboard.press('Enter')
    await page.waitForURL(/failedStep=quote/)
    assert.equal(await page.locator('tbody tr').count(), 1)

    await tabTo(page, `Sale ${stage.sales.lookedFor}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.lookedFor}`)
    await tabTo(page, 'Event 1 as stored')
    await page.keyboard.press('Enter')
    assert.match(await page.locator('#event-1 pre').innerText(), /"type": "SaleRequested"/)
    assert.deepEqual(complaints, [])
  })

  it('find what somebody holds by the field in the header, with the keyboard, and without the script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await using watched = await openPage(browser, stage.auditor, { javaScriptEnabled })
      const { page, complaints } = watched
      const find = async (text: string) => {
        await page.getByRole('search', { name: 'Find' }).getByRole('searchbox').fill(text)
        await page.keyboard.press('Enter')
      }
      await page.goto(`${stage.url}/audit/glossary`)
      await find(stage.sales.stuck.slice(-8))
      await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.stuck}`)
      await find(stage.keyId)
      await page.waitForURL(`${stage.url}/audit/keys/${stage.keyId}`)
      await find('no such thing')
      await page.waitForURL(/q=no\+such\+thing$/)
      assert.match(await page.locator('main').innerText(), /Nothing found for no such thing/)
      await find(stage.finds.contactId)
      await page.waitForURL(new RegExp(`q=${stage.finds.contactId}$`))
      await page.getByRole('link', { name: stage.sales.completed }).click()
      await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.completed}`)
      assert.deepEqual(complaints, [])
    }
  })

  it('lead from a sale to its checkpoint, and copy the key of the log as one line', async () => {
    await using watched = await openPage(browser, stage.auditor, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const { page, complaints } = watched
    await page.goto(`${stage.url}/audit/sales/${stage.sales.completed}`)
    await page.getByRole('link', { name: /^Checkpoint \d+$/ }).click()
    await page.waitForURL(/\/audit\/checkpoints\?.*#checkpoint-\d+$/)
    assert.equal(await page.locator('tr :target').count(), 1)
    await page.getByRole('button', { name: 'Copy' }).nth(1).click()
    await until('the key is copied', async () => {
      const copied = await page.evaluate('navigator.clipboard.readText()')
      return copied === stage.t.service.vkey
    })
    assert.deepEqual(complaints, [])
  })

  it('move with a sale, without a reload, and keep what the reader does', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page, complaints } = watched
    const held = holdAt(stage.t, 'create:Quotes')
    const answer = post(stage.t, stage.shop)
    await held.arrived()
    const [sale] = (await stage.t.store.saleReader.list({ limit: 1 })).sales
    await page.goto(`${stage.url}/audit/sales/${sale?.saleId}`)
    assert.match(await storyOn(page), /^In progress\. .* The Quote is being created\.$/)
    await picture(page, 'live')
    await page.locator('#event-1 summary').focus()
    await page.keyboard.press('Enter')
    await page.evaluate('document.body.dataset.stays = "yes"')

    held.release()
    assert.equal(saleIdOf(await answer), sale?.saleId)
    await until('the page has moved', async () => (await storyOn(page)).startsWith('Completed.'))
    assert.match(await page.locator('[data-part="status"]').innerText(), /Completed/)
    assert.equal(await page.locator('.events > li').count(), 6)
    assert.equal(await page.locator('body').getAttribute('data-stays'), 'yes')
    assert.equal(await page.locator('#event-1').getAttribute('open'), '')
    assert.equal(await focusedName(page), 'Event 1 as stored')

    let asked = 0
    page.on('request', () => {
      asked += 1
    })
    await page.waitForTimeout(SILENCE_MS)
    assert.equal(asked, 0, 'a page asks for a sale at rest')
    assert.deepEqual(complaints, [])
  })

  it('do not ask while nobody looks, and ask at once again when somebody does', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page } = watched
    const held = holdAt(stage.t, 'create:Deals')
    const answer = post(stage.t, stage.shop)
    await held.arrived()
    const [sale] = (await stage.t.store.saleReader.list({ limit: 1 })).sales
    await page.goto(`${stage.url}/audit/sales/${sale?.saleId}`)
    await look(page, false)
    // One that is under way may still arrive.
    await page.waitForTimeout(200)
    let asked = 0
    page.on('request', () => {
      asked += 1
    })
    await page.waitForTimeout(SILENCE_MS)
    assert.equal(asked, 0, 'a hidden page asks')
    held.release()
    await answer
    await look(page, true)
    await until('the page has moved', async () => (await storyOn(page)).startsWith('Completed.'))
  })

  it('show times in UTC, or in the zone of the browser where the reader chooses it', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page, complaints } = watched
    await page.goto(`${stage.url}/audit/sales/${stage.sales.completed}`)
    const time = page.locator('time').first()
    const at = new Date((await time.getAttribute('datetime')) ?? '')
    assert.equal(await time.innerText(), `${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`)
    const zones = page.locator('#zones')
    await zones.locator('summary').click()
    await page.keyboard.press('Escape')
    assert.equal(await zones.getAttribute('open'), null)
    await zones.locator('summary').click()
    await zones.getByRole('link', { name: /Istanbul.*your zone/ }).click()
    await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.completed}`)
    const inIstanbul = `${at.toLocaleString('sv-SE', { timeZone: 'Europe/Istanbul' })} +03:00`
    assert.equal(await time.innerText(), inIstanbul)
    await page.goto(`${stage.url}/audit`)
    assert.match(await page.locator('time').first().innerText(), / \+03:00$/)
    assert.deepEqual(complaints, [])
  })

  it('offer a zone of the browser that is not on the list', async () => {
    await using watched = await openPage(browser, stage.auditor, { timezoneId: 'Asia/Tokyo' })
    const { page } = watched
    await page.goto(`${stage.url}/audit?status=stuck`)
    await page.locator('#zones summary').click()
    await page.getByRole('link', { name: /^Asia\/Tokyo/ }).click()
    await page.waitForURL(`${stage.url}/audit?status=stuck`)
    assert.match(await page.locator('time').first().innerText(), / \+09:00$/)
  })

  it('change their language in place, and keep it', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page, complaints } = watched
    await page.goto(`${stage.url}/audit/sales/${stage.sales.stuck}`)
    await page.getByRole('link', { name: 'Türkçe' }).click()
    await page.waitForURL(`${stage.url}/audit/sales/${stage.sales.stuck}`)
    assert.match(await storyOn(page), /^Takıldı: bir yetkilinin müdahalesi gerekiyor\. /)
    await page.goto(`${stage.url}/audit`)
    assert.equal(await page.locator('html').getAttribute('lang'), 'tr')
    await page.getByRole('link', { name: 'English' }).click()
    await page.waitForURL(`${stage.url}/audit`)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    assert.deepEqual(complaints, [])
  })

  it('say everything without the script, and change zone and language', async () => {
    await using watched = await openPage(browser, stage.auditor, { javaScriptEnabled: false })
    const { page } = watched
    await page.goto(`${stage.url}/audit`)
    assert.match(await page.locator('tbody').innerText(), / UTC/)
    await page.locator('#zones summary').click()
    await page.getByRole('link', { name: 'Europe/Berlin' }).click()
    await page.getByRole('link', { name: 'Türkçe' }).click()
    assert.match(await page.locator('tbody').innerText(), / \+0[12]:00/)
    await page.getByRole('link', { name: 'English' }).click()
    await page.goto(`${stage.url}/audit/sales/${stage.sales.stuck}`)
    assert.match(await storyOn(page), /^Stuck: a person is needed\./)
    assert.ok(await page.locator('[data-part="story"]').isVisible())
    assert.equal(await page.getByRole('link', { name: 'Load again' }).count(), 1)
    assert.equal(await page.locator('#print:visible').count(), 0)
  })

  it('run no script but their own', async () => {
    await using watched = await openPage(browser, stage.auditor)
    const { page } = watched
    await page.goto(`${stage.url}/audit`)
    const ran = await page.evaluate(`
      const script = document.createElement('script')
      script.textContent = 'document.body.dataset.ran = "yes"'
      document.body.append(script)
      document.body.dataset.ran
    `)
    assert.equal(ran, undefined)
  })
})

/** The tools stand beside the name of the site, not under it. */
async function assertHeaderInOneRow(page: Page, name: string): Promise<void> {
  const height = await page.evaluate('document.querySelector(".top").offsetHeight')
  assert.equal(height, HEADER_HEIGHT, name)
}

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    await page.keyboard.press('Tab')
    if ((await focusedName(page)) === name) return
  }
  assert.fail(`Tab does not reach "${name}"`)
}

/** The name of the element that has the focus, as a screen reader reads it. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(`
    const element = document.activeElement
    const [label = element] = element.labels ?? []
    label.textContent.trim()
  `)
}

/** Says to the page that it is looked at, or not. */
async function look(page: Page, visible: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${!visible} })
    document.dispatchEvent(new Event('visibilitychange'))
  `)
}
