// The settings of the database: what each URL means, and what is said where it is wrong.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { lookIntoLog } from '../../../src/infrastructure/cli/doctor/log-under-look.ts'
import { lookAtLocks } from '../../../src/infrastructure/cli/doctor/machine-checks.ts'
import { describeServer } from '../../../src/infrastructure/cli/doctor/postgres-under-look.ts'
import { readConfig } from '../../../src/infrastructure/config/config.ts'
import {
  databaseFile,
  databaseName,
  databaseWarning,
} from '../../../src/infrastructure/config/database-settings.ts'
import { makeFolder, runGateway } from '../../support/gateway/run-gateway.ts'

type Environment = Readonly<Record<string, string>>

function configOf(environment: Environment) {
  const read = readConfig(environment)
  return read.ok ? read.config : assert.fail(read.problems.join('\n'))
}

function databaseOf(url: string) {
  return configOf({ DATABASE_URL: url }).database
}

function problemsOf(environment: Environment): readonly string[] {
  const read = readConfig(environment)
  return read.ok ? [] : read.problems
}

const PLACE = {
  type: 'postgres',
  host: 'db.example',
  port: 5_432,
  database: 'gateway',
  user: 'gateway',
  ssl: { rejectUnauthorized: true },
  poolMax: 8,
  leaseMs: 10_000,
}

// A URL, and in what its place differs.
const URLS = [
  ['postgres://gateway@db.example/gateway', {}],
  ['postgresql://gateway@db.example:5433/gateway', { port: 5_433 }],
  ['postgres://gateway@db.example/gateway?sslmode=verify-full', {}],
  ['postgres://gateway@db.example/gateway?sslmode=disable', { ssl: false }],
  ['postgres://gateway@10.0.0.7/gateway', { host: '10.0.0.7' }],
  ['postgres://gateway@[fd00::7]/gateway', { host: 'fd00::7' }],
  ['postgres://gateway@127.0.0.1/gateway', { host: '127.0.0.1', ssl: false }],
  ['postgres://gateway@[::1]/gateway', { host: '::1', ssl: false }],
  ['postgres://gateway@LOCALHOST/gateway', { host: 'LOCALHOST', ssl: false }],
  ['postgres://gateway@localhost.example/gateway', { host: 'localhost.example' }],
  ['postgres://gateway@127.0.0.1.example/gateway', { host: '127.0.0.1.example' }],
  ['postgres://gateway@127.0.0.1/gateway?sslmode=verify-full', { host: '127.0.0.1' }],
  ['postgres://gateway@localhost/gateway?host=/run/pg', { host: '/run/pg', ssl: false }],
  ['postgres://gateway@/gateway?host=/run/pg', { host: '/run/pg', ssl: false }],
  ['postgres://gateway@/gateway', { host: 'localhost', ssl: false }],
  [
    'postgres://g%C3%BCl:p%2Fa%25@db.example/a%20b',
    { user: 'gül', password: 'p/a%', database: 'a b' },
  ],
] as const

// A URL, and what is said of it.
const WRONG = [
  ['postgres://gateway:can/ary@db.example/gateway', /write "\/" as %2F/],
  ['postgres://gateway:can#ary@db.example/gateway', /"#" as %23/],
  ['postgres://gateway:can?ary@db.example/gateway', /"\?" as %3F/],
  ['postgres://gateway@db.example/gateway#canary', /"#" as %23/],
  ['postgres://gateway:can%ary@db.example/gateway', /has a "%".* write it as %25/],
  ['postgres://gate%00way:canary@db.example/gateway', /has a "%"/],
  ['postgres://db.example/gateway', /names no user/],
  ['postgres:///gateway', /names no user/],
  ['postgres://gateway:canary@db.example', /must name one database/],
  ['postgres://gateway:canary@db.example/a/b', /must name one database/],
  ['postgres://gateway:canary@db.example:99999/gateway', /must name one server/],
  ['postgres://gateway:canary@one.example,two.example/gateway', /must name one server/],
  ['postgres://gateway:canary@one:1,two:2/gateway', /must name one server/],
  ['postgres://gateway@db.example/gateway?password=canary', /parameter "password".* take it out/],
  ['postgres://gateway@db.example/gateway?application_name=x', /parameter "application_name"/],
  ['postgres://gateway@db.example/gateway?%63an-ary-canary', /has a parameter that is not known/],
  ['postgres://gateway@db.example/gateway?sslmode=require', /must be verify-full or disable/],
  ['postgres://gateway@db.example/gateway?sslmode=', /must be verify-full or disable/],
  ['postgres://gateway@db.example/gateway?sslmode=disable&sslmode=disable', /"sslmode" twice/],
  ['postgres://gateway@db.example/gateway?sslmode=disable&sslrootcert=ca', /leave one of them out/],
  ['postgres://gateway@db.example/gateway?sslrootcert=/nowhere/ca', /sslrootcert cannot be read/],
  ['postgres://gateway@db.example/gateway?sslrootcert=package.json', /holds no certificate/],
  ['postgres://gateway@localhost/gateway?host=db.example', /the folder of a unix socket/],
  ['postgres://gateway@db.example/gateway?host=/run/pg', /names a server and.* a socket/],
  ['postgres://gateway@/gateway?host=/run/pg&sslmode=verify-full', /TLS over a unix socket/],
] as const

