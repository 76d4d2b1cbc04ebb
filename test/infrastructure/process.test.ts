import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { EventRecord } from '../../src/application/log/event-record.ts'
import { makeClient } from '../../src/infrastructure/demo/client.ts'
import { gatewayCommand, startGateway } from '../../src/infrastructure/demo/gateway-process.ts'
import { makeStage } from '../../src/infrastructure/demo/stage.ts'
import { SALE } from '../support/gateway/http-requests.ts'
import { makeFolder, run, runGateway } from '../support/gateway/run-gateway.ts'

const CONTACT =
  '{"status":"success","data":{"id":"550428000008877665","First_Name":"Poligon",' +
  '"Last_Name":"Mühendislik","Email":"info@poligonmuhendislik.com","Account_Info":' +
  '{"id":"550428000002233445","Name":"Poligon Mühendislik San. ve Tic. Ltd. Şti.",' +
  '"Shipping_Address":{"street":"Tahtalı Mah. Kiteyol Sok. No: 24","city":"Bursa",' +
  '"state":"Nilüfer","code":"16110","country":"Türkiye"},"Billing_Address":{"street":' +
  '"Tahtalı Mah. Kiteyol Sok. No: 24","city":"Bursa","state":"Nilüfer","code":"16110",' +
  '"country":"Türkiye"}}}}'

describe('The process', () => {
  it('prints two curl lines that answer as published when they are pasted', async () => {
    await using folder = await makeFolder()
    await using gateway = await startGateway({
      PORT: '0',
      DATA_DIR: folder.path,
      LOG_LEVEL: 'warn',
    })
    const lines = gateway.lines.filter((line) => line.startsWith('curl'))
    const pasted = await Promise.all(lines.map((line) => run('sh', ['-c', line])))
    assert.deepEqual(
      pasted.map(({ stdout }) => stdout),
      [CONTACT, '{"status":"success","message":"Success."}'],
    )
    assert.equal(await gateway.stop(), 0)
  })

  it('prints its key as a line to paste, and the address of the auditor’s pages that it opens', async () => {
    await using folder = await makeFolder()
    await using gateway = await startGateway({
      PORT: '0',
      DATA_DIR: folder.path,
      LOG_LEVEL: 'warn',
    })
    const exported = gateway.lines.find((line) => line.startsWith('export KEY='))
    const audit = gateway.lines.map((line) => /^Audit +(\S+)/.exec(line)?.[1]).find(Boolean)
    const status = `curl -sS -o /dev/null -w '%{http_code}' "${audit}"`
    const paste = (line: string) => run('sh', ['-c', `${exported}; ${line}`])
    assert.equal((await paste(`${status} -u "anybody:$KEY"`)).stdout, '200')
    assert.equal((await paste(status)).stdout, '401')
    assert.equal(await gateway.stop(), 0)
  })

  it('is refused while another one serves its database, and not after that one was killed', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
    await using first = await startGateway(settings)
    const second = await runGateway(['serve'], settings)
    assert.equal(second.code, 2)
    assert.match(second.stderr, /is being served by another process/)
    assert.equal(second.stdout, '')
    await first.kill()
    await using third = await startGateway(settings)
    assert.equal(await third.stop(), 0)
  })

  it('ends, and drives no sale, when its port is taken', async () => {
    await using folder = await makeFolder()
    const first = await startGateway({ PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' })
    await using other = await makeFolder()
    const settings = { PORT: new URL(first.url).port, DATA_DIR: other.path, LOG_LEVEL: 'warn' }
    const second = await runGateway(['serve'], settings)
    assert.equal(second.code, 1)
    assert.match(second.stderr, /EADDRINUSE/)
    assert.equal(await first.stop(), 0)
  })

  it('gives running callers their answers after SIGTERM, and begins no sale', async () => {
    await using stage = await makeStage({ latencyMs: 150, settleMs: 200 })
    await using gateway = await stage.start()
    const client = makeClient(gateway.url, stage.key)
    const quoteSeen = Promise.withResolvers<void>()
    stage.fake.hooks.before = (operation) => {
      if (operation === 'create:Quotes') quoteSeen.resolve()
    }
    const running = client.sell(SALE)
    await quoteSeen.promise
    const stopped = gateway.stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const late = await client.sell(SALE)
    assert.equal((await running)?.text, '{"status":"success","message":"Success."}')
    assert.ok(late === undefined || late.status === 503, `a late sale got ${late?.status}`)
    assert.equal(await stopped, 0)
    assert.equal(stage.fake.records.live('Deals').length, 1)
  })

  it('reports all that is wrong with its settings, and starts nothing', async () => {
    const { code, stdout, stderr } = await runGateway(['serve'], { PORT: 'x', CRM: 'y' })
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^PORT: .*\nCRM: .*\n$/)
  })

  it('works with a fake Zoho that the command line serves', async () => {
    await using folder = await makeFolder()
    const command = gatewayCommand(['zoho', 'fake', '--latency', '1'])
    const fake = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(fake.stdout, 'data')
    const url = String(line).trim()
    const settings = {
      PORT: '0',
      DATA_DIR: folder.path,
      CRM: 'zoho',
      ZOHO_ACCOUNTS_URL: url,
      ZOHO_API_URL: url,
      ZOHO_CLIENT_ID: 'a',
      ZOHO_CLIENT_SECRET: 'b',
      ZOHO_REFRESH_TOKEN: 'c',
      LOG_LEVEL: 'warn',
    }
    const made = await runGateway(
      ['keys', 'create', '--create', '--name', 'acme', '--scope', 'admin'],
      settings,
    )
    await using gateway = await startGateway(settings)
    const client = makeClient(gateway.url, made.stdout.trim())
    assert.equal((await client.sell(SALE))?.status, 200)
    assert.equal(await gateway.stop(), 0)
    fake.kill('SIGTERM')
    await once(fake, 'exit')
  })

  it('reports it when its Node is too old', async () => {
    if ('Deno' in globalThis) return
    const pretend =
      "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"
    const { file, args } = gatewayCommand(['serve'])
    const { code, stderr } = await run(file, ['--import', pretend, ...args])
    assert.equal(code, 2)
    assert.match(stderr, /^The gateway needs Node 24 or later; this is v\S+\. /)
    assert.equal(stderr.trim().split('\n').length, 1)
  })
})

