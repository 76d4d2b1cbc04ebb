// A restore that is killed: before each call that renames, removes or syncs a file.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { readKeyFile } from '../../src/adapters/signing/key-file.ts'
import { readCheckpointFile } from '../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { readLogEndAt } from '../../src/adapters/sqlite/copies/log-end.ts'
import { finishRestore, isHalfRestored } from '../../src/adapters/sqlite/copies/put-in-place.ts'
import { parseVkey } from '../../src/domain/log/vkey.ts'
import { gatewayCommand } from '../../src/infrastructure/demo/gateway-process.ts'
import { countOf } from '../support/counts.ts'
import { makeFolder, run, runGateway } from '../support/gateway/run-gateway.ts'
import { findingsOf } from '../support/log/audit-log.ts'
import { makeInstallation } from '../support/log/installation.ts'

const CALLS = 'rename,unlink,fsync,fdatasync'
const REASON = 'the disk failed'
const OLD_EVENTS = 5
/** Two of the copy, and the loss. */
const NEW_EVENTS = 3

const NO_STRACE =
  'Deno' in globalThis || spawnSync('strace', ['--version']).error !== undefined
    ? 'strace and Node are needed'
    : false

/** Runs the restore under strace, with more of its options. */
function traced(options: readonly string[], file: string, dataDir: string) {
  const { file: program, args } = gatewayCommand(['db', 'restore', file, '--reason', REASON])
  const given = ['-f', '-qq', '-e', `trace=${CALLS}`, ...options, program, ...args]
  return run('strace', given, { DATA_DIR: dataDir, NODE_DISABLE_COMPILE_CACHE: '1' })
}

type Call = { readonly text: string; readonly name: string; readonly nth: number }

/** The calls of the main thread, which does all but the copying; each with its number among its kind. */
function callsIn(trace: string): readonly Call[] {
  const seen = new Map<string, number>()
  let main: string | undefined
  return trace.split('\n').flatMap((text) => {
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(text) ?? []
    main ??= thread
    if (name === undefined || thread !== main) return []
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return [{ text, name, nth }]
  })
}

describe('A restore that is killed', { skip: NO_STRACE }, () => {
  it('leaves the old log or the new one, whole, at whatever moment', async (t) => {
    await using at = await makeInstallation()
    await at.begin(2)
    await at.sign()
    const file = await at.backUp('copy.db')
    await at.begin(3)
    const old = await at.sign()
    const key = parseVkey(readKeyFile(at.keyFile)?.vkey ?? '')
    assert.ok(key !== undefined)
    await using folder = await makeFolder()
    const place = async (name: string) => {
      const dataDir = path.join(folder.path, name)
      await cp(at.config.dataDir, dataDir, { recursive: true })
      return { dataDir, database: path.join(dataDir, 'gateway.db') }
    }

    const whole = await place('whole')
    const trace = path.join(folder.path, 'trace')
    const { code, stderr } = await traced(['-o', trace], file, whole.dataDir)
    assert.equal(code, 0, stderr)
    const calls = callsIn(await readFile(trace, 'utf8'))
    const decided = calls.findIndex(({ text }) => /rename\(.*gateway\.db-restore"/.test(text))
    assert.ok(decided > 0)

    const kept = { old: 0, new: 0 }
    const step = countOf('RESTORE_KILLS_STEP')
    for (let index = 0; index < calls.length; index += index < decided ? step : 1) {
      const { name, nth, text } = calls[index] as Call
      const { dataDir, database } = await place(`killed-${index}`)
      const inject = `inject=${name}:signal=KILL:when=${nth}`
      const killed = await traced(['-o', '/dev/null', '-e', inject], file, dataDir)
      assert.notEqual(killed.code, 0, `${index}: ${text}`)
      const isDecided = isHalfRestored(database)
      if (isDecided) await finish(index, file, { dataDir, database })
      const checkpoints = path.join(dataDir, 'checkpoints.db')
      const end = await readLogEndAt(database)
      const newest = await readCheckpointFile(checkpoints)
      if (isDecided || end.position === NEW_EVENTS) {
        assert.deepEqual([end.position, newest?.number], [NEW_EVENTS, old.number + 1])
        kept.new += 1
      } else {
        assert.deepEqual([end.position, newest?.note], [OLD_EVENTS, old.note])
        kept.old += 1
      }
      assert.deepEqual(await findingsOf({ db: database, checkpoints }, { keys: [key] }), [])
    }
    assert.ok(kept.old > 0 && kept.new > 0)
    t.diagnostic(
      `${calls.length} calls; the old log was left ${kept.old} times, the new one ${kept.new}`,
    )
  })
})

/** By the next start, or by the same command: each does what is left. */
async function finish(
  at: number,
  file: string,
  { dataDir, database }: { readonly dataDir: string; readonly database: string },
): Promise<void> {
  if (at % 2 === 0) {
    const other = await runGateway(['sales', 'list'], { DATA_DIR: dataDir })
    assert.equal(other.code, 2)
    assert.match(
      other.stderr,
      /a restore was interrupted when it was decided\. Start the gateway, or/,
    )
    await finishRestore({ database, checkpoints: path.join(dataDir, 'checkpoints.db') })
  } else {
    const again = await runGateway(['db', 'restore', file], { DATA_DIR: dataDir })
    assert.equal(again.code, 0, again.stderr)
    assert.match(again.stderr, /That is recorded at position 3/)
  }
  assert.equal(existsSync(`${database}-restore`), false)
}
