import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { fingerprintOf, formatVkey, makeVerifierKey } from '../../../src/domain/log/vkey.ts'
import { readConfig } from '../../../src/infrastructure/config/config.ts'
import { findMailWay } from '../../../src/infrastructure/service/mailer.ts'
import { standingOf } from '../../../src/infrastructure/service/standing.ts'
import { startLines } from '../../../src/infrastructure/service/start-lines.ts'
import { startHeard } from '../../support/gateway/heard-gateway.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'
import { ACCEPT, type Fate, startSmtpServer } from '../../support/gateway/smtp-peer.ts'
import { until } from '../../support/time/until.ts'

const ZOHO = {
  CRM: 'zoho',
  ZOHO_DC: 'eu',
  ZOHO_CLIENT_ID: 'id',
  ZOHO_CLIENT_SECRET: 'hush-secret',
  ZOHO_REFRESH_TOKEN: 'hush-token',
  DATA_DIR: '/srv/gateway',
}
const KEY = makeVerifierKey('a/sales-log', new Uint8Array(32))
const NO_MAIL = { waiting: 0, oldestWaitingSeconds: null }

function configOf(environment: Record<string, string>) {
  const result = readConfig(environment)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.config
}

/** What is said of a start with these settings, where these pages are there. */
async function saidOf(environment: Record<string, string>, pages: readonly string[] = ['/audit']) {
  const config = configOf(environment)
  const standing = standingOf({
    config,
    port: 3000,
    signer: { vkey: formatVkey(KEY) },
    mails: await findMailWay(config.mail),
    mail: NO_MAIL,
    hasPage: (url) => pages.includes(url),
  })
  const demoKey = config.crm === 'fake' ? 'plg_demo_x' : undefined
  return { standing, lines: startLines(config, standing, demoKey) }
}

describe('The start', () => {
  it('says on what it stands', async () => {
    const { lines } = await saidOf({ ...ZOHO, MAIL: 'files' }, ['/audit', '/docs'])
    assert.deepEqual(lines, [
      'PLG sales gateway on http://127.0.0.1:3000',
      '',
      'Version    0.1.0',
      'CRM        Zoho at https://www.zohoapis.eu, data centre eu',
      'Data       /srv/gateway',
      'Database   /srv/gateway/gateway.db',
      'Mails      files in /srv/gateway/mail',
      `Log key    ${fingerprintOf(KEY)}`,
      'Audit      http://127.0.0.1:3000/audit',
      'API        http://127.0.0.1:3000/docs',
      '',
    ])
  })

  it('names no page that is not there, and names pages as people reach them', async () => {
    const { standing } = await saidOf({ ...ZOHO, PUBLIC_URL: 'https://gateway.example/' })
    assert.deepEqual(standing.pages, { audit: 'https://gateway.example/audit' })
  })

  it('names folders from the root on, and no data centre for an address that is none of Zoho’s', async () => {
    const { standing } = await saidOf({
      ...ZOHO,
      DATA_DIR: 'data',
      ZOHO_API_URL: 'http://127.0.0.1:9',
    })
    assert.deepEqual(
      [standing.dataDir, standing.database],
      [path.resolve('data'), path.resolve('data/gateway.db')],
    )
    assert.deepEqual([standing.crmUrl, standing.dataCentre], ['http://127.0.0.1:9', null])
  })

  it('warns of the fake in production, and of mails that nobody is sent', async () => {
    const warned = async (settings: Record<string, string>) =>
      (await saidOf(settings)).lines.some((line) => /^(CRM=fake|Mails are files)/.test(line))
    assert.equal(await warned({ NODE_ENV: 'production', CRM: 'fake' }), true)
    assert.equal(await warned({}), false)
    assert.equal(await warned(ZOHO), true)
    assert.equal(await warned({ ...ZOHO, MAIL: 'files' }), false)
  })
})

describe('Where mails go', () => {
  const MET: readonly (readonly [string, Fate, string, RegExp])[] = [
    ['signed in there', ACCEPT, 'hush-word', /^by 127\.0\.0\.1:\d+, signed in there$/],
    ['why it is not signed in', ACCEPT, 'hush-wrong', /which cannot be used now: EAUTH: .*535/],
    ['that the server is silent', { type: 'silent', at: 'greeting' }, 'hush-word', /ETIMEDOUT/],
  ]
  for (const [what, fate, password, expected] of MET) {
    it(`is said with ${what}, and without the password`, async () => {
      await using peer = await startSmtpServer({ fate: () => fate, password: 'hush-word' })
      const url = peer.url.replace('hush-word', password)
      const { lines } = await saidOf({ ...ZOHO, SMTP_URL: url })
      const mails = lines.find((line) => line.startsWith('Mails'))?.replace(/^Mails +/, '')
      assert.match(mails ?? '', expected)
      assert.doesNotMatch(lines.join('\n'), /hush/)
      assert.equal(peer.messages.length, 0)
    })
  }

  it('is said of a server without a password', async () => {
    await using peer = await startSmtpServer()
    const { lines } = await saidOf({ ...ZOHO, SMTP_URL: peer.url })
    assert.ok(lines.some((line) => line.endsWith(', which wants no password')))
  })
})

describe('A gateway that serves', () => {
  it('says in one log line what it says to a person', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: folder.path, NODE_ENV: 'production', CRM: 'fake' }
    await using gateway = await startHeard({ ...settings, SHUTDOWN_DELAY_MS: '0' })
    const lineWith = (part: string) =>
      gateway
        .said()
        .split('\n')
        .find((line) => line.includes(part))
    await until('it is logged', () => lineWith('"msg":"serving"') !== undefined)
    const logged = JSON.parse(lineWith('"msg":"serving"') ?? '')
    const key = await runGateway(['audit', 'key'], settings)
    assert.equal(logged.version, '0.1.0')
    assert.equal(logged.url, gateway.url)
    assert.equal(logged.database, path.join(folder.path, 'gateway.db'))
    assert.deepEqual(logged.mails, { way: 'files', folder: path.join(folder.path, 'mail') })
    assert.equal(logged.fingerprint, key.stderr.trim())
    assert.deepEqual(logged.pages.audit, `${gateway.url}/audit`)
    assert.match(lineWith('CRM=fake with NODE_ENV=production') ?? '', /\S/)
  })
})
