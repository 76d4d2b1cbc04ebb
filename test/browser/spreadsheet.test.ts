import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { SAMPLE_CONTACT_ID } from '../../src/adapters/fake-zoho/world/sample-data.ts'
import { post, saleIdOf } from '../support/gateway/http-requests.ts'
import { makeFolder } from '../support/gateway/run-gateway.ts'
import { makeTestService } from '../support/gateway/test-service.ts'

const run = promisify(execFile)

const LIBREOFFICE = process.env['LIBREOFFICE'] ?? '/usr/bin/soffice'

/** It takes a second, and some ten where the machine is busy. */
const CONVERT_TIMEOUT_MS = 120_000

/** Bytes of a table with one sale, as LibreOffice writes it. */
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024

const noLibreOffice: string | false = whyNot()

function whyNot(): string | false {
  if ('Deno' in globalThis) return 'LibreOffice would need all permissions of Deno; Node runs this'
  if (!existsSync(LIBREOFFICE)) {
    return `there is no ${LIBREOFFICE}: install LibreOffice Calc, or set LIBREOFFICE`
  }
  return false
}

/**
 * How LibreOffice is told to read a CSV: separator, quote, UTF-8, first line, columns as it takes them,
 * the language; and whether it looks for dates in text and calculates what begins with `=`. It does
 * neither unless its user says so.
 */
function importOf(separator: string, language: number, isEager: boolean): string {
  const options = [separator.charCodeAt(0), 34, 76, 1, '', language]
  return `CSV:${[...options, false, isEager, false, false, false, 0, isEager].join(',')}`
}

/** The cells of the table, as LibreOffice took them: the type and the value of each. */
async function opened(csv: string, filter: string): Promise<readonly (readonly string[])[]> {
  await using folder = await makeFolder()
  const file = path.join(folder.path, 'sales.csv')
  await writeFile(file, csv)
  const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder.path, 'profile'))}`
  const target = ['--convert-to', 'fods', '--outdir', folder.path]
  await run(LIBREOFFICE, [profile, '--headless', `--infilter=${filter}`, ...target, file], {
    timeout: CONVERT_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  })
  const table = await readFile(path.join(folder.path, 'sales.fods'), 'utf8')
  return [...table.matchAll(/<table:table-row[ >].*?<\/table:table-row>/gs)].map(([row]) =>
    [...row.matchAll(CELL)].flatMap(([, attributes = '', content = '']) => {
      const [, type = ''] = /office:value-type="(\w+)"/.exec(attributes) ?? []
      const [, value] = /office:(?:date-)?value="([^"]*)"/.exec(attributes) ?? []
      const [, times = '1'] = /number-columns-repeated="(\d+)"/.exec(attributes) ?? []
      const text = content
        .replaceAll('<text:tab/>', '')
        .replace(/<[^>]*>/g, '')
        .trim()
      return Array(Math.min(Number(times), COLUMNS)).fill(`${type}: ${value ?? text}`)
    }),
  )
}

/** A cell, or several that are the same. */
const CELL = /<table:table-cell((?:[^>/]|\/(?!>))*)(?:\/>|>(.*?)<\/table:table-cell>)/gs
const COLUMNS = 14

const ENGLISH = 1033
const TURKISH = 1055

describe('The CSV for spreadsheets in LibreOffice', { skip: noLibreOffice }, () => {
  for (const [language, separator, id] of [
    ['tr', ';', TURKISH],
    ['en', ',', ENGLISH],
  ] as const) {
    for (const isEager of [false, true]) {
      it(`has whole ids, numbers and times: ${language}, dates and formulas ${isEager ? 'on' : 'off'}`, async () => {
        await using t = await makeTestService()
        const auditor = await t.key('auditor', 'audit:read')
        const saleId = saleIdOf(await post(t, await t.key('=1+1', 'sales:create')))
        const [sale] = (await t.store.saleReader.list({ limit: 1 })).sales
        const answer = await t.server.inject({
          url: '/audit/sales.csv?for=spreadsheet',
          headers: {
            'x-api-key': auditor,
            'accept-language': language,
            cookie: 'audit-zone=Europe/Istanbul',
          },
        })
        const [head, line] = await opened(answer.body, importOf(separator, id, isEager))
        assert.match(String(head?.[2]), /^string: .+ \(Europe\/Istanbul\)$/)
        const [itsId, status, requested, , , client, contact, deal, quote, order, amount] =
          line ?? []
        assert.equal(itsId, `string: ${saleId}`)
        assert.match(String(status), /^string: (?:Tamamlandı|Completed)$/)
        assert.equal(
          requested,
          isEager ? 'date: 2026-11-24T13:00:00' : 'string: 2026-11-24 13:00:00',
        )
        assert.equal(client, 'string: &apos;=1+1')
        assert.equal(contact, `string: ${SAMPLE_CONTACT_ID}`)
        assert.deepEqual(
          [deal, quote, order],
          [sale?.dealId, sale?.quoteId, sale?.salesOrderId].map((one) => `string: ${one}`),
        )
        assert.equal(amount, 'float: 2949.5')
      })
    }
  }
})
