// Places where no gateway can serve: each ends the start at once, with the path, the reason and the remedy.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, copyFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { gatewayCommand, startGateway } from '../../../src/infrastructure/demo/gateway-process.ts'
import { makeFolder, run, runGateway } from '../../support/gateway/run-gateway.ts'

const IS_DENO = 'Deno' in globalThis
const has = (program: string) => spawnSync(program, ['--version']).error === undefined
const NO_STRACE = IS_DENO || !has('strace') ? 'strace and Node are needed' : false
const NO_OTHER_USER =
  IS_DENO || process.getuid?.() !== 0 || !has('setpriv')
    ? 'root, setpriv and Node are needed'
    : false

/** Runs `gateway` while a call of the system fails. */
function runFailing(calls: string, fault: string, args: readonly string[], dataDir: string) {
  const { file, args: given } = gatewayCommand(args)
  const inject = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`]
  return run('strace', [...inject, '-e', `inject=${calls}:${fault}`, file, ...given], {
    DATA_DIR: dataDir,
  })
}

describe('A start', () => {
  it('ends in a place where no folder can be made', async () => {
    if (process.platform !== 'linux') return
    const { code, stderr } = await runGateway(['serve'], { DATA_DIR: '/proc/x' })
    assert.equal(code, 2)
    assert.match(
      stderr,
      /^\/proc\/x\/gateway\.db cannot be used\. Name another place in DATA_DIR: /,
    )
  })

  it('ends where the database is named like a host', async () => {
    const { code, stderr } = await runGateway(['serve'], { DATABASE_URL: 'sqlite://u/b.db' })
    assert.equal(code, 2)
    assert.match(stderr, /^DATABASE_URL: .* without a host between slashes\n$/)
  })

  it('ends where its port is taken, with what to do', async () => {
    await using folder = await makeFolder()
    const settings = (name: string, port: string) => ({
      PORT: port,
      DATA_DIR: path.join(folder.path, name),
      LOG_LEVEL: 'warn',
    })
    await using first = await startGateway(settings('first', '0'))
    const { host, port } = new URL(first.url)
    const second = await runGateway(['serve'], settings('second', port))
    assert.equal(second.code, 1)
    assert.ok(second.stderr.startsWith(`${host} cannot be listened on. Another process has`))
    assert.match(second.stderr, /give another in PORT/)
    assert.equal(await first.stop(), 0)
  })

  it('ends where the files belong to another user', { skip: NO_OTHER_USER }, async () => {
    await using folder = await makeFolder()
    await chmod(folder.path, 0o755)
    const data = path.join(folder.path, 'data')
    assert.equal((await runGateway(['keys', 'list', '--create'], { DATA_DIR: data })).code, 0)
    // The folder of our own Node may be closed to the other user.
    const node = path.join(folder.path, 'node')
    await copyFile(process.execPath, node)
    const asOther = (...args: string[]) => {
      const { args: given } = gatewayCommand(args)
      const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
      return run('setpriv', [...user, node, ...given], { DATA_DIR: data })
    }
    const file = path.join(data, 'gateway.db')
    const assertRefused = async (what: string, ...args: string[]) => {
      const { code, stderr } = await asOther(...args)
      assert.equal(code, 2, stderr)
      assert.ok(stderr.startsWith(`${what} cannot be used. `), stderr)
      assert.match(
        stderr,
        /belongs to user 0, and this process is of user 65534: start it as user 0/,
      )
    }
    await assertRefused(`${file}-serving`, 'serve')
    await assertRefused(file, 'keys', 'list')
    await chmod(data, 0o777)
    await chmod(file, 0o644)
    await assertRefused(file, 'serve')
  })

  it('ends on a file system without locks', { skip: NO_STRACE }, async () => {
    await using folder = await makeFolder()
    // The first calls are those of Node itself, for its own files.
    const { stderr } = await runFailing('fcntl', 'error=ENOLCK:when=30+', ['serve'], folder.path)
    const file = path.join(folder.path, 'gateway.db')
    assert.match(stderr, /is on a file system without file locks or shared memory/)
    assert.ok(stderr.startsWith(file), stderr)
    assert.doesNotMatch(stderr, /served by another process/)
  })

  it('makes its key on a file system without hard links', { skip: NO_STRACE }, async () => {
    await using folder = await makeFolder()
    const args = ['audit', 'checkpoint', '--create']
    const made = await runFailing('link,linkat', 'error=EPERM', args, folder.path)
    assert.equal(made.code, 0, made.stderr)
    const key = await runGateway(['audit', 'key'], { DATA_DIR: folder.path })
    assert.ok(made.stdout.startsWith(key.stdout.split('+')[0] ?? 'no key'))
    assert.ok((await readdir(folder.path)).includes('audit.key'))
    assert.ok(!(await readdir(folder.path)).some((name) => /^audit\.key\./.test(name)))
  })
})
