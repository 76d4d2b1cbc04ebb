import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { describe, it } from 'node:test'
import {
  SAMPLE_CONTACT_ID,
  SAMPLE_PRODUCT_IDS,
} from '../../../src/adapters/fake-zoho/world/sample-data.ts'
import { makeClient } from '../../../src/infrastructure/demo/client.ts'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { COLUMNS_MAX, LINES_MAX } from '../../../src/infrastructure/demo/screen.ts'
import { makeStage } from '../../../src/infrastructure/demo/stage.ts'
import { takeTally } from '../../../src/infrastructure/demo/tally.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

const CHAPTERS = 8

/** What the demo writes into a pipe; it is run once for all that is asked of it. */
let ran: ReturnType<typeof runDemo> | undefined
async function runDemo() {
  await using folder = await makeFolder()
  const { code, stdout, stderr } = await runGateway(['demo'], { TMPDIR: folder.path })
  return { code, stdout, stderr, left: readdirSync(folder.path) }
}
function demo() {
  ran ??= runDemo()
  return ran
}

describe('gateway demo, in a pipe', () => {
  it('ends by itself with 0, and leaves nothing on the disk', async () => {
    const { code, stderr, left } = await demo()
    assert.deepEqual([code, stderr, left], [0, '', []])
  })

  it('writes no escape code and no line over 80 columns', async () => {
    const { stdout } = await demo()
    assert.ok(!stdout.includes('\u001b'))
    const long = stdout.split('\n').filter((line) => line.length > COLUMNS_MAX)
    assert.deepEqual(long, [])
  })

  it('has chapters that fit on a screen of 24 lines with the pause after them', async () => {
    const { stdout } = await demo()
    const chapters = stdout.split(/^(?=── )/m)
    assert.equal(chapters.length, CHAPTERS)
    for (const chapter of chapters) {
      const lines = chapter.split('\n').length
      assert.ok(lines <= LINES_MAX, `${lines} lines: ${chapter}`)
    }
  })

  it('shows events as sentences, and never by the names of the log', async () => {
    const { stdout } = await demo()
    assert.match(stdout, /^ +0\.\d{3} Contact and prices were read: 2 lines, 2,949\.50 in all$/m)
    assert.match(stdout, /^ +\d+\.\d{3} A new process took the sale up$/m)
    assert.doesNotMatch(stdout, /\b(Sale|Deal|Quote|SalesOrder|Compensation|Reference)[A-Z]\w+ed\b/)
  })

  it('ends with what became of the sales, and three things to do next', async () => {
    const { stdout } = await demo()
    const end = stdout.slice(stdout.lastIndexOf('── '))
    assert.match(end, /^ {2}Deals +2 in Zoho, 2 deleted$/m)
    assert.match(end, /^ {2}Quotes +2 in Zoho, 2 deleted$/m)
    assert.match(end, /^ {2}Sales Orders +2 in Zoho, 0 deleted$/m)
    assert.match(
      end,
      /^4 sales: 2 whole, 2 gone without a trace, 2 mails; the crash cost nothing\.$/m,
    )
    assert.equal(end.match(/^ {2}[123]\. /gm)?.length, 3)
    for (const [file] of end.matchAll(/\S+\.md/g)) assert.ok(existsSync(file), file)
  })
})

describe('gateway demo, interrupted by Ctrl-C', () => {
  it('ends with 130, and leaves neither a file nor a gateway', async () => {
    await using folder = await makeFolder()
    const { file, args } = gatewayCommand(['demo'])
    const child = spawn(file, args, { env: environmentOf({ TMPDIR: folder.path }) })
    const ended = once(child, 'close')
    let text = ''
    let url = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (url !== '' || !text.includes('── 2 of 8')) return
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? ''
      // Not `child.kill`: after it, Deno reports the signal instead of the exit code.
      process.kill(child.pid ?? Number.NaN, 'SIGINT')
    })
    const [code] = await ended
    assert.equal(code, 130)
    assert.ok(!text.includes('── 8 of 8'))
    assert.deepEqual(readdirSync(folder.path), [])
    await assert.rejects(fetch(url))
  })
})

describe('The count at the end of the demo', () => {
  it('takes a sale for whole only while all its records are in the CRM, and for gone never', async () => {
    await using stage = await makeStage({ latencyMs: 0, settleMs: 0 })
    await using gateway = await stage.start()
    const client = makeClient(gateway.url, stage.key)
    const products = [{ productId: SAMPLE_PRODUCT_IDS[0], quantity: 1 }]
    const sell = () => client.sell({ contactId: SAMPLE_CONTACT_ID, products })
    await sell()
    stage.fake.faults.add({ operation: 'create:Deals', kind: { type: 'refuse' } })
    await sell()
    const { saleId } = await client.newestAtRest()
    const counted = { sales: 2, whole: 1, gone: 1 }
    const tally = async () => {
      const { sales, whole, gone } = await takeTally(client, stage)
      return { sales, whole, gone }
    }
    assert.deepEqual(await tally(), counted)

    stage.fake.records.add('Quotes', { id: '71', Gateway_Reference: `${saleId}:quote` })
    assert.deepEqual(await tally(), { ...counted, gone: 0 })
    const [deal] = stage.fake.records.live('Deals')
    stage.fake.records.remove('Deals', deal?.id ?? '')
    assert.deepEqual(await tally(), { ...counted, gone: 0, whole: 0 })
  })
})
