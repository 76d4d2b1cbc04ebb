import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SAMPLE_CONTACT_ID } from '../../../../src/adapters/fake-zoho/world/sample-data.ts'
import {
  SHEET_FORMATS,
  SheetValue,
  sheetLine,
  sheetTime,
} from '../../../../src/adapters/http/audit/downloads/sheet.ts'
import { zoneNamed } from '../../../../src/application/words/zone.ts'
import type { EpochMs } from '../../../../src/domain/time.ts'
import { errorMessage, get, post, saleIdOf } from '../../../support/gateway/http-requests.ts'
import { makeTestService } from '../../../support/gateway/test-service.ts'

const { comma, semicolon } = SHEET_FORMATS

describe('A line for spreadsheets', () => {
  it('keeps as text what a spreadsheet would make a number, a date or a truth', () => {
    for (const text of [
      '550428000008877665',
      '00123',
      '12345678',
      '1e5',
      '12E34567',
      '3.14',
      '2026-03-01',
      '1-2',
      '50%',
      'MAR1',
      'Oca-1',
      '1 May 26',
      'TRUE',
      'yanlış',
    ]) {
      assert.equal(sheetLine([text], comma), `"\t${text}"\r\n`, text)
    }
    for (const text of [
      'web-shop',
      '01a228b4-8641-77a9-8d60-3adb492e6ff1',
      'Completed',
      '–',
      ':',
    ]) {
      assert.equal(sheetLine([text, ':'], semicolon), `${text};:\r\n`, text)
    }
  })

  it('has no formula', () => {
    for (const text of ['=1+1', '+905', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"x"']) {
      const quoted = text.replaceAll('"', '""')
      const cell = /[\t\r"]/.test(text) ? `"'${quoted}"` : `'${text}`
      assert.equal(sheetLine([text], comma), `${cell}\r\n`)
    }
  })

  it('writes numbers with the point of its separator, and those that it would round as text', () => {
    const cells = [
      new SheetValue('2949.50'),
      new SheetValue(3),
      new SheetValue('1234567890123456.7'),
    ]
    assert.equal(sheetLine(cells, comma), '2949.50,3,"\t1234567890123456.7"\r\n')
    assert.equal(sheetLine(cells, semicolon), '"2949,50";3;"\t1234567890123456.7"\r\n')
  })

  it('writes a time as the clocks of the zone show it', () => {
    const zone = zoneNamed('Europe/Istanbul')
    assert.ok(zone !== undefined)
    const at = Date.parse('2026-03-01T21:05:09.999Z') as EpochMs
    assert.equal(sheetLine([sheetTime(zone, at), null], semicolon), '2026-03-02 00:05:09;\r\n')
  })

  it('has a cell in quotes where it holds any separator, a quote or a line end', () => {
    for (const text of ['a,b', 'a;b', 'a\tb', 'a\r\nb', 'a\nb']) {
      assert.equal(sheetLine([text], comma), `"${text}"\r\n`)
      assert.equal(sheetLine([text], semicolon), `"${text}"\r\n`)
    }
    assert.equal(sheetLine(['a"b'], comma), '"a""b"\r\n')
  })
})

describe('A CSV for spreadsheets', () => {
  it('of sales is in the language, the zone and the separator of the reader', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('0012', 'sales:create')))
    const ask = async (query: string, headers: Readonly<Record<string, string>>) => {
      const all = { 'x-api-key': auditor, ...headers }
      const answer = await t.server.inject({ url: `/audit/sales.csv?${query}`, headers: all })
      assert.match(String(answer.headers['content-type']), /^text\/csv; charset=utf-8/)
      return answer.body.split('\r\n')
    }
    const turkish = { 'accept-language': 'tr', cookie: 'audit-zone=Europe/Istanbul' }
    const [head, line, ...rest] = await ask('for=spreadsheet', turkish)
    assert.equal(
      head,
      '\uFEFFSatış;Durum;İstendi (Europe/Istanbul);Bitti (Europe/Istanbul);Süre (saniye);İstemci;' +
        'İlgili kişi no;Fırsat no;Teklif no;Satış siparişi no;Tutar;Para birimi;Başarısız adım;Neden başarısız oldu',
    )
    assert.match(
      String(line),
      new RegExp(
        `^${saleId};Tamamlandı;2026-11-24 13:00:00;2026-11-24 13:00:00;[\\d",]+;"\t0012";"\t${SAMPLE_CONTACT_ID}";` +
          '("\t\\d+";){3}"2949,50";;;$',
      ),
    )
    assert.deepEqual(rest, [''])
    const [english = '', second] = await ask('for=spreadsheet', {})
    assert.ok(english.startsWith('\uFEFFSale,Status,Requested (UTC),Ended (UTC),Took (seconds),'))
    assert.match(String(second), /,Completed,2026-11-24 10:00:00,.*,2949\.50,,,$/)
    const [chosen = ''] = await ask('for=spreadsheet&separator=semicolon', {})
    assert.ok(chosen.startsWith('\uFEFFSale;Status;'))
    const [none, ...noLine] = await ask('for=spreadsheet&client=nobody', {})
    assert.equal(none, english)
    assert.deepEqual(noLine, [''])
  })

  it('of events says what happened, and who did it', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    const saleId = saleIdOf(await post(t, await t.key('web-shop', 'sales:create')))
    const { body } = await get(t, auditor, `/audit/sales/${saleId}.csv?for=spreadsheet`)
    const [head, first, ...rest] = body.split('\r\n')
    assert.equal(
      head,
      '\uFEFFPosition,Sale,Event of the sale,Time (UTC),Type,What happened,Who,Data (JSON)',
    )
    assert.match(String(first), /^\d+,[0-9a-f-]{36},1,2026-11-24 10:00:00,SaleRequested,A sale of /)
    assert.match(rest.join('\n'), /,DealCreated,Deal \d{18,} is in the CRM,the gateway,/)
  })

  it('is refused where it is asked for in another way', async () => {
    await using t = await makeTestService()
    const auditor = await t.key('auditor', 'audit:read')
    for (const [query, message] of [
      ['for=excel', 'for: must be spreadsheet, or left out'],
      ['separator=comma', 'separator: must stand beside for=spreadsheet'],
      ['for=spreadsheet&separator=tab', 'separator: must be one of comma, semicolon'],
      ['for=spreadsheet&for=spreadsheet', 'for: must be given once'],
    ] as const) {
      const answer = await get(t, auditor, `/audit/sales.csv?${query}`)
      assert.equal(answer.statusCode, 400)
      assert.equal(errorMessage(answer), message)
    }
  })
})
