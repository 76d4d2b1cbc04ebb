// What a mail server gets to hear in clear: no password and no mail, unless the URL asks for it.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSmtpUrl } from '../../../src/adapters/mail/server-url.ts'
import { makeSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { Mail } from '../../../src/application/mail/outbox.port.ts'
import { now } from '../../support/examples/sale-examples.ts'
import { PATIENT, startSmtpServer } from '../../support/gateway/smtp-peer.ts'

const parties = { from: 'gateway@localhost', to: ['it@example.com'] }
const PASSWORD = 'pa/ss#w0rd'
const TEXT = 'Error Message: no\n'
const mail: Mail = {
  messageId: 'one.failed@localhost',
  subject: 'Sale failed',
  text: TEXT,
  createdAt: now,
}

/** The URL of a peer with other members behind its `?`, or none. */
function urlWith(url: string, members: string): string {
  return url.replace(/\?.*$/, members)
}

async function reasonOf(sending: Promise<unknown>): Promise<string> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof AppError, `accepted, or a bug: ${error}`)
  assert.equal(error.code, 'unavailable')
  return error.cause instanceof Error ? error.cause.message : ''
}

/** Nothing that a listener on the wire may know. */
function assertNothingHeard(heard: string): void {
  assert.match(heard, /^EHLO /)
  for (const secret of ['AUTH', 'MAIL FROM', 'it@example.com', 'Error Message', PASSWORD]) {
    assert.ok(!heard.includes(secret), heard)
  }
}

describe('A mail server without STARTTLS', () => {
  it('gets neither the password nor the mail, and the reason says what to do', async () => {
    await using server = await startSmtpServer({ password: PASSWORD })
    const mailer = makeSmtpMailer(urlWith(server.url, ''), parties, PATIENT)
    assert.match(
      await reasonOf(mailer.send(mail)),
      /^ETLS: .*STARTTLS.* \(TLS is required, and nothing was sent; "requireTLS=false" in the URL/,
    )
    assert.deepEqual(server.messages, [])
    assertNothingHeard(server.heard())
  })

  it('gets both where the URL says so', async () => {
    await using server = await startSmtpServer({ password: PASSWORD })
    const mailer = makeSmtpMailer(urlWith(server.url, '?requireTLS=false'), parties, PATIENT)
    assert.deepEqual(await mailer.send(mail), { way: 'smtp', recipients: 1 })
    assert.deepEqual(
      server.messages.map(({ isEncrypted }) => isEncrypted),
      [false],
    )
  })

  it('gets the mail on loopback, where no password is needed', async () => {
    await using server = await startSmtpServer()
    await makeSmtpMailer(server.url, parties, PATIENT).send(mail)
    assert.equal(server.messages.length, 1)
  })

  it('gets no mail on loopback where the URL requires TLS', async () => {
    await using server = await startSmtpServer()
    const mailer = makeSmtpMailer(`${server.url}?requireTLS=true`, parties, PATIENT)
    assert.match(await reasonOf(mailer.send(mail)), /^ETLS: /)
    assertNothingHeard(server.heard())
  })
})

describe('A mail server with STARTTLS', () => {
  it('gets password and mail under TLS, and nothing of them in clear', async () => {
    await using server = await startSmtpServer({ password: PASSWORD, startTls: true })
    await makeSmtpMailer(server.url, parties, PATIENT).send(mail)
    assert.deepEqual(
      server.messages.map(({ isEncrypted }) => isEncrypted),
      [true],
    )
    assertNothingHeard(server.heard())
  })

  it('gets nothing where nobody vouches for its certificate', async () => {
    await using server = await startSmtpServer({ password: PASSWORD, startTls: true })
    for (const members of ['', '?requireTLS=false']) {
      const mailer = makeSmtpMailer(urlWith(server.url, members), parties, PATIENT)
      assert.match(await reasonOf(mailer.send(mail)), /certificate/i)
    }
    assert.deepEqual(server.messages, [])
    assertNothingHeard(server.heard())
  })
})

// A URL, and whether a mail may leave for its server before STARTTLS has succeeded.
const REQUIRED: readonly (readonly [string, boolean])[] = [
  ['smtp://mail.example', true],
  ['smtp://mail.example?requireTLS=false', false],
  ['smtp://user:secret@mail.example', true],
  ['smtp://user:secret@localhost', true],
  ['smtp://user@127.0.0.1:2525', true],
  ['smtp://localhost', false],
  ['smtp://LOCALHOST:25', false],
  ['smtp://127.1.2.3', false],
  ['smtp://[::1]:25', false],
  ['smtp://[::1]:25?requireTLS=true', true],
  ['smtp://localhost.example', true],
  ['smtp://127.0.0.1.example', true],
  ['smtp://[::ffff:127.0.0.1]', true],
]

describe('An SMTP URL', () => {
  for (const [url, required] of REQUIRED) {
    it(`${required ? 'requires' : 'does without'} TLS: ${url}`, () => {
      const read = readSmtpUrl(url)
      assert.equal(read.ok && read.server.requireTls, required)
    })
  }

  it('has user, password and server as they were meant', () => {
    const read = readSmtpUrl(
      'smtps://a%40b:p%2Fa%23s%3Fs%25@m%C3%BCller.example:2465/?name=gw.example&tls.servername=m.example',
    )
    assert.deepEqual(read.ok && read.server, {
      host: 'xn--mller-kva.example',
      port: 2465,
      secure: true,
      requireTls: true,
      tls: { rejectUnauthorized: true, servername: 'm.example' },
      name: 'gw.example',
      auth: { user: 'a@b', pass: 'p/a#s?s%' },
    })
  })
})