describe('The URL of PostgreSQL', () => {
  for (const [url, differs] of URLS) {
    it(`is read: ${url}`, () => {
      assert.deepEqual(databaseOf(url), { ...PLACE, ...differs })
    })
  }

  for (const [url, said] of WRONG) {
    it(`is refused with what to do, and without its values: ${url}`, () => {
      const problems = problemsOf({ DATABASE_URL: url })
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', /^DATABASE_URL: /)
      assert.match(problems[0] ?? '', said)
      assert.doesNotMatch(problems.join(), /can.?ary|nowhere/)
    })
  }

  it('takes the certificates that vouch for the server from a file, also on this machine', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'ca.pem')
    const ca = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
    await writeFile(file, ca)
    for (const host of ['db.example', '127.0.0.1']) {
      const database = databaseOf(`postgres://gateway@${host}/gateway?sslrootcert=${file}`)
      assert.deepEqual(database, { ...PLACE, host, ssl: { rejectUnauthorized: true, ca } })
    }
  })

  it('has a pool and a lease beside it', () => {
    const url = 'postgres://gateway@db.example/gateway'
    const given = { DATABASE_URL: url, DATABASE_POOL: '3', SALE_LEASE_MS: '2000' }
    assert.deepEqual(configOf(given).database, { ...PLACE, poolMax: 3, leaseMs: 2_000 })
  })

  it('leaves what DATA_DIR holds where it was', () => {
    const { audit, mail } = configOf({
      DATABASE_URL: 'postgres://gateway@db.example/gateway',
      DATA_DIR: 'kept',
    })
    const { keyFile, checkpointsPath } = audit
    assert.deepEqual(
      [keyFile, checkpointsPath, mail.folder],
      ['audit.key', 'checkpoints.db', 'mail'].map((name) => path.join('kept', name)),
    )
  })
})

describe('DATABASE_PASSWORD_FILE', () => {
  const url = 'postgres://gateway@db.example/gateway'

  it('holds the password, with or without an end of line', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'password')
    await writeFile(file, 'p/a#s?s\n')
    const { database } = configOf({ DATABASE_URL: url, DATABASE_PASSWORD_FILE: file })
    assert.deepEqual(database, { ...PLACE, password: 'p/a#s?s' })
    const both = { DATABASE_URL: url.replace('@', ':canary@'), DATABASE_PASSWORD_FILE: file }
    assert.deepEqual(problemsOf(both), [
      'DATABASE_PASSWORD_FILE: the password is also in DATABASE_URL: take it out of the URL',
    ])
    await writeFile(file, '\n')
    const empty = problemsOf({ DATABASE_URL: url, DATABASE_PASSWORD_FILE: file })
    assert.deepEqual(empty, ['DATABASE_PASSWORD_FILE: is empty'])
  })

  it('that cannot be read is named, beside a URL that is wrong', () => {
    const wrong = { DATABASE_URL: 'postgres://db/x', DATABASE_PASSWORD_FILE: '/nowhere/password' }
    const problems = problemsOf(wrong).map((problem) => problem.slice(0, 40))
    assert.deepEqual(problems, [
      'DATABASE_PASSWORD_FILE: cannot be read',
      'DATABASE_URL: names no user: postgres://',
    ])
  })

  it('without PostgreSQL is refused, because a forgotten URL would begin another log', () => {
    for (const given of [{}, { DATABASE_URL: 'sqlite:x.db' }]) {
      const problems = problemsOf({ ...given, DATABASE_PASSWORD_FILE: 'package.json' })
      assert.match(problems.join(), /^DATABASE_PASSWORD_FILE: is for PostgreSQL: set DATABASE_URL/)
    }
  })
})

