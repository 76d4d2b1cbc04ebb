import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../src/adapters/fake-zoho/world/sample-data.ts'
import { open, reportIn } from '../adapters/http/audit/support.ts'
import { post, saleIdOf } from '../support/gateway/http-requests.ts'
import { type AuditStage, makeAuditStage } from './audit-stage.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { pagesOf } from './pdf-text.ts'
import { assertAccessible, assertFits, openPage, picture } from './watched-page.ts'

const LONG = 200

/** What stands on each printed page beside the sale and the number of the page, without blanks. */
const HEADS = {
  'en-GB': /Times:Europe\/Istanbul.*Checkpoint(?::number)?\d+/,
  'tr-TR': /Saatdilimi:Europe\/Istanbul.*Kontrolnoktası(?::no)?\d+/,
} as const
type Locale = keyof typeof HEADS
const LOCALES = Object.keys(HEADS) as readonly Locale[]

/** Everything on a page that only makes sense on a screen. */
const CONTROLS = 'button, .button, form, input, select, summary, .switch, .tools, pre'

describe('The pages and reports of sales on paper', { skip: noBrowser }, () => {
  let stage: AuditStage
  let browser: Browser
  let sales: Readonly<Record<string, string>> = {}

  before(async () => {
    stage = await makeAuditStage()
    const products = Array.from({ length: LONG }, (_, line) => ({
      productId: SAMPLE_PRODUCT_IDS[line % 2],
      quantity: line + 1,
    }))
    const asked = { contactId: SAMPLE_CONTACT_ID, products }
    const long = saleIdOf(await post(stage.t, stage.shop, asked))
    const noContact = saleIdOf(await post(stage.t, stage.shop, { ...asked, contactId: '123' }))
    const { completed, rolledBack, stuck } = stage.sales
    sales = { completed, rolledBack, stuck, long, noContact }
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    await stage[Symbol.asyncDispose]()
  })

  for (const locale of LOCALES) {
    it(`have the sale, the number of the page, the zone and the checkpoint on each: ${locale}`, async () => {
      await using watched = await openPage(browser, stage.auditor, { locale })
      const { context, page, complaints } = watched
      await context.addCookies([{ name: 'audit-zone', value: 'Europe/Istanbul', url: stage.url }])
      for (const [name, saleId] of Object.entries(sales)) {
        await page.goto(`${stage.url}/audit/sales/${saleId}`)
        const pages = await assertPrinted(page, `${name}-${locale}`, saleId, HEADS[locale])
        if (name === 'long') assert.ok(pages.length > 4, `${pages.length} pages`)
        const report = await context.newPage()
        await report.setContent(await reportOn(saleId, locale))
        await assertPrinted(report, `report-${name}-${locale}`, saleId, HEADS[locale])
        await report.close()
      }
      assert.deepEqual(complaints, [])
    })

    it(`show the report on a narrow screen, without a complaint: ${locale}`, async () => {
      const viewport = { width: 390, height: 844 }
      await using watched = await openPage(browser, stage.auditor, { locale, viewport })
      const { page, complaints } = watched
      for (const name of ['stuck', 'long', 'noContact']) {
        const saleId = sales[name] ?? ''
        await page.setContent(await reportOn(saleId, locale))
        await picture(page, `report-${name}-${locale}-390`)
        await assertFits(page, name)
        // To judge a report takes a second, and the long one has no other elements.
        if (name !== 'long') await assertAccessible(page, name)
      }
      assert.deepEqual(complaints, [])
    })
  }

  it('print no control, the colours of the legend, the time axis, and no broken row', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await using watched = await openPage(browser, stage.auditor, { colorScheme })
      const { page } = watched
      await page.setViewportSize({ width: 688, height: 1000 })
      await page.emulateMedia({ media: 'print' })
      await page.goto(`${stage.url}/audit/sales/${stage.sales.rolledBack}`)
      const seen = await page.evaluate(`({
        controls: [...document.querySelectorAll('${CONTROLS}')]
          .filter((one) => one.checkVisibility()).map((one) => one.outerHTML),
        legend: [...document.querySelectorAll('.legend i')]
          .map((one) => getComputedStyle(one).printColorAdjust),
        axis: document.querySelector('.lanes thead text').getBoundingClientRect().width > 0,
        rows: [...document.querySelectorAll('.lanes tr, .events > li')]
          .map((one) => getComputedStyle(one).breakInside),
        page: getComputedStyle(document.body).backgroundColor,
      })`)
      assert.deepEqual(seen, {
        controls: [],
        legend: Array(5).fill('exact'),
        axis: true,
        rows: Array(13).fill('avoid'),
        page: 'rgb(255, 255, 255)',
      })
      await assertFits(page, colorScheme)
    }
  })

  /** The report out of the bundle that somebody downloads who reads in this language and zone. */
  async function reportOn(saleId: string, locale: Locale): Promise<string> {
    const language = locale.slice(0, 2)
    const cookie = `audit-zone=Europe/Istanbul; audit-language=${language}`
    const url = `/audit/sales/${saleId}/bundle`
    return reportIn((await open(stage.t, stage.auditor, url, { cookie })).body)
  }
})

/** Prints the page, and looks at the head and the foot of each page of paper. */
async function assertPrinted(
  page: Page,
  name: string,
  saleId: string,
  head: RegExp,
): Promise<readonly string[]> {
  const pages = pagesOf(await page.pdf({ format: 'A4' }))
  for (const [index, text] of pages.entries()) {
    const where = `${name}, page ${index + 1}: ${text.slice(0, 300)}`
    assert.ok(text.includes(saleId), where)
    assert.ok(text.includes(`${index + 1}/${pages.length}`), where)
    assert.match(text, head, where)
  }
  return pages
}