describe('The command line', () => {
  it('makes, lists and revokes keys beside a serving process', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
    await using gateway = await startGateway(settings)
    const gatewayCli = (...args: string[]) => runGateway(args, settings)
    const made = await gatewayCli(
      'keys',
      'create',
      '--name',
      'acme',
      '--scope',
      'sales:create,sales:read',
      '--expires',
      '365d',
    )
    assert.equal(made.code, 0)
    assert.match(made.stdout, /^plg_live_[0-9A-Za-z]{49}\n$/)
    const client = makeClient(gateway.url, made.stdout.trim())
    assert.equal((await client.sell(SALE))?.status, 200)
    assert.equal((await client.get('/log')).status, 403)

    const [key] = JSON.parse((await gatewayCli('keys', 'list', '--json')).stdout)
    assert.deepEqual([key.client, key.scopes], ['acme', ['sales:create', 'sales:read']])
    assert.ok(!JSON.stringify(key).includes(made.stdout.trim()))
    assert.match(
      (await gatewayCli('keys', 'list')).stdout,
      /acme +2\d{3}-\S+Z +(?:2\d{3}-\S+Z|never) +2\d{3}-\S+Z +sales:create,sales:read\n/,
    )

    const sales = await gatewayCli('sales', 'list', '--status', 'completed', '--json')
    const sale = JSON.parse(sales.stdout)
    const shown = await gatewayCli('sales', 'show', sale.saleId)
    assert.match(shown.stdout, /: completed\n.*SaleRequested.*SaleCompleted\n$/s)
    const whole = JSON.parse((await gatewayCli('sales', 'show', sale.saleId, '--json')).stdout)
    assert.deepEqual(whole, JSON.parse((await client.get(`/sales/${sale.saleId}`)).text))

    assert.match(shown.stdout, new RegExp(`\\n  for acme, key ${key.id}, from 127.0.0.1\\n`))
    assert.match(shown.stdout, /DealCreated .*\n +create Deals: done after \d+ ms: success\n/)

    assert.equal((await gatewayCli('keys', 'revoke', key.id)).code, 0)
    assert.equal((await client.get('/sales')).status, 401)
    const again = await gatewayCli('keys', 'revoke', key.id, '--json')
    assert.deepEqual([again.code, JSON.parse(again.stdout)], [1, { id: key.id, revoked: false }])

    const wanted = ['--name', 'audit', '--scope', 'audit:read', '--json']
    const auditor = JSON.parse((await gatewayCli('keys', 'create', ...wanted)).stdout)
    assert.deepEqual([auditor.client, auditor.scopes], ['audit', ['audit:read']])
    const log = await makeClient(gateway.url, auditor.key).get('/log')
    const lines = log.text.trim().split('\n')
    const events: readonly EventRecord[] = lines.map((line) => JSON.parse(line))
    const byHand = events.filter(({ actor }) => 'operator' in actor)
    const operator = userInfo().username
    assert.deepEqual(
      byHand.map(({ type, data, actor }) => [type, data['client'] ?? data['keyId'], actor]),
      [
        ['ApiKeyCreated', 'acme', { operator }],
        ['ApiKeyRevoked', key.id, { operator }],
        ['ApiKeyCreated', 'audit', { operator }],
      ],
    )
    assert.equal(await gateway.stop(), 0)
  })

  // What is typed; each ends with 2 and one line.
  const WRONG = [
    ['no-such-command'],
    ['keys', 'create', '--name', 'acme'],
    ['keys', 'create', '--name', 'a b', '--scope', 'admin'],
    ['keys', 'create', '--name', 'acme', '--scope', 'everything'],
    ['keys', 'create', '--name', 'acme', '--scope', 'admin', '--expires', '1y'],
    ['sales', 'list', '--status', 'lost'],
    ['db', 'backup'],
    ['sales', 'resume'],
    ['audit', 'export'],
  ]
  for (const args of WRONG) {
    it(`refuses "${args.join(' ')}" in one line`, async () => {
      const { code, stdout, stderr } = await runGateway(args, {})
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.equal(stderr.trim().split('\n').length, 1, stderr)
    })
  }

  it('makes a database where there is none only when it is asked to', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: path.join(folder.path, 'new') }
    const reading = [
      ['sales', 'list'],
      ['keys', 'list'],
      ['keys', 'create', '--name', 'a', '--scope', 'admin'],
      ['keys', 'revoke', 'x'],
      ['audit', 'verify'],
      ['audit', 'checkpoint'],
      ['audit', 'accept-loss', '--reason', 'x'],
      ['zoho', 'orphans'],
      ['db', 'backup', path.join(folder.path, 'copy.db')],
    ]
    for (const args of reading) {
      const { code, stdout, stderr } = await runGateway(args, settings)
      assert.deepEqual([code, stdout], [2, ''], args.join(' '))
      assert.ok(stderr.includes(settings.DATA_DIR), stderr)
    }
    assert.deepEqual(await readdir(folder.path), [])
    const listed = await runGateway(['sales', 'list', '--json', '--create'], settings)
    assert.deepEqual([listed.code, listed.stdout], [0, ''])
    assert.deepEqual((await runGateway(['keys', 'list', '--json'], settings)).stdout, '[]\n')
  })

  it('reports when a sale is not there', async () => {
    await using folder = await makeFolder()
    const { code, stderr } = await runGateway(['sales', 'show', 'x'], { DATA_DIR: folder.path })
    assert.deepEqual([code, stderr], [1, 'There is no sale x.\n'])
  })
})
