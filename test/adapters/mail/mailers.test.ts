import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeFileMailer } from '../../../src/adapters/mail/file-mailer.ts'
import { makeSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import type { Mailer } from '../../../src/application/mail/mailer.port.ts'
import type { Mail } from '../../../src/application/mail/outbox.port.ts'
import type { SaleId } from '../../../src/domain/ids.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import { startSmtpServer } from '../../support/gateway/smtp-peer.ts'

const parties = { from: 'gateway@localhost', to: ['it@example.com', 'second@example.com'] }
const saleId = '01932b2e-7d00-7000-8000-000000000001' as SaleId
const longLine = `Error Message: Sales Order: ${'INVALID_DATA '.repeat(30).trim()}`
const mail: Mail = {
  messageId: `${saleId}.failed@localhost`,
  subject: `Sale ${saleId} failed (Sales Order)`,
  text: `A sale failed.\n\n${longLine}\nDeal ID: 42\nSale ID: ${saleId}\n`,
  createdAt: Date.parse('2026-11-24T10:00:00Z') as EpochMs,
}

/** A mailer with what it takes to see the raw messages it handed over. */
type Peer = {
  readonly mailer: Mailer
  received(): Promise<readonly string[]>
  [Symbol.asyncDispose](): Promise<void>
}

const PEERS: readonly (readonly [string, () => Promise<Peer>])[] = [
  [
    'files',
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'plg-mail-'))
      return {
        mailer: makeFileMailer(folder, parties),
        async received() {
          const names = await readdir(folder)
          return Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
        },
        [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
      }
    },
  ],
  [
    'SMTP',
    async () => {
      const server = await startSmtpServer()
      return {
        mailer: makeSmtpMailer(server.url, parties),
        received: async () => server.messages.map((message) => message.raw),
        [Symbol.asyncDispose]: server.close,
      }
    },
  ],
]

for (const [name, makePeer] of PEERS) {
  describe(`Mailer contract: ${name}`, () => {
    it('hands over each fact whole on a line of its own', async () => {
      await using peer = await makePeer()
      await peer.mailer.send(mail)
      const lines = (await peer.received())[0]?.split(/\r?\n/) ?? []
      assert.ok(lines.includes(longLine))
      assert.ok(lines.includes(`Message-ID: <${saleId}.failed@localhost>`))
      assert.ok(lines.includes('To: it@example.com, second@example.com'))
      assert.ok(lines.includes('From: gateway@localhost'))
    })

    it('makes every copy the same', async () => {
      await using peer = await makePeer()
      await peer.mailer.send(mail)
      const [first] = await peer.received()
      await peer.mailer.send(mail)
      assert.equal((await peer.received()).at(-1), first)
    })

    it('lets no text become a header, a recipient or a file', async () => {
      await using peer = await makePeer()
      const subject = 'Sale\r\nBcc: evil@example.com'
      await peer.mailer.send({ ...mail, subject, text: 'path: /etc/hostname\r\nTo: x@example.com' })
      const [raw = ''] = await peer.received()
      const [head = ''] = raw.split(/\r?\n\r?\n/)
      assert.doesNotMatch(head, /^(Bcc|To: x)/m)
    })

    it('keeps letters that are not ASCII', async () => {
      await using peer = await makePeer()
      await peer.mailer.send({ ...mail, text: 'Nilüfer' })
      assert.match((await peer.received())[0] ?? '', /Nilüfer/)
    })
  })
}

describe('The file mailer', () => {
  it('calls a folder that cannot be written unavailable', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plg-mail-'))
    const file = path.join(folder, 'a-file')
    await writeFile(file, '')
    await assert.rejects(
      makeFileMailer(path.join(file, 'mail'), parties).send(mail),
      (error) => errorCode(error) === 'unavailable',
    )
    await rm(folder, { recursive: true })
  })
})

describe('A mail that cannot be written to its file', () => {
  it('is not accepted, and leaves no half of it behind', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plg-mail-'))
    // A folder of its name is in its way.
    const name = `${saleId}.failed.eml`
    await mkdir(path.join(folder, name))
    const sending = makeFileMailer(folder, parties).send(mail)
    await assert.rejects(sending, (error) => errorCode(error) === 'unavailable')
    assert.deepEqual(await readdir(folder), [name])
    await rm(folder, { recursive: true })
  })
})
