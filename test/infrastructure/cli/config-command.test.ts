import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { readConfig } from '../../../src/infrastructure/config/config.ts'
import { effectiveSettings } from '../../../src/infrastructure/config/effective-settings.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

const ZOHO = {
  CRM: 'zoho',
  ZOHO_DC: 'eu',
  ZOHO_CLIENT_ID: 'canary-1',
  ZOHO_REFRESH_TOKEN: 'canary-2',
  SMTP_URL: 'smtps://user:canary-3@mail.example',
  MAIL_TO: 'it@example.com',
}

describe('gateway config check', () => {
  it('is content with the defaults, and makes nothing', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: path.join(folder.path, 'data') }
    const { code, stdout, stderr } = await runGateway(['config', 'check'], settings)
    assert.deepEqual([code, stdout, stderr], [0, '', 'The settings are right.\n'])
    assert.ok(!existsSync(settings.DATA_DIR))
  })

  it('names all that is wrong, as a start does, and ends with 2', async () => {
    const wrong = { PORT: 'x', CRM: 'y', MAIL_TOO: 'z' }
    const checked = await runGateway(['config', 'check'], wrong)
    const started = await runGateway(['serve'], wrong)
    assert.deepEqual([checked.code, checked.stdout], [2, ''])
    assert.equal(checked.stderr, started.stderr)
    const { code, stdout } = await runGateway(['config', 'check', '--json'], wrong)
    assert.equal(code, 2)
    const { ok, problems, warnings } = JSON.parse(stdout)
    assert.deepEqual([ok, problems.length, warnings.length], [false, 2, 1])
  })
})

describe('gateway config show', () => {
  it('says where each setting comes from, and never prints a secret', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'secret')
    await writeFile(file, 'canary-4\n')
    const settings = { ...ZOHO, ZOHO_CLIENT_SECRET_FILE: file, DATA_DIR: folder.path }
    const { code, stdout, stderr } = await runGateway(['config', 'show'], settings)
    assert.deepEqual([code, stderr], [0, ''])
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/))
    // The setting, where it comes from, its value.
    const SHOWN = [
      ['PORT', 'default', '3000'],
      ['DATA_DIR', 'environment', folder.path],
      ['DATABASE_URL', 'default', `sqlite:${path.join(folder.path, 'gateway.db')}`],
      ['PUBLIC_URL', 'not set'],
      ['ZOHO_API_URL', 'ZOHO_DC', 'https://www.zohoapis.eu'],
      ['ZOHO_CLIENT_ID', 'environment', '(hidden)'],
      ['ZOHO_CLIENT_SECRET', 'file', `(hidden) in ${file}`],
      ['ZOHO_SETTLE_MS', 'default', '120000'],
      ['SMTP_URL', 'environment', '(hidden)'],
      ['MAIL_TO', 'environment', 'it@example.com'],
    ]
    for (const row of SHOWN)
      assert.deepEqual(
        rows.find(([name]) => name === row[0]),
        row,
      )
    const json = await runGateway(['config', 'show', '--json'], settings)
    assert.doesNotMatch(stdout + json.stdout, /canary/)
    const shown: readonly { readonly name: string; readonly from: string | null }[] = JSON.parse(
      json.stdout,
    )
    assert.equal(shown.find(({ name }) => name === 'ZOHO_CLIENT_SECRET')?.from, 'file')
  })

  it('hides a value with a password, whatever the setting is', () => {
    const result = readConfig({})
    assert.ok(result.ok)
    const given = { DATABASE_URL: 'postgres://user:canary@host/gateway' }
    const shown = effectiveSettings(given, result.config)
    assert.doesNotMatch(JSON.stringify(shown), /canary/)
  })

  it('takes an empty variable for one that is not there', () => {
    const result = readConfig({ PORT: '', ZOHO_DC: '' })
    assert.ok(result.ok)
    const shown = effectiveSettings({ PORT: '', ZOHO_DC: '' }, result.config)
    const from = shown.filter(({ name }) => /^(PORT|ZOHO_DC|ZOHO_API_URL)$/.test(name))
    assert.deepEqual(
      from.map((one) => one.from),
      ['default', null, null],
    )
  })
})
