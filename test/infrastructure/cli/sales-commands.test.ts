import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { SaleSummary } from '../../../src/application/log/sale-summary.ts'
import type { CrmId } from '../../../src/domain/ids.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { saleTable } from '../../../src/infrastructure/cli/sales/list-sales.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** A database with sales 1 to 5, a minute apart: 2 is of another client, 3 of another contact. */
async function makePlace(numbers: readonly number[] = [1, 2, 3, 4, 5]) {
  const folder = await makeFolder()
  const store = await openStore(path.join(folder.path, 'gateway.db'))
  for (const number of numbers) {
    const contactId = number === 3 ? ('550428000000001002' as CrmId) : requested.data.contactId
    const at = a.later(number * 60_000)
    const event = { ...requested, at, data: { ...requested.data, contactId } }
    const client = number === 2 ? 'kiosk' : a.client
    await store.sales.begin(a.firstOf(a.saleIdOf(number), { event, client }), undefined, at)
  }
  await store.close()
  const gateway = (...args: string[]) => runGateway(args, { DATA_DIR: folder.path })
  return { ...folder, gateway }
}

describe('gateway sales list', () => {
  it('lists so many as are asked for, of one client or one contact', async () => {
    await using place = await makePlace()
    // What is asked, and the numbers of the sales that are listed.
    const ASKED = [
      [
        ['--limit', '2'],
        [5, 4],
      ],
      [
        ['--limit', '9'],
        [5, 4, 3, 2, 1],
      ],
      [['--client', 'kiosk'], [2]],
      [['--client', 'nobody'], []],
      [['--contact', '550428000000001002'], [3]],
      [
        ['--client', a.client, '--limit', '3'],
        [5, 4, 3],
      ],
    ] as const
    for (const [args, numbers] of ASKED) {
      const { code, stdout } = await place.gateway('sales', 'list', ...args)
      assert.equal(code, 0)
      const [head, ...lines] = stdout.trim().split('\n')
      assert.match(head ?? '', /^SALE +STATUS +REQUESTED +CONTACT +FAILURE$/)
      assert.deepEqual(
        lines.map((line) => line.split(' ')[0]),
        numbers.map(a.saleIdOf),
      )
    }
  })

  it('goes on after its first page, up to the limit', async () => {
    const count = 205
    await using place = await makePlace(Array.from({ length: count }, (_, index) => index + 1))
    for (const limit of [201, 999]) {
      const { stdout } = await place.gateway('sales', 'list', '--json', '--limit', String(limit))
      assert.equal(stdout.trim().split('\n').length, Math.min(limit, count))
    }
  })

  it('fits a terminal of 80 columns, with the end of the id', () => {
    const { head, lineOf } = saleTable(80)
    assert.equal(head, 'SALE      STATUS        REQUESTED         CONTACT               FAILURE')
    const sale: SaleSummary = {
      saleId: a.saleIdOf(5),
      status: 'rolling_back',
      contactId: '55042800000000100212' as CrmId,
      dealId: null,
      quoteId: null,
      salesOrderId: null,
      requestedAt: Date.parse('2026-11-29T23:31:14.123Z') as EpochMs,
      endedAt: null,
      atRest: false,
      failure: { step: 'quote', message: 'Zoho refused the Quote: mandatory field' },
    }
    assert.equal(
      lineOf(sale),
      '00000005  rolling_back  2026-11-29 23:31  55042800000000100212  quote: Zoho ref…',
    )
    const { lineOf: whole } = saleTable(undefined)
    assert.ok(whole(sale).startsWith(a.saleIdOf(5)))
    assert.ok(
      whole(sale).endsWith(
        '2026-11-29T23:31:14.123Z  55042800000000100212  quote: Zoho refused the Quote: mandatory field',
      ),
    )
  })

  for (const limit of ['0', '-1', 'all', '1.5']) {
    it(`refuses --limit ${limit}`, async () => {
      const { code, stderr } = await runGateway(['sales', 'list', `--limit=${limit}`], {})
      assert.equal(code, 2)
      assert.match(stderr, /Give a whole number from 1 to/)
    })
  }
})

describe('The end of an id', () => {
  it('names a sale where it is the end of one, and else names the candidates', async () => {
    await using place = await makePlace([1, 2, 11])
    const shown = await place.gateway('sales', 'show', '00000002', '--json')
    assert.equal(JSON.parse(shown.stdout).saleId, a.saleIdOf(2))
    const resumed = await place.gateway('sales', 'resume', '0002', '--json')
    assert.equal(JSON.parse(resumed.stdout).saleId, a.saleIdOf(2))
    const out = path.join(place.path, 'bundle')
    const wanted = ['--sale', '000000000011', '--out', out, '--json']
    const exported = await place.gateway('audit', 'export', ...wanted)
    assert.equal(exported.code, 0, exported.stderr)
    assert.deepEqual(JSON.parse(exported.stdout), {
      bundle: out,
      files: (await filesUnder(out)).length,
    })

    const none = await place.gateway('sales', 'show', '00000009')
    assert.deepEqual([none.code, none.stderr], [1, 'There is no sale 00000009.\n'])
  })

  it('that is the end of several names none, and each of them is listed', async () => {
    await using place = await makePlace([10_001, 20_001])
    const commands = [
      ['sales', 'show', '0001'],
      ['sales', 'resume', '0001'],
      ['audit', 'export', '--sale', '0001', '--out', path.join(place.path, 'bundle')],
    ]
    for (const command of commands) {
      const { code, stdout, stderr } = await place.gateway(...command)
      assert.deepEqual([code, stdout], [1, ''])
      const [head, ...lines] = stderr.trim().split('\n')
      assert.equal(head, 'Several sales end with 0001. Give more of the id:')
      assert.deepEqual(
        lines.map((line) => line.trim().split(' ')[0]),
        [a.saleIdOf(20_001), a.saleIdOf(10_001)],
      )
    }
  })

  it('has four letters at least, and is no end of another shape', async () => {
    for (const text of ['001', 'x', '%', '____', '0001-0001', '0'.repeat(13)]) {
      const { code, stderr } = await runGateway(['sales', 'show', text], {})
      assert.deepEqual([code, stderr], [1, `There is no sale ${text}.\n`])
    }
  })
})
