import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, it } from 'node:test'
import { makeSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { Mail } from '../../../src/application/mail/outbox.port.ts'
import { now } from '../../support/examples/sale-examples.ts'
import {
  ACCEPT,
  type Fate,
  PATIENT,
  QUICK,
  startSmtpServer,
  timeoutsFor,
} from '../../support/gateway/smtp-peer.ts'

const parties = { from: 'gateway@localhost', to: ['it@example.com', 'second@example.com'] }
const mail: Mail = {
  messageId: 'one.failed@localhost',
  subject: 'Sale failed',
  text: 'Error Message: no\n',
  createdAt: now,
}

/** What the mailer says of an attempt that must not count as accepted. */
async function reasonOf(sending: Promise<unknown>): Promise<string> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof AppError, `accepted, or a bug: ${error}`)
  assert.equal(error.code, 'unavailable')
  return error.cause instanceof Error ? error.cause.message : ''
}

// how the server meets it, what is reported, whether the server took the message all the same
const FAILURES: readonly (readonly [string, Fate, RegExp, number])[] = [
  ['turned away', { type: 'refuse', at: 'greeting', code: 421 }, /421 not today/, 0],
  ['greylisted', { type: 'refuse', at: 'recipient', code: 451 }, /451 not today/, 0],
  ['refused for each recipient', { type: 'refuse', at: 'recipient', code: 550 }, /550 not/, 0],
  ['refused for now after DATA', { type: 'refuse', at: 'data', code: 452 }, /452 not today/, 0],
  ['refused for good after DATA', { type: 'refuse', at: 'data', code: 554 }, /554 not today/, 0],
  ['met with silence', { type: 'silent', at: 'greeting' }, /ETIMEDOUT/, 0],
  ['left unanswered after DATA', { type: 'silent', at: 'data' }, /ETIMEDOUT/, 0],
  ['cut off after DATA', { type: 'cut' }, /^E\w+: /, 0],
  ['taken, and cut off before the 250', { type: 'takeAndCut' }, /^E\w+: /, 1],
]

describe('The SMTP mailer', () => {
  for (const [what, fate, reason, taken] of FAILURES) {
    it(`reports why a mail that is ${what} was not accepted`, async () => {
      await using server = await startSmtpServer({ fate: () => fate })
      const mailer = makeSmtpMailer(server.url, parties, timeoutsFor(fate))
      assert.match(await reasonOf(mailer.send(mail)), reason)
      assert.equal(server.messages.length, taken)
    })
  }

  it('reports that a server is not there', async () => {
    const server = await startSmtpServer()
    await server.close()
    const mailer = makeSmtpMailer(server.url, parties, PATIENT)
    assert.match(await reasonOf(mailer.send(mail)), /ECONNREFUSED/)
  })

  it('gives up on a server that drips out an answer for ever', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      const drip = setInterval(() => socket.write('250-more\r\n'), 40)
      socket.on('close', () => clearInterval(drip))
      socket.write('220 here\r\n')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const mailer = makeSmtpMailer(`smtp://127.0.0.1:${port}`, parties, QUICK)
    assert.match(await reasonOf(mailer.send(mail)), /abort/i)
    server.close()
  })

  it('waits longer with each attempt for a server that answers late', async () => {
    const fate = { type: 'takeLate', ms: 600 } as const
    await using server = await startSmtpServer({ fate: () => fate })
    const timeouts = { ...PATIENT, silenceMs: QUICK.silenceMs }
    const mailer = makeSmtpMailer(server.url, parties, timeouts)
    assert.match(await reasonOf(mailer.send(mail, 0)), /ETIMEDOUT/)
    await mailer.send(mail, 9)
    assert.equal(server.messages[0]?.raw, server.messages[1]?.raw)
  })

  for (const [what, to] of [
    ['as it is', 'second@example.com'],
    ['with capital letters in its domain', 'second@Example.COM'],
  ] as const) {
    it(`tries again for the one recipient that was refused, ${what}`, async () => {
      const refused = new Set(['second@example.com'])
      await using server = await startSmtpServer({ refused })
      const mailer = makeSmtpMailer(server.url, { ...parties, to: ['it@example.com', to] }, PATIENT)
      assert.equal(
        await reasonOf(mailer.send(mail)),
        'EENVELOPE: Recipient command failed: 450 <<recipient 2>> later',
      )
      refused.clear()
      await mailer.send(mail)
      assert.deepEqual(
        server.messages.map((message) => message.to),
        [['it@example.com'], ['second@example.com']],
      )
      assert.equal(server.messages[0]?.raw, server.messages[1]?.raw)
    })
  }

  it('reports that the message has letters beyond ASCII', async () => {
    await using server = await startSmtpServer()
    const mailer = makeSmtpMailer(server.url, parties, PATIENT)
    await mailer.send({ ...mail, text: 'Nilüfer' })
    await mailer.send(mail)
    assert.match(server.messages[0]?.raw ?? '', /^Nilüfer\r?$/m)
    assert.deepEqual(
      server.messages.map(({ bodyType }) => bodyType),
      ['8bitmime', '7bit'],
    )
  })

  it('logs in, and gives the password to the server only', async () => {
    const password = 'p@ss/w0rd+%'
    const sent = ['gateway', `\0gateway\0${password}`, password].map((text) =>
      Buffer.from(text).toString('base64'),
    )
    let fate: Fate = { type: 'refuse', at: 'login', code: 535, say: `I got ${sent} ${password}` }
    await using server = await startSmtpServer({ fate: () => fate, password })
    const mailer = makeSmtpMailer(server.url, parties, PATIENT)
    const reason = await reasonOf(mailer.send(mail))
    assert.match(reason, /EAUTH: .*535 I got .*<secret>,<secret> <secret>/)
    for (const secret of [password, encodeURIComponent(password), ...sent.slice(1)]) {
      assert.ok(!reason.includes(secret), reason)
    }
    fate = ACCEPT
    await mailer.send(mail)
    assert.equal(server.messages.length, 1)
    const wrong = makeSmtpMailer(server.url.replace('gateway:', 'gateway:x'), parties, PATIENT)
    assert.match(await reasonOf(wrong.send(mail)), /535 bad credentials/)
  })
})
