// Each check of the doctor where all is well and where it is not, with real parts.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { serveFakeZoho } from '../../../src/adapters/fake-zoho/serve.ts'
import { makeKeyFile } from '../../../src/adapters/signing/key-file.ts'
import { takeServingLock } from '../../../src/adapters/sqlite/database/serving-lock.ts'
import type { EpochMs } from '../../../src/domain/time.ts'
import {
  type Diagnosis,
  fine,
  runChecks,
} from '../../../src/infrastructure/cli/doctor/diagnosis.ts'
import {
  lookAtApiKeys,
  lookAtCheckpoint,
  lookAtKey,
  lookAtOutbox,
  lookAtSales,
} from '../../../src/infrastructure/cli/doctor/log-checks.ts'
import { lookIntoLog } from '../../../src/infrastructure/cli/doctor/log-under-look.ts'
import {
  lookAtClock,
  lookAtDisk,
  lookAtLocks,
} from '../../../src/infrastructure/cli/doctor/machine-checks.ts'
import { lookAtCrm, lookAtMail } from '../../../src/infrastructure/cli/doctor/way-checks.ts'
import { type Config, readConfig } from '../../../src/infrastructure/config/config.ts'
import { databaseFile } from '../../../src/infrastructure/config/database-settings.ts'
import { gatewayCommand, startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { makeSmallDisk } from '../../disk/small-disk.ts'
import { makeFake } from '../../support/examples/left-sale.ts'
import {
  dealCreated,
  dealId,
  now,
  priced,
  requested,
  stuck,
} from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { makeFolder, run, runGateway } from '../../support/gateway/run-gateway.ts'
import { startSmtpServer } from '../../support/gateway/smtp-peer.ts'
import { makeInstallation } from '../../support/log/installation.ts'

const IS_DENO = 'Deno' in globalThis
const NO_STRACE =
  IS_DENO || spawnSync('strace', ['--version']).error !== undefined
    ? 'strace and Node are needed'
    : false
const NO_PROC = IS_DENO || process.platform !== 'linux' ? 'Node on Linux is needed' : false

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

function configOf(settings: Readonly<Record<string, string>>): Config {
  const read = readConfig(settings)
  assert.ok(read.ok)
  return read.config
}

function assertIs(
  { state, seen, remedy }: Diagnosis,
  wanted: Diagnosis['state'],
  words: RegExp,
  todo?: RegExp,
) {
  assert.equal(state, wanted, seen)
  assert.match(seen, words)
  if (todo === undefined) assert.equal(remedy, null)
  else assert.match(remedy ?? '', todo)
}

/** Looks at the log of an installation as the doctor does. */
async function inLog<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const { store, diagnosis } = await lookIntoLog(config)
  assert.ok(store !== undefined, diagnosis.seen)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function change(config: Config, work: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await openStore(databaseFile(config))
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

const after = (ms: number) => (now + ms) as EpochMs

describe('The doctor, about the disk,', () => {
  it('tells the room, and leaves nothing', async () => {
    await using folder = await makeFolder()
    const found = await lookAtDisk(configOf({ DATA_DIR: folder.path }))
    assert.notEqual(found.state, 'fail')
    assert.match(found.seen, /\d+ [MG]iB free, reserve 0 MiB, a write is synced in \d+ ms/)
    assert.deepEqual(await readdir(folder.path), [])
  })

  it('warns where its folder is not there, and does not make it', async () => {
    const found = await lookAtDisk(configOf({ DATA_DIR: '/nowhere/at/all' }))
    assertIs(found, 'warn', /\/nowhere\/at\/all is not there/, /Set DATA_DIR as for the service/)
  })

  it('fails where nothing can be written', { skip: NO_PROC }, async () => {
    const found = await lookAtDisk(configOf({ DATA_DIR: '/proc/self' }))
    assertIs(found, 'fail', /\/proc\/self cannot be written: E/, /Name another place in DATA_DIR/)
  })

  it('fails where it is full', async (t) => {
    await using disk = await makeSmallDisk(8 * 1024 * 1024)
    if (disk === undefined) return t.skip('no file system of its own can be mounted')
    const found = await lookAtDisk(configOf({ DATA_DIR: disk.folder }))
    assertIs(found, 'fail', /^\d MiB free/, /Make room on .*New sales get 503/)
    disk.fill()
    const full = await lookAtDisk(configOf({ DATA_DIR: disk.folder }))
    assertIs(full, 'fail', /cannot be written: ENOSPC/, /The disk is full: make room/)
  })
})

describe('The doctor, about the locks,', () => {
  it('tells whether somebody serves, and leaves nothing', async () => {
    await using at = await makeInstallation()
    await at.begin(1)
    assertIs(await lookAtLocks(at.config), 'ok', /^nobody serves the database$/)
    const lock = takeServingLock(at.database)
    assertIs(
      await lookAtLocks(at.config),
      'ok',
      /^the database is served by (a process|process \d+)$/,
    )
    lock?.release()
    assert.deepEqual(
      (await readdir(at.config.dataDir)).filter((name) => name.startsWith('.')),
      [],
    )
  })

  it('fails on a file system without any', { skip: NO_STRACE }, async () => {
    await using folder = await makeFolder()
    const traced = (trace: string, ...more: string[]) => {
      const { file, args } = gatewayCommand(['doctor', '--json'])
      const given = ['-f', '-qq', '-o', trace, '-e', 'trace=fcntl', ...more, file, ...args]
      return run('strace', given, { DATA_DIR: folder.path })
    }
    // The calls before the first lock are Node's own. It makes one more at its very end, and fails there.
    const trace = path.join(folder.path, 'trace')
    await traced(trace)
    const calls = (await readFile(trace, 'utf8')).split('\n')
    await rm(trace)
    const main = calls.filter((call) => call.split(' ')[0] === calls[0]?.split(' ')[0])
    const first = main.findIndex((call) => call.includes('F_SETLK')) + 1
    const { stdout } = await traced('/dev/null', '-e', `inject=fcntl:error=ENOLCK:when=${first}+`)
    const { checks } = JSON.parse(stdout)
    const locks = checks.find(({ check }: { check: string }) => check === 'locks')
    assertIs(
      locks,
      'fail',
      /^no file lock can be had in /,
      /Name a folder on a disk of this machine/,
    )
    assert.deepEqual(await readdir(folder.path), [])
  })
})

/** A server that says another time than this machine. */
async function serveTime(at: number) {
  const server = createServer((_, answer) => {
    answer.sendDate = false
    answer.setHeader('date', new Date(at).toUTCString())
    answer.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    settings: zohoSettings(`http://127.0.0.1:${port}`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function zohoSettings(url: string): Readonly<Record<string, string>> {
  return {
    CRM: 'zoho',
    ZOHO_ACCOUNTS_URL: url,
    ZOHO_API_URL: url,
    ZOHO_CLIENT_ID: 'id',
    ZOHO_CLIENT_SECRET: 'geheim-client',
    ZOHO_REFRESH_TOKEN: 'geheim-token',
  }
}

describe('The doctor, about the clock,', () => {
  const clock = { now: () => now }
  const OFF = [
    [0, 'ok', /^the same as that of 127\.0\.0\.1/, undefined],
    [30_000, 'warn', /^30 s behind/, /Set the clock of this machine/],
    [-30_000, 'warn', /^29 s ahead of/, /let a time service \(NTP\) keep it/],
    [HOUR_MS, 'fail', /^3600 s behind/, /Set the clock/],
  ] as const
  for (const [ms, state, seen, todo] of OFF) {
    it(`is ${state} where the CRM is ${ms / 1_000} s away`, async () => {
      await using server = await serveTime(now + ms)
      assertIs(await lookAtClock(configOf(server.settings), clock, undefined), state, seen, todo)
    })
  }

  it('fails where the newest event is of tomorrow', async () => {
    await using at = await makeInstallation()
    await at.begin(1)
    const yesterday = { now: () => after(-DAY_MS) }
    const found = await inLog(at.config, (store) => lookAtClock(at.config, yesterday, store))
    assertIs(found, 'fail', /newest event of the log is 86400 s in the future/, /Set the clock/)
    assertIs(
      await inLog(at.config, (store) => lookAtClock(at.config, clock, store)),
      'ok',
      /^not behind the log/,
    )
  })

  it('warns where nobody tells it the time', async () => {
    const config = configOf(zohoSettings('http://127.0.0.1:1'))
    assertIs(await lookAtClock(config, clock, undefined), 'warn', /^not compared/, /date -u/)
  })
})

describe('The doctor, about the CRM,', () => {
  it('asks what "zoho check" asks', async () => {
    const fake = makeFake()
    const server = await serveFakeZoho(fake, { host: '127.0.0.1', port: 0 })
    try {
      const config = configOf(zohoSettings(server.url))
      const found = await lookAtCrm(config, undefined)
      assert.notEqual(found.state, 'fail', found.seen)
      assert.match(found.seen, /^127\.0\.0\.1:\d+: /)
      assert.ok(fake.journal.length > 10)
      assert.deepEqual(
        fake.journal.filter(({ operation }) => /^(create|delete):/.test(operation)),
        [],
      )
      const noField = configOf({ ...zohoSettings(server.url), ZOHO_REFERENCE_FIELD: 'Another' })
      const lacking = await lookAtCrm(noField, undefined)
      assertIs(lacking, 'fail', /\d of \d+ failed: .*Another/, /"gateway zoho check" has them all/)
    } finally {
      await server.close()
    }
  })

  it('fails where it is not reached, and says no secret', async () => {
    const found = await lookAtCrm(configOf(zohoSettings('http://127.0.0.1:1')), undefined)
    assertIs(found, 'fail', /1 of 1 failed: access token/, /the CRM could not be asked/)
    assert.doesNotMatch(JSON.stringify(found), /geheim/)
  })

  it('knows the fake, and does not want it in production', async () => {
    assertIs(await lookAtCrm(configOf({}), undefined), 'ok', /a fake Zoho in memory/)
    const production = configOf({ NODE_ENV: 'production', CRM: 'fake' })
    assertIs(await lookAtCrm(production, undefined), 'warn', /fake/, /Set CRM=zoho/)
  })

  it('fails where the log is for another one', async () => {
    await using at = await makeInstallation()
    await change(at.config, (store) => store.crmMark.write('zoho', now))
    const found = await inLog(at.config, (store) => lookAtCrm(at.config, store))
    assertIs(found, 'fail', /is for CRM=zoho, the settings say CRM=fake/, /Set CRM=zoho/)
  })
})

describe('The doctor, about the mail server,', () => {
  const PASSWORD = 'p%/geheim'
  it('signs in over STARTTLS, and sends nothing', async () => {
    await using server = await startSmtpServer({ password: PASSWORD, startTls: true })
    const config = configOf({ SMTP_URL: server.url })
    assertIs(await lookAtMail(config), 'ok', /^127\.0\.0\.1:\d+: signed in, over TLS$/)
    assert.deepEqual(server.messages, [])
    const wrong = configOf({ SMTP_URL: server.url.replace('gateway:', 'gateway:wrong') })
    const found = await lookAtMail(wrong)
    assertIs(found, 'fail', /EAUTH: .*535 bad credentials/, /then: gateway mail test/)
    assert.doesNotMatch(JSON.stringify(found), /geheim|wrong/)
  })

  it('fails where there is no TLS and one is wanted, and where nobody listens', async () => {
    const server = await startSmtpServer({ password: PASSWORD })
    const asked = server.url.replace('?requireTLS=false', '')
    assertIs(await lookAtMail(configOf({ SMTP_URL: asked })), 'fail', /ETLS/, /gateway mail test/)
    const open = await lookAtMail(configOf({ SMTP_URL: server.url }))
    assertIs(open, 'warn', /signed in, perhaps without TLS/, /requireTLS=false/)
    await server.close()
    const found = await lookAtMail(configOf({ SMTP_URL: server.url }))
    assertIs(found, 'fail', /ECONNREFUSED/, /Mend SMTP_URL or the server/)
  })

  it('warns where mails of a real CRM are files that nobody asked for', async () => {
    assertIs(await lookAtMail(configOf({})), 'ok', /^files in .*mail$/)
    const real = { ...zohoSettings('http://127.0.0.1:1') }
    assertIs(await lookAtMail(configOf(real)), 'warn', /^files in/, /Set SMTP_URL: nobody is sent/)
    assertIs(await lookAtMail(configOf({ ...real, MAIL: 'files' })), 'ok', /^files in/)
  })
})

describe('The doctor, about the key,', () => {
  it('wants the one that signed the newest checkpoint, for its owner only', async () => {
    await using at = await makeInstallation()
    assertIs(await lookAtKey(at.config, undefined), 'ok', /^none yet/)
    await at.begin(1)
    await at.sign()
    assertIs(await lookAtKey(at.config, undefined), 'ok', /sales-log, for its owner only$/)
    await chmod(at.keyFile, 0o640)
    const open = await lookAtKey(at.config, undefined)
    assertIs(open, 'fail', /can be used by others \(mode 640\)/, /chmod 600 \S+audit\.key$/)
    await rm(at.keyFile)
    const none = await lookAtKey(at.config, undefined)
    assertIs(none, 'fail', /holds no key than signed|holds no key/, /Put the key \S+sales-log/)
    makeKeyFile(at.keyFile)
    const other = await lookAtKey(at.config, undefined)
    assertIs(other, 'fail', /holds another key/, /or set AUDIT_KEY_FILE/)
    await writeFile(at.keyFile, 'nothing')
    const [broken] = await runChecks([
      { name: 'key', look: () => lookAtKey(at.config, undefined), limitMs: 5_000 },
    ])
    assert.ok(broken !== undefined)
    assertIs(broken, 'fail', /holds no signing key/, /Mend what it names/)
  })
})

describe('The doctor, about the checkpoint,', () => {
  it('compares the log with it', async () => {
    await using at = await makeInstallation()
    await at.begin(2)
    const look = (ms: number) =>
      inLog(at.config, (store) => lookAtCheckpoint(at.config, store, after(ms)))
    assertIs(await look(0), 'ok', /^none yet/)
    await at.sign()
    assertIs(await look(5_000), 'ok', /^1, over 2 events, 5 s old; the log agrees$/)
    // An old one is well while nobody serves, and no more while somebody should sign.
    assertIs(await look(5 * HOUR_MS), 'ok', /5 h old/)
    const lock = takeServingLock(at.database)
    assertIs(await look(5 * HOUR_MS), 'warn', /5 h old/, /no checkpoint signed/)
    lock?.release()
    const copy = await at.backUp('older.db')
    await at.begin(1)
    await at.sign()
    await copyFile(copy, at.database)
    const shorter = /^the log has 2 events, checkpoint 2 says 3 events$/
    assertIs(await look(0), 'fail', shorter, /Put back the right database/)
    await rm(at.checkpoints)
    assertIs(await look(0), 'fail', /the file with the newest checkpoint is gone/, /Put back the/)
  })
})

describe('The doctor, about what waits,', () => {
  it('names a stuck sale, and those that a restored copy holds', async () => {
    await using at = await makeInstallation()
    await at.begin(1)
    const look = () => inLog(at.config, lookAtSales)
    assertIs(await look(), 'ok', /^none is stuck$/)
    await at.restore(await at.backUp('copy.db'))
    assertIs(await look(), 'warn', /^1 held, because/, /gateway sales resume 019ab123-/)
    const events = [
      priced,
      dealCreated,
      a.failed,
      stuck({ step: 'deal', id: dealId, reason: 'locked' }),
    ]
    await change(at.config, ({ sales }) =>
      sales.append(a.appendOf(a.saleIdOf(1), [requested], events)),
    )
    assertIs(await look(), 'fail', /^1 stuck, such as 019ab123-/, /sales list --status stuck/)
  })

  it('warns of mails that wait for too long', async () => {
    await using at = await makeInstallation()
    await at.begin(1)
    const look = (ms: number) =>
      inLog(at.config, (store) => lookAtOutbox(at.config, store, after(ms)))
    assertIs(await look(0), 'ok', /^no mail waits$/)
    await change(at.config, ({ outbox }) => outbox.put(a.mailOf(a.saleIdOf(1))))
    assertIs(await look(1_000), 'warn', /^1 mail waits, the oldest for 1 s$/, /Start the gateway/)
    const lock = takeServingLock(at.database)
    assertIs(await look(60_000), 'ok', /for 60 s$/)
    assertIs(await look(HOUR_MS), 'warn', /for 60 min$/, /gateway mail test/)
    lock?.release()
  })

  it('warns of keys that end soon', async () => {
    await using at = await makeInstallation(zohoSettings('http://127.0.0.1:1'))
    await at.begin(1)
    const look = (ms: number) =>
      inLog(at.config, (store) => lookAtApiKeys(at.config, store, after(ms)))
    assertIs(await look(0), 'warn', /^none is valid$/, /gateway keys create/)
    const expiresAt = after(30 * DAY_MS)
    await change(at.config, ({ keys }) =>
      keys.create({ client: 'shop', scopes: ['admin'], createdAt: now, expiresAt }, a.operator),
    )
    assertIs(await look(0), 'ok', /^1 valid$/)
    assertIs(
      await look(20 * DAY_MS),
      'warn',
      /1 of 1 end soon: \S+ of shop on/,
      /keys rotate \S+ --ov/,
    )
  })
})

describe('The doctor, about the database,', () => {
  it('tells what it cannot read, and changes nothing', async () => {
    await using at = await makeInstallation()
    const look = async () => {
      const { diagnosis, store } = await lookIntoLog(at.config)
      await store?.close()
      return diagnosis
    }
    assertIs(await look(), 'warn', /gateway\.db is not there/, /Set DATA_DIR/)
    await at.begin(3)
    const before = await stat(at.database)
    const files = await readdir(at.config.dataDir)
    assertIs(await look(), 'ok', /: 3 events, 0\.\d MiB$/)
    assert.equal((await stat(at.database)).mtimeMs, before.mtimeMs)
    assert.deepEqual(await readdir(at.config.dataDir), files)
    await writeFile(`${at.database}-restore`, '{}')
    assertIs(await look(), 'fail', /a restore was interrupted/, /either does the rest/)
    await rm(`${at.database}-restore`)
    const sqlite = new SqliteDatabase(at.database)
    sqlite.exec("insert into kysely_migration values ('999-later', '')")
    assertIs(await look(), 'fail', /written by a newer version/, /that version again/)
    sqlite.exec("delete from kysely_migration where name like '999%' or name like '014%'")
    assertIs(await look(), 'warn', /is of an older version/, /Back it up before/)
    sqlite.close()
  })
})

describe('Checks', () => {
  it('that throw or take too long stop no other, and keep their order', async () => {
    const limitMs = 50
    const checks = [
      { name: 'hangs', look: () => new Promise<never>(() => undefined), limitMs },
      { name: 'throws', look: async () => Promise.reject(new Error('no luck')), limitMs },
      { name: 'nothing', look: async () => undefined, limitMs },
      { name: 'well', look: async () => fine('is well'), limitMs },
    ]
    const found = (await runChecks(checks)).map(({ check, state, seen }) => [check, state, seen])
    assert.deepEqual(found, [
      ['hangs', 'fail', 'no answer within 0.05 s'],
      ['throws', 'fail', 'no luck'],
      ['well', 'ok', 'is well'],
    ])
  })
})

describe('gateway doctor', () => {
  it('looks at a serving gateway, on 80 columns, and beside it changes nothing', async () => {
    await using folder = await makeFolder()
    const settings = { PORT: '0', DATA_DIR: path.join(folder.path, 'data'), LOG_LEVEL: 'warn' }
    await using gateway = await startGateway(settings)
    const files = await readdir(settings.DATA_DIR)
    const { code, stdout, stderr } = await runGateway(['doctor'], settings)
    assert.equal(code, 0, stdout)
    assert.match(stderr, /^(All 13 are well\.|0 failed, .*)\n$/)
    const lines = stdout.trimEnd().split('\n')
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    )
    assert.ok(lines.some((line) => line.startsWith('ok    locks       the database is served by')))
    assert.deepEqual(await readdir(settings.DATA_DIR), files)
    assert.equal(await gateway.stop(), 0)
  })

  it('makes nothing where nothing is, and exits with 0', async () => {
    await using folder = await makeFolder()
    const settings = { DATA_DIR: path.join(folder.path, 'data') }
    const { code, stdout } = await runGateway(['doctor', '--json'], settings)
    const { ok, checks } = JSON.parse(stdout)
    assert.deepEqual([code, ok], [0, true])
    assert.deepEqual(
      checks.map(({ check }: { check: string }) => check),
      ['settings', 'version', 'database', 'disk', 'locks', 'clock', 'crm', 'mail', 'key'],
    )
    assert.deepEqual(await readdir(folder.path), [])
  })

  it('exits with 1 where settings are wrong, and with 2 where it is asked wrongly', async () => {
    const wrong = await runGateway(['doctor'], { PORT: 'geheim', LOG_LEVEL: 'geheim' })
    assert.equal(wrong.code, 1)
    assert.match(
      wrong.stdout,
      /^fail {2}settings {4}PORT: must be a whole number .* \(and 1 more\)\n/,
    )
    assert.doesNotMatch(wrong.stdout + wrong.stderr, /geheim/)
    assert.equal((await runGateway(['doctor', '--fast'], {})).code, 2)
  })
})