describe('The name of a database', () => {
  it('says all but the password, and reads like the URL', () => {
    for (const [url] of URLS) {
      const database = databaseOf(url)
      const name = databaseName(database)
      assert.doesNotMatch(name, /p%2Fa|p\/a/)
      const again = databaseOf(name)
      assert.ok(again.type === 'postgres' && database.type === 'postgres')
      const place = ({ host, port, user, database: of }: typeof again) => [host, port, user, of]
      assert.deepEqual(place(again), place(database))
    }
  })

  it('has a warning beside it where a network sees the traffic in clear, and nowhere else', () => {
    const warned = URLS.filter(([url]) => databaseWarning(databaseOf(url)) !== undefined)
    assert.deepEqual(
      warned.map(([url]) => url),
      ['postgres://gateway@db.example/gateway?sslmode=disable'],
    )
    assert.equal(databaseWarning(configOf({}).database), undefined)
  })
})

describe('With PostgreSQL', () => {
  const DATABASE_URL = 'postgres://gateway:canary@db.example/gateway?sslmode=disable'

  it('what works on a file is refused with one line that has no password', async () => {
    await using folder = await makeFolder()
    const { code, stdout, stderr } = await runGateway(
      ['db', 'backup', path.join(folder.path, 'copy.db')],
      {
        DATABASE_URL,
        DATA_DIR: folder.path,
        LOG_LEVEL: 'warn',
      },
    )
    assert.deepEqual([code, stdout], [2, ''])
    assert.equal(
      stderr,
      'this works on a file, and DATABASE_URL names PostgreSQL ' +
        '(postgres://gateway@db.example:5432/gateway): use pg_dump, or base backups with the ' +
        'write-ahead log: docs/scaling.md\n',
    )
  })

  it('the settings are right, and shown without the password', async () => {
    const checked = await runGateway(['config', 'check'], { DATABASE_URL })
    assert.deepEqual([checked.code, checked.stderr], [0, 'The settings are right.\n'])
    const { stdout } = await runGateway(['config', 'show'], { DATABASE_URL })
    assert.match(stdout, /^DATABASE_URL +environment +\(hidden\)$/m)
    assert.doesNotMatch(stdout, /canary/)
  })

  it('the doctor names the database without the password, and where all goes in clear', async () => {
    await using folder = await makeFolder()
    const config = configOf({ DATABASE_URL, DATA_DIR: folder.path })
    assert.ok(config.database.type === 'postgres')
    const clear = describeServer(config.database, 150_008, 7)
    assert.equal(clear.state, 'warn')
    assert.match(
      clear.seen,
      /^postgres:\/\/gateway@db\.example:5432\/gateway: PostgreSQL 15\.8, without TLS, 7 events/,
    )
    assert.match(clear.remedy ?? '', /^DATABASE_URL says sslmode=disable/)
    const nowhere = 'postgres://gateway:canary@127.0.0.1:1/gateway'
    const { diagnosis } = await lookIntoLog(configOf({ DATABASE_URL: nowhere }))
    assert.equal(diagnosis.state, 'fail')
    assert.match(
      diagnosis.seen,
      /^postgres:\/\/gateway@127\.0\.0\.1:1\/gateway: the database cannot be reached/,
    )
    assert.doesNotMatch(JSON.stringify([clear, diagnosis]), /canary/)
    const locks = await lookAtLocks(config)
    assert.match(locks.seen, /those of sales are in PostgreSQL/)
    assert.throws(() => databaseFile(config), /^AppError: this works on a file/)
  })
})
