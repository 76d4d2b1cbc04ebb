import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { serveFakeZoho } from '../../../src/adapters/fake-zoho/serve.ts'
import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { environmentOf, gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeSystemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'

type Settings = Readonly<Record<string, string>>

/** A fake Zoho that takes one client, and `zoho connect` in front of it. */
async function startFake(settings: SettingsPatch = {}) {
  const fake = makeFakeZoho({
    ...makeSystemClock(),
    referenceField: 'Gateway_Reference',
    latencyMs: 0,
    credentials: { clientId: 'id', clientSecret: 'secret' },
    settings,
  })
  const server = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
  const folder = await makeFolder()
  const place = { ZOHO_ACCOUNTS_URL: server.url, ZOHO_API_URL: server.url, DATA_DIR: folder.path }
  return {
    fake,
    url: server.url,
    file: path.join(folder.path, 'zoho.env'),
    connect: (args: readonly string[], lines: readonly string[], more: Settings = {}) =>
      connect(args, lines, { ...place, ...more }),
    async [Symbol.asyncDispose]() {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Runs `gateway zoho connect` with these lines on stdin. */
async function connect(args: readonly string[], lines: readonly string[], settings: Settings) {
  const command = gatewayCommand(['zoho', 'connect', ...args])
  const child = spawn(command.file, command.args, { env: environmentOf(settings) })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      said[name] += chunk
    })
  }
  child.stdin.on('error', () => undefined)
  child.stdin.end(lines.join('\n'))
  const [code] = await once(child, 'close')
  return { code: Number(code), ...said }
}

const CLIENT = ['id', 'secret']

describe('gateway zoho connect', () => {
  it('shows the scopes, exchanges the code, writes the settings for their owner only, and checks', async () => {
    await using zoho = await startFake()
    const code = zoho.fake.makeGrantCode({})
    const {
      code: exit,
      stdout,
      stderr,
    } = await zoho.connect(['--file', zoho.file], [...CLIENT, code])
    assert.deepEqual([exit, stdout], [0, ''], stderr)
    assert.match(stderr, /^ZohoCRM\.modules\.contacts\.READ,.*,ZohoCRM\.modules\.deals\.DELETE,/m)
    assert.match(stderr, /gateway zoho check: (\d+) of \1 are as they should be/)
    assert.match(stderr, /zoho setup .*\n.*zoho check --write/)
    const text = await readFile(zoho.file, 'utf8')
    assert.match(
      text,
      new RegExp(
        `^CRM=zoho\nZOHO_ACCOUNTS_URL=${zoho.url}\nZOHO_API_URL=${zoho.url}\n` +
          'ZOHO_CLIENT_ID=id\nZOHO_CLIENT_SECRET=secret\nZOHO_REFRESH_TOKEN=1000\\.\\S+\n$',
      ),
    )
    assert.equal((await stat(zoho.file)).mode & 0o777, 0o600)
    for (const secret of [code, 'secret\n', /TOKEN=(\S+)/.exec(text)?.[1] ?? 'none']) {
      assert.ok(!stderr.includes(secret), 'a secret was shown')
    }
  })

  it('prints the settings as JSON', async () => {
    await using zoho = await startFake()
    const code = zoho.fake.makeGrantCode({})
    const secrets = { ZOHO_CLIENT_ID: 'id', ZOHO_CLIENT_SECRET: 'secret' }
    const { stdout } = await zoho.connect(['--json'], [code], secrets)
    const { CRM, ZOHO_CLIENT_ID } = JSON.parse(stdout)
    assert.deepEqual([CRM, ZOHO_CLIENT_ID], ['zoho', 'id'])
  })

  it('prints the settings alone on stdout where no file is named', async () => {
    await using zoho = await startFake()
    const code = zoho.fake.makeGrantCode({})
    const { stdout } = await zoho.connect([], [code], {
      ZOHO_CLIENT_ID: 'id',
      ZOHO_CLIENT_SECRET: 'secret',
    })
    assert.deepEqual(
      stdout.split('\n').map((line) => line.split('=')[0]),
      [
        ...['CRM', 'ZOHO_ACCOUNTS_URL', 'ZOHO_API_URL'],
        ...['ZOHO_CLIENT_ID', 'ZOHO_CLIENT_SECRET', 'ZOHO_REFRESH_TOKEN', ''],
      ],
    )
  })

  it('takes secrets from files, and does not overwrite one before it was told to', async () => {
    await using zoho = await startFake()
    const code = zoho.fake.makeGrantCode({})
    const [secretFile, codeFile] = [`${zoho.file}.secret`, `${zoho.file}.code`]
    await writeFile(secretFile, 'secret\n')
    await writeFile(codeFile, `${code}\n`)
    await writeFile(zoho.file, 'mine')
    const given = {
      ZOHO_CLIENT_ID: 'id',
      ZOHO_CLIENT_SECRET_FILE: secretFile,
      ZOHO_GRANT_CODE_FILE: codeFile,
    }
    const refused = await zoho.connect(['--file', zoho.file], [], given)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /is there already; name another one, or give --overwrite/)
    assert.equal(await readFile(zoho.file, 'utf8'), 'mine')

    const replaced = await zoho.connect(['--file', zoho.file, '--overwrite'], [], given)
    assert.equal(replaced.code, 0, replaced.stderr)
    assert.match(await readFile(zoho.file, 'utf8'), /^CRM=zoho\n/)
    assert.equal((await stat(zoho.file)).mode & 0o777, 0o600)
  })

  it('ends with 1, and names them, where scopes are missing; the token is kept', async () => {
    await using zoho = await startFake()
    const scopes = ['ZohoCRM.modules.READ', 'ZohoCRM.coql.READ', 'ZohoCRM.settings.fields.READ']
    const { code, stderr } = await zoho.connect(
      ['--file', zoho.file],
      [...CLIENT, zoho.fake.makeGrantCode({ scopes })],
    )
    assert.equal(code, 1)
    assert.match(stderr, /^MISSING {2}scope ZohoCRM\.modules\.deals\.DELETE: /m)
    assert.match(await readFile(zoho.file, 'utf8'), /^ZOHO_REFRESH_TOKEN=/m)
  })

  it('reports a token of another data centre, and keeps the addresses that were set', async () => {
    await using zoho = await startFake({ otherDataCentre: 'https://www.zohoapis.eu' })
    const code = zoho.fake.makeGrantCode({})
    const { code: exit, stdout, stderr } = await zoho.connect([], [...CLIENT, code])
    assert.equal(exit, 1)
    assert.match(stderr, /The answer names www\.zohoapis\.eu, and ZOHO_API_URL is http/)
    assert.match(stdout, new RegExp(`^ZOHO_API_URL=${zoho.url}$`, 'm'))
  })

  // What is given as client and code, what the fake answers, and what a person reads.
  const REFUSED: readonly (readonly [string, readonly string[], SettingsPatch, RegExp])[] = [
    ['an unknown code', [...CLIENT, 'code'], {}, /invalid_code\n.*too old, was used before/],
    [
      'another client',
      ['other', 'secret', 'code'],
      {},
      /invalid_client\n.*client ID; or .*ZOHO_DC/,
    ],
    [
      'a wrong secret',
      [...CLIENT, 'code'],
      { grantError: 'invalid_client_secret' },
      /client secret is not the one/,
    ],
    ['too many tries', [...CLIENT, 'code'], { grantError: 'Access Denied' }, /Wait ten minutes/],
    ['an unknown word', [...CLIENT, 'code'], { grantError: 'general_error' }, /Make a new code/],
  ]
  for (const [what, lines, settings, said] of REFUSED) {
    it(`reports what to do after ${what}, and writes nothing`, async () => {
      await using zoho = await startFake(settings)
      const { code, stdout, stderr } = await zoho.connect([], lines)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, said)
    })
  }

  it('refuses a code that was used before', async () => {
    await using zoho = await startFake()
    const code = zoho.fake.makeGrantCode({})
    assert.equal((await zoho.connect([], [...CLIENT, code])).code, 0)
    const second = await zoho.connect([], [...CLIENT, code])
    assert.deepEqual([second.code, second.stdout], [1, ''])
    assert.match(second.stderr, /each works once/)
  })

  it('reports that a code was not used where the host is not reached', async () => {
    const gone = await startFake()
    await gone[Symbol.asyncDispose]()
    const { code, stderr } = await gone.connect([], [...CLIENT, 'code'])
    assert.equal(code, 1)
    assert.match(stderr, /The code was not used: start again/)
  })

  // Arguments, lines and settings that are wrong. Nothing is sent to Zoho.
  const WRONG: readonly (readonly [readonly string[], readonly string[], Settings, RegExp])[] = [
    [[], [], {}, /such as ZOHO_DC=eu\.\n(.|\n)*ZOHO_API_URL: is needed with CRM=zoho, or ZOHO_DC/],
    [
      [],
      ['id'],
      { ZOHO_DC: 'eu' },
      /ZOHO_CLIENT_SECRET: is missing(.|\n)*ZOHO_GRANT_CODE: is missing/,
    ],
    [[], ['a', 'b', 'c', 'd'], { ZOHO_DC: 'eu' }, /more lines than there are values/],
    [[], ['a b', 'b', 'c'], { ZOHO_DC: 'eu' }, /ZOHO_CLIENT_ID: has characters/],
    [[], [], { ZOHO_DC: 'moon' }, /ZOHO_DC: must be one of/],
    [['--client-secret', 'x'], [], { ZOHO_DC: 'eu' }, /unknown option/],
    [['--print', '--file', 'x'], [], { ZOHO_DC: 'eu' }, /cannot be used with/],
  ]
  for (const [args, lines, settings, said] of WRONG) {
    it(`refuses ${JSON.stringify([...args, ...lines, settings])}`, async () => {
      const { code, stdout, stderr } = await connect(args, lines, settings)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, said)
    })
  }
})
