import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../../src/infrastructure/service/open-store.ts'
import { now, requested } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { messageIdOf, startSmtpServer } from '../../support/gateway/smtp-peer.ts'

const PASSWORD = 'p@ss/w0rd+%'

describe('gateway mail test', () => {
  it('writes a file while the gateway runs, and prints its path', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'warn' }
    await using gateway = await startGateway(settings)
    const first = await runGateway(['mail', 'test'], settings)
    const second = await runGateway(['mail', 'test', '--json'], settings)
    assert.deepEqual([first.code, first.stderr], [0, ''])
    const file = /^written to (.+\.eml)\n$/.exec(first.stdout)?.[1] ?? ''
    const text = await readFile(file, 'utf8')
    assert.match(text, /^Subject: Test mail of the PLG sales gateway$/m)
    assert.match(text, /^This is a test.* No sale failed\.$/m)
    assert.match(text, /^Message-ID: <test\.[0-9a-f-]{36}@localhost>$/m)
    const { file: other, messageId, to } = JSON.parse(second.stdout)
    assert.equal(path.basename(other), `${messageId.split('@')[0]}.eml`)
    assert.deepEqual(to, ['it@poligonmuhendislik.com'])
    assert.deepEqual(
      (await readdir(path.join(folder.path, 'mail'))).toSorted(),
      [path.basename(file), path.basename(other)].toSorted(),
    )
    assert.equal(await gateway.stop(), 0)
    const store = await openStore(path.join(folder.path, 'gateway.db'))
    assert.deepEqual(await store.outbox.backlog(), { count: 0, oldestAt: undefined })
    assert.deepEqual(await store.saleReader.events(0, 9), [])
    await store.close()
  })

  it('sends by SMTP, with a password that it never shows', async () => {
    await using folder = await makeFolder()
    await using server = await startSmtpServer({ password: PASSWORD })
    const settings = { DATA_DIR: folder.path, SMTP_URL: server.url, MAIL_TO: 'it@example.com' }
    const { code, stdout, stderr } = await runGateway(['mail', 'test'], settings)
    const { host } = new URL(server.url)
    assert.deepEqual([code, stdout, stderr], [0, `accepted by ${host} for it@example.com\n`, ''])
    assert.match(server.messages.map(messageIdOf).join(), /^test\.[0-9a-f-]{36}@localhost$/)
    const wrong = server.url.replace('gateway:', 'gateway:wrong')
    const refused = await runGateway(['mail', 'test'], { ...settings, SMTP_URL: wrong })
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(
      refused.stderr,
      /^mail: not accepted by the server: EAUTH: .*535 bad credentials\n$/,
    )
    for (const secret of ['wrong', PASSWORD, encodeURIComponent(PASSWORD), 'smtp://']) {
      assert.ok(!refused.stderr.includes(secret), refused.stderr)
    }
  })

  it('sends to a domain beyond ASCII by its name in ASCII, and asks for no SMTPUTF8', async () => {
    await using folder = await makeFolder()
    await using server = await startSmtpServer()
    const to = 'it@bücher.example, second@例え.example'
    const settings = { DATA_DIR: folder.path, SMTP_URL: server.url, MAIL_TO: to }
    const { code, stderr } = await runGateway(['mail', 'test'], settings)
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(
      server
        .heard()
        .match(/^RCPT.*$/gm)
        ?.map((line) => line.trim()),
      ['RCPT TO:<it@xn--bcher-kva.example>', 'RCPT TO:<second@xn--r8jz45g.example>'],
    )
    assert.match(server.heard(), /^To: it@xn--bcher-kva\.example, second@xn--r8jz45g\.example\r?$/m)
    assert.doesNotMatch(server.heard(), /SMTPUTF8/)
  })

  const REFUSED = [
    ['SMTP_URL', 'smtp://user:secret@', 2, 'SMTP_URL: names no server\n'],
    ['SMTP_URL', 'http://user:secret@host', 2, /^SMTP_URL: must begin with smtp/],
    ['SMTP_URL', 'smtp://user:secret@127.0.0.1:1', 1, /: ESOCKET: connect ECONNREFUSED/],
    ['SMTP_URL', 'smtp://user:sec/secret@host', 2, /^SMTP_URL: .* write "\/" as %2F/],
    ['MAIL_TO', 'nobody', 2, /^MAIL_TO: /],
    ['MAIL_TO', 'secretär@example.com', 2, /^MAIL_TO: .* an alias/],
  ] as const

  for (const [name, value, code, said] of REFUSED) {
    it(`reports what is wrong with ${name}=${value.replace('secret', '…')}`, async () => {
      await using folder = await makeFolder()
      const settings = { DATA_DIR: folder.path, [name]: value }
      const result = await runGateway(['mail', 'test'], settings)
      assert.deepEqual([result.code, result.stdout], [code, ''])
      if (typeof said === 'string') assert.equal(result.stderr, said)
      else assert.match(result.stderr, said)
      assert.doesNotMatch(result.stderr, /secret/)
    })
  }

  it('reports that a folder cannot be written', async () => {
    await using folder = await makeFolder()
    await writeFile(path.join(folder.path, 'mail'), '')
    const { code, stderr } = await runGateway(['mail', 'test'], { DATA_DIR: folder.path })
    assert.equal(code, 1)
    assert.match(stderr, /^mail: not written to its file: E/)
  })
})

describe('The start line', () => {
  it('names the mails that wait, and the age of the oldest', async () => {
    await using folder = await makeFolder()
    const server = await startSmtpServer()
    await server.close()
    const settings = { PORT: '0', DATA_DIR: folder.path, SMTP_URL: server.url, LOG_LEVEL: 'warn' }
    await using first = await startGateway(settings)
    assert.match(first.lines[0] ?? '', /^PLG sales gateway on http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(await first.stop(), 0)
    const store = await openStore(path.join(folder.path, 'gateway.db'))
    const hoursAgo = Date.now() - 3.5 * 3_600_000
    for (const [number, at] of [hoursAgo, hoursAgo + 1_000].entries()) {
      const saleId = a.saleIdOf(number)
      const mail = a.failureMailOf(number, at as typeof now)
      await store.sales.begin(a.firstOf(saleId), undefined, now)
      const events = [a.failed, ...a.rolledBack]
      await store.sales.append(a.appendOf(saleId, [requested], events, [mail]))
    }
    await store.close()
    await using second = await startGateway(settings)
    assert.match(second.lines[0] ?? '', /:\d+ \(2 mails wait to be sent, the oldest for 3 h\)$/)
    const ready = await fetch(`${second.url}/readyz?verbose`)
    const { mail } = (await ready.json()) as { mail: Record<string, number> }
    assert.equal(mail['waiting'], 2)
    assert.ok(Math.abs((mail['oldestWaitingSeconds'] ?? 0) - 3.5 * 3_600) < 60)
    await second.stop()
  })
})
