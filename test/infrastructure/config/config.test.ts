import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { NO_HOUSE_FIELDS } from '../../../src/adapters/zoho/house/house-fields.ts'
import { readConfig } from '../../../src/infrastructure/config/config.ts'
import { nearNameWarnings } from '../../../src/infrastructure/config/near-names.ts'
import { SETTING_NAMES, Settings } from '../../../src/infrastructure/config/settings.ts'
import { runGateway } from '../../support/gateway/run-gateway.ts'

const ZOHO = {
  CRM: 'zoho',
  ZOHO_DC: 'eu',
  ZOHO_CLIENT_ID: 'id',
  ZOHO_CLIENT_SECRET: 'secret',
  ZOHO_REFRESH_TOKEN: 'token',
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  const result = readConfig(environment)
  return result.ok ? [] : result.problems
}

function configOf(environment: Record<string, string>) {
  const result = readConfig(environment)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.config
}

// A setting, a value it cannot have.
const WRONG = [
  ['PORT', '65536'],
  ['PORT', 'http'],
  ['PORT', '3000.5'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['DATABASE_POOL', '-8'],
  ['DATABASE_PASSWORD_FILE', '/nowhere/password'],
  ['SALE_LEASE_MS', '999'],
  ['CRM', 'salesforce'],
  ['ZOHO_DC', 'mars'],
  ['ZOHO_API_URL', 'http://www.zohoapis.eu'],
  ['ZOHO_API_URL', 'https://www.zohoapis.eu/crm'],
  ['ZOHO_ACCOUNTS_URL', 'https://user:pass@accounts.zoho.eu'],
  ['ZOHO_API_URL', 'https://www.zohoapis.eu?x=1'],
  ['ZOHO_API_URL', 'https://www.zohoapis.eu:99999'],
  ['ZOHO_REFERENCE_FIELD', "x' or 1=1"],
  ['ZOHO_MAX_CONCURRENCY', '0'],
  ['ZOHO_TRIGGER', 'workflow;blueprint'],
  ['SALE_DEADLINE_MS', '-1'],
  ['SMTP_URL', 'http://mail'],
  ['SMTP_URL', 'smtp://['],
  ['SMTP_URL', 'smtp:///mail'],
  ['SMTP_URL', 'smtp://user:pa/ss@mail.example'],
  ['SMTP_URL', 'smtp://user:12/ss@mail.example'],
  ['SMTP_URL', 'smtp://user:pa#ss@mail.example'],
  ['SMTP_URL', 'smtps://user:1?ss@mail.example'],
  ['SMTP_URL', 'smtp://mail.example?requireTLS=no'],
  ['SMTP_URL', 'smtp://mail.example?requireTLS=true&requireTLS=false'],
  ['SMTP_URL', 'smtp://mail.example?requireTls=false'],
  ['SMTP_URL', 'smtp://mail.example?logger=true'],
  ['MAIL', 'folder'],
  ['TRUSTED_PROXIES', '5'],
  ['TRUSTED_PROXIES', 'true'],
  ['TRUSTED_PROXIES', 'loopback'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '0.0.0.0/0'],
  ['TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
  ['TRUSTED_PROXIES', '10.0.0.300'],
  ['KEEP_ALIVE_MS', '999'],
  ['SOCKETS_MAX', '-5'],
  ['SOCKETS_PER_ADDRESS', '-5'],
  ['RATE_LIMIT_PER_KEY', '-5'],
  ['RATE_LIMIT_BURST', '5'],
  ['AUTH_FAILURES_PER_MINUTE', '-5'],
  ['METRICS_PORT', '65536'],
  ['METRICS_HOST', 'x'.repeat(256)],
  ['PUBLIC_URL', 'gateway.example'],
  ['PUBLIC_URL', 'https://user:pass@gateway.example'],
  ['PUBLIC_URL', 'https://gateway.example?x=1'],
  ['PUBLIC_URL', 'https://gateway.example:99999'],
  ['MAIL_TO', 'not an address'],
  ['MAIL_FROM', 'a@b, c@d'],
  ['MAIL_FROM', 'gönderen@example.com'],
  ['MAIL_TO', 'it@example.com, müdür@example.com, işlem@example.com'],
  ['MAIL_TO', 'it@mü_ller.example'],
  ['LOG_LEVEL', 'loud'],
] as const

describe('The settings', () => {
  it('have defaults that need nothing else', () => {
    const config = configOf({})
    assert.equal(config.crm, 'fake')
    assert.equal(config.port, 3000)
    assert.deepEqual(config.database, { type: 'sqlite', path: path.join('data', 'gateway.db') })
    assert.equal(config.policy.settleMs, 1_000)
    assert.deepEqual(config.mail.to, ['it@poligonmuhendislik.com'])
  })

  for (const [name, value] of WRONG) {
    it(`refuse ${name}=${value} by name, without its value`, () => {
      const problems = problemsOf({ [name]: value })
      assert.equal(problems.length, 1)
      assert.ok(problems[0]?.startsWith(`${name}: `), problems[0])
      assert.ok(!problems[0]?.includes(value))
    })
  }

  it('tell every mistake at once', () => {
    const names = problemsOf({ PORT: 'x', CRM: 'y', LOG_LEVEL: 'z' }).map((p) => p.split(':')[0])
    assert.deepEqual(names.sort(), ['CRM', 'LOG_LEVEL', 'PORT'])
  })

  it('tell every mistake at once, where all are wrong', () => {
    const names = Object.keys(Settings.properties)
    const wrong = Object.fromEntries(names.map((name) => [name, ` ${'x'.repeat(256)}`]))
    const told = new Set(problemsOf(wrong).map((problem) => problem.split(':')[0]))
    assert.deepEqual([...told].sort(), names.sort())
  })

  it('tell what is missing beside what is malformed', () => {
    const names = problemsOf({ PORT: 'x', CRM: 'zoho' }).map((problem) => problem.split(':')[0])
    assert.equal(names.length, 6)
    const more = problemsOf({ LOG_LEVEL: 'loud', NODE_ENV: 'production' })
    assert.deepEqual(more.map((problem) => problem.split(':')[0]).sort(), ['CRM', 'LOG_LEVEL'])
  })

  it('limit the rate of a key only where they are asked to, with a burst of a second', () => {
    assert.deepEqual(configOf({}).access, { quota: undefined, failuresPerMinute: 60 })
    const rate = { RATE_LIMIT_PER_KEY: '7' }
    assert.deepEqual(configOf(rate).access.quota, { perSecond: 7, burst: 7 })
    const { quota } = configOf({ ...rate, RATE_LIMIT_BURST: '20' }).access
    assert.deepEqual(quota, { perSecond: 7, burst: 20 })
  })

  it('take an empty variable for one that is not there', () => {
    assert.equal(configOf({ PORT: '', CRM: '' }).port, 3000)
  })

  it('do without a default CRM in production', () => {
    assert.match(problemsOf({ NODE_ENV: 'production' })[0] ?? '', /^CRM: /)
    assert.deepEqual(problemsOf({ NODE_ENV: 'production', CRM: 'fake' }), [])
  })

  it('name all that Zoho needs', () => {
    const names = problemsOf({ CRM: 'zoho' }).map((problem) => problem.split(':')[0])
    assert.deepEqual(names, [
      'ZOHO_CLIENT_ID',
      'ZOHO_CLIENT_SECRET',
      'ZOHO_REFRESH_TOKEN',
      'ZOHO_ACCOUNTS_URL',
      'ZOHO_API_URL',
    ])
  })

  // A data centre, and where it is.
  const CENTRES = [
    ['us', 'https://accounts.zoho.com', 'https://www.zohoapis.com'],
    ['eu', 'https://accounts.zoho.eu', 'https://www.zohoapis.eu'],
    ['in', 'https://accounts.zoho.in', 'https://www.zohoapis.in'],
    ['au', 'https://accounts.zoho.com.au', 'https://www.zohoapis.com.au'],
    ['jp', 'https://accounts.zoho.jp', 'https://www.zohoapis.jp'],
    ['ca', 'https://accounts.zohocloud.ca', 'https://www.zohoapis.ca'],
    ['sa', 'https://accounts.zoho.sa', 'https://www.zohoapis.sa'],
    ['cn', 'https://accounts.zoho.com.cn', 'https://www.zohoapis.com.cn'],
    ['au-sandbox', 'https://accounts.zoho.com.au', 'https://sandbox.zohoapis.com.au'],
    ['eu-sandbox', 'https://accounts.zoho.eu', 'https://sandbox.zohoapis.eu'],
    ['ca-developer', 'https://accounts.zohocloud.ca', 'https://developer.zohoapis.ca'],
  ] as const
  for (const [name, accountsUrl, apiUrl] of CENTRES) {
    it(`know where ${name} is, and let a URL win`, () => {
      const { zoho } = configOf({ ...ZOHO, ZOHO_DC: name })
      assert.deepEqual([zoho.accountsUrl, zoho.apiUrl], [accountsUrl, apiUrl])
      const own = configOf({ ...ZOHO, ZOHO_DC: name, ZOHO_API_URL: 'http://127.0.0.1:9' })
      assert.deepEqual([own.zoho.accountsUrl, own.zoho.apiUrl], [accountsUrl, 'http://127.0.0.1:9'])
    })
  }

  it('want a mail server in production, or to be asked for files', () => {
    const production = { ...ZOHO, NODE_ENV: 'production' }
    assert.deepEqual(problemsOf(production), [
      'SMTP_URL: is needed with CRM=zoho and NODE_ENV=production; or MAIL=files, to have the mails ' +
        'as files that nobody is sent',
    ])
    assert.equal(configOf({ ...production, MAIL: 'files' }).mail.smtpUrl, undefined)
    const smtp = { ...production, SMTP_URL: 'smtps://mail.example' }
    assert.equal(configOf(smtp).mail.smtpUrl, 'smtps://mail.example')
    assert.match(
      problemsOf({ ...smtp, MAIL: 'files' }).join(),
      /^MAIL: asks for files, and SMTP_URL/,
    )
  })

  it('take the MAIL of a login, the path of a mailbox, for one that is not there', () => {
    assert.equal(configOf({ MAIL: '/var/mail/root' }).mail.filesAskedFor, false)
    const production = { ...ZOHO, NODE_ENV: 'production', MAIL: '/var/mail/root' }
    assert.match(problemsOf(production).join(), /^SMTP_URL: is needed/)
  })

  it('say how to write a password that ends the server of a URL too early', () => {
    for (const password of ['pa/ss', '12/ss', 'pa#ss', '1#ss', 'pa?ss', 'a@b/c']) {
      assert.deepEqual(problemsOf({ SMTP_URL: `smtp://user:${password}@mail.example` }), [
        'SMTP_URL: in a user name or a password, write "/" as %2F, "#" as %23 and "?" as %3F',
      ])
      const escaped = encodeURIComponent(password)
      assert.deepEqual(problemsOf({ SMTP_URL: `smtp://user:${escaped}@mail.example/` }), [])
    }
  })

  it('write the domain of an address as every mail server knows it, and say how to mend a name', () => {
    const { mail } = configOf({
      MAIL_FROM: 'gateway@bücher.example',
      MAIL_TO: 'it@日本.jp, b@C.example',
    })
    assert.equal(mail.from, 'gateway@xn--bcher-kva.example')
    assert.deepEqual(mail.to, ['it@xn--wgv71a.jp', 'b@C.example'])
    assert.match(problemsOf({ MAIL_TO: 'müdür@example.com' }).join(), /^MAIL_TO: .* an alias in /)
  })

  it('begin links in mails with an address that has no slash at its end', () => {
    const { mail } = configOf({ PUBLIC_URL: 'https://gateway.example/sales//' })
    assert.equal(mail.publicUrl, 'https://gateway.example/sales')
    assert.equal(configOf({}).mail.publicUrl, undefined)
  })

  it('wait two minutes before the second look with Zoho', () => {
    assert.equal(configOf(ZOHO).policy.settleMs, 120_000)
  })

  it('read a secret from a file, and tell when there is none or two', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plg-config-'))
    const file = path.join(folder, 'secret')
    await writeFile(file, 'from-file\n')
    const { ZOHO_CLIENT_SECRET: _, ...rest } = ZOHO
    const config = configOf({ ...rest, ZOHO_CLIENT_SECRET_FILE: file })
    assert.equal(config.zoho.clientSecret, 'from-file')
    assert.match(problemsOf({ ...ZOHO, ZOHO_CLIENT_SECRET_FILE: file })[0] ?? '', /given twice/)
    const gone = problemsOf({ ...rest, ZOHO_CLIENT_SECRET_FILE: path.join(folder, 'gone') })
    assert.ok(gone.includes('ZOHO_CLIENT_SECRET_FILE: cannot be read'))

    await writeFile(file, 'smtp://user:word@127.0.0.1:2525\n')
    assert.equal(configOf({ SMTP_URL_FILE: file }).mail.smtpUrl, 'smtp://user:word@127.0.0.1:2525')
    await rm(folder, { recursive: true })
  })

  it('turn the trigger into a list, or nothing', () => {
    assert.deepEqual(configOf({ ZOHO_TRIGGER: 'none' }).zoho.recordSettings.trigger, [])
    assert.deepEqual(configOf({ ZOHO_TRIGGER: 'workflow,blueprint' }).zoho.recordSettings.trigger, [
      'workflow',
      'blueprint',
    ])
    assert.equal(configOf({}).zoho.recordSettings.trigger, undefined)
  })

  it('know all that a create can trigger, and refuse what they do not know with the list', () => {
    const known = 'workflow, approval, blueprint, pathfinder, orchestration'
    assert.deepEqual(
      configOf({ ZOHO_TRIGGER: known }).zoho.recordSettings.trigger,
      known.split(', '),
    )
    for (const wrong of ['workflows', 'none,workflow', 'workflow,', 'Workflow', 'workflow,sms']) {
      assert.deepEqual(problemsOf({ ZOHO_TRIGGER: wrong }), [
        `ZOHO_TRIGGER: must be none, or a list with commas of ${known}`,
      ])
    }
  })
})

describe('A variable that is no setting', () => {
  // What somebody wrote, and what was meant.
  const MEANT = [
    ['MAIL_TOO', 'MAIL_TO'],
    ['SMTP_URI', 'SMTP_URL'],
    ['SMPT_URL', 'SMTP_URL'],
    ['DATADIR', 'DATA_DIR'],
    ['data_dir', 'DATA_DIR'],
    ['PORTS', 'PORT'],
    ['ZOHO_CLIENT_SECRETE', 'ZOHO_CLIENT_SECRET'],
    ['ZOHO_REFRESHTOKEN_FILE', 'ZOHO_REFRESH_TOKEN_FILE'],
    ['ZOHO_CLIENT_SECRET_FIEL', 'ZOHO_CLIENT_SECRET_FILE'],
    ['SALE_DEADLINES', 'SALE_DEADLINE_MS'],
  ] as const
  for (const [name, meant] of MEANT) {
    it(`is named beside ${meant} when it is ${name}`, () => {
      assert.deepEqual(nearNameWarnings([name]), [
        `${name}: is no setting, and has no effect. ${meant} is one: was it meant?`,
      ])
    })
  }

  it('is left alone where it is of another program', () => {
    const others = [
      ...[
        'PATH',
        'HOME',
        'HOSTNAME',
        'HOSTTYPE',
        'TERM',
        'SHELL',
        'USER',
        'LOGNAME',
        'MAILTO',
        'EMAIL',
      ],
      ...[
        'NODE_OPTIONS',
        'NODE_EXTRA_CA_CERTS',
        'NO_COLOR',
        'NOTIFY_SOCKET',
        'HTTP_URL',
        'FTP_URL',
      ],
      ...[
        'ZOHO_GRANT_CODE',
        'ZOHO_GRANT_CODE_FILE',
        'GATEWAY_API_KEY',
        'TZ',
        'CI',
        'x'.repeat(9_999),
      ],
    ]
    assert.deepEqual(nearNameWarnings([...others, ...SETTING_NAMES]), [])
  })

  it('is told on stderr of every command, and does not hinder it', async () => {
    const settings = { MAIL_TOO: 'it@example.com', LOG_LEVEL: 'warn' }
    const { code, stderr } = await runGateway(['mail', 'test'], { ...settings, PORT: 'x' })
    assert.equal(code, 2)
    const [warning, problem] = stderr.split('\n')
    assert.match(warning ?? '', /^MAIL_TOO: is no setting, .* MAIL_TO is one/)
    assert.match(problem ?? '', /^PORT: must be/)
    assert.doesNotMatch(stderr, /example\.com/)
  })
})

describe('SHUTDOWN_DELAY_MS', () => {
  it('is nothing by default, and five seconds in production', () => {
    assert.equal(configOf({}).shutdownDelayMs, 0)
    assert.equal(configOf({ NODE_ENV: 'production', CRM: 'fake' }).shutdownDelayMs, 5_000)
    const given = { NODE_ENV: 'production', CRM: 'fake', SHUTDOWN_DELAY_MS: '0' }
    assert.equal(configOf(given).shutdownDelayMs, 0)
  })
})

describe('ZOHO_FIELDS_FILE', () => {
  const withFile = async <T>(text: string, use: (file: string) => T): Promise<T> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'plg-fields-'))
    const file = path.join(folder, 'fields.json')
    await writeFile(file, text)
    try {
      return use(file)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  it('is read at the start; without it there are no fields of the house', async () => {
    assert.deepEqual(configOf({}).zoho.recordSettings.houseFields, NO_HOUSE_FIELDS)
    const config = await withFile('{"Deals":{"Priority":2}}', (file) =>
      configOf({ ZOHO_FIELDS_FILE: file }),
    )
    assert.deepEqual(config.zoho.recordSettings.houseFields.Deals, {
      Priority: { type: 'constant', value: 2 },
    })
  })

  it('that cannot be read is refused by name', () => {
    const problems = problemsOf({ ZOHO_FIELDS_FILE: '/nowhere/fields.json' })
    assert.deepEqual(problems, ['ZOHO_FIELDS_FILE: cannot be read'])
  })

  it('is reported with every mistake in it, by its member and without its value, beside all others', async () => {
    const text = JSON.stringify({
      Deals: { Amount: 4711, Note: '{secret-4711}', Our_Field: 'x' },
      Leads: {},
    })
    const problems = await withFile(text, (file) =>
      problemsOf({ ZOHO_FIELDS_FILE: file, ZOHO_REFERENCE_FIELD: 'Our_Field', PORT: 'x' }),
    )
    assert.deepEqual(problems.map((problem) => problem.split(': ').slice(0, 2).join(': ')).sort(), [
      'PORT: must be a whole number from 0 to 65535',
      'ZOHO_FIELDS_FILE: Deals.Amount',
      'ZOHO_FIELDS_FILE: Deals.Note',
      'ZOHO_FIELDS_FILE: Deals.Our_Field',
      'ZOHO_FIELDS_FILE: Leads',
    ])
    assert.ok(!problems.join().includes('4711,'))
  })
})
