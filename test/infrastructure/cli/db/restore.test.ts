// Each way that a restore ends: what it puts in place, what it keeps, and what it refuses.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import SqliteDatabase from 'better-sqlite3'
import { readCheckpointFile } from '../../../../src/adapters/sqlite/checkpoints/checkpoint-file.ts'
import { readLogEndAt } from '../../../../src/adapters/sqlite/copies/log-end.ts'
import { takeServingLock } from '../../../../src/adapters/sqlite/database/serving-lock.ts'
import { errorCode } from '../../../../src/application/base/errors.ts'
import { startGateway } from '../../../../src/infrastructure/demo/gateway-process.ts'
import { openStore } from '../../../../src/infrastructure/service/open-store.ts'
import { makeSmallDisk } from '../../../disk/small-disk.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import { runGateway } from '../../../support/gateway/run-gateway.ts'
import { makeInstallation } from '../../../support/log/installation.ts'

type Installation = Awaited<ReturnType<typeof makeInstallation>>

/** Every byte below the data folder, but for the lock, and what a reader on a full disk leaves. */
async function allIn({ config }: Installation) {
  const names = await readdir(config.dataDir).catch(() => [])
  const kept = names.filter((name) => !/-(serving|shm|wal)$/.test(name)).sort()
  const read = async (name: string) => readFile(path.join(config.dataDir, name), 'base64')
  return Promise.all(kept.map(async (name) => [name, await read(name)]))
}

/** Two sales, signed; a backup of them; then so many more. */
async function withBackup(after: number, isSigned = true) {
  const at = await makeInstallation()
  await at.begin(2)
  await at.sign()
  const file = await at.backUp('copy.db')
  if (after > 0) await at.begin(after)
  if (after > 0 && isSigned) await at.sign()
  return { ...at, copy: file }
}

function outboxOf(database: string): readonly string[] {
  const sqlite = new SqliteDatabase(database, { readonly: true })
  try {
    return sqlite.prepare<[], string>('select subject from outbox').pluck().all()
  } finally {
    sqlite.close()
  }
}

describe('A restore that loses nothing', () => {
  it('puts the copy in place, keeps what was there, and asks for no reason', async () => {
    await using at = await withBackup(0)
    const before = await readFile(at.database)
    const restored = await at.restore(at.copy)
    assert.deepEqual(
      [restored.position, restored.loss, restored.isCompared, restored.held.length],
      [2, null, true, 2],
    )
    assert.match(restored.setAside ?? '', /gateway\.db\.before-\d{8}T\d{9}Z$/)
    assert.deepEqual(await readFile(restored.setAside ?? ''), before)
    assert.equal(await at.checked(), 'whole')
    assert.deepEqual(outboxOf(at.database), [])
    const left = (await readdir(at.config.dataDir)).filter((name) => /draft|-restore/.test(name))
    assert.deepEqual(left, [])
  })

  it('is not mixed with a write-ahead log whose database somebody has moved away', async () => {
    await using at = await withBackup(0)
    const wal = `${at.database}-wal`
    const reader = new SqliteDatabase(at.database)
    reader.prepare('select count(*) from event').get()
    await at.begin(3)
    await copyFile(wal, at.file('wal'))
    reader.close()
    await rm(at.database)
    await copyFile(at.file('wal'), wal)
    const restored = await at.restore(at.copy)
    assert.equal(restored.position, 2)
    assert.equal(await at.size(), 2)
    assert.equal(await at.checked(), 'whole')
    assert.deepEqual(await readFile(restored.setAside ?? ''), await readFile(at.file('wal')))
  })

  it('keeps the mark of the copy: sales that were half-finished are held', async () => {
    await using at = await withBackup(0)
    await at.restore(at.copy)
    const store = await openStore(at.database)
    try {
      assert.equal(await store.copied.isCopy(), true)
      assert.equal((await store.copied.held()).length, 2)
    } finally {
      await store.close()
    }
  })

  it('never puts an older checkpoint in the place of a newer one', async () => {
    await using at = await withBackup(0)
    const newer = await at.sign()
    await at.restore(at.copy)
    assert.equal((await readCheckpointFile(at.checkpoints))?.note, newer.note)
    assert.equal(await at.checked(), 'whole')
  })

  it('works on a new machine, which gets the newest checkpoint of the copy', async () => {
    await using old = await withBackup(0)
    await using at = await makeInstallation()
    await mkdir(at.config.dataDir)
    await at.takeKeyOf(old)
    const restored = await at.restore(old.copy)
    assert.deepEqual([restored.setAside, restored.isCompared, restored.loss], [null, false, null])
    assert.equal((await readCheckpointFile(at.checkpoints))?.number, 1)
    assert.equal(await at.checked(), 'whole')
  })

  it('takes a copy of a log that nobody has signed yet', async () => {
    await using at = await makeInstallation()
    await at.begin(1)
    const restored = await at.restore(await at.backUp('copy.db'))
    assert.deepEqual([restored.position, restored.checkpoint], [1, null])
    assert.equal(existsSync(at.keyFile), false)
  })

  it('removes what a restore left that was killed before it had decided', async () => {
    await using at = await withBackup(0)
    await writeFile(`${at.database}-draft`, 'half')
    await writeFile(`${at.database}-draft-wal`, 'half')
    await at.restore(at.copy)
    assert.equal(existsSync(`${at.database}-draft-wal`), false)
    assert.equal(await at.checked(), 'whole')
  })
})

describe('A restore that loses events', () => {
  const SHORTER = [
    ['that a checkpoint covers', true, /^the log has 2 events, checkpoint 2 says 5 events$/],
    [
      'that no checkpoint covers',
      false,
      /^the log that was here had 5 events, and the backup has 2$/,
    ],
  ] as const

  for (const [which, isSigned, why] of SHORTER) {
    it(`${which} changes nothing without a reason`, async () => {
      await using at = await withBackup(3, isSigned)
      const before = await allIn(at)
      await assert.rejects(at.restore(at.copy), (error: Error) => {
        assert.equal(errorCode(error), 'refused')
        assert.match(error.message, /Nothing was changed\. .* say why with --reason TEXT/s)
        return why.test(error.message.split('. What')[0] ?? '')
      })
      assert.deepEqual(await allIn(at), before)
    })

    it(`${which} records them and mails it, and signs what is left`, async () => {
      await using at = await withBackup(3, isSigned)
      const restored = await at.restore(at.copy, 'the disk failed')
      assert.match(restored.loss?.why ?? '', why)
      assert.deepEqual([restored.loss?.position, restored.position], [3, 3])
      assert.deepEqual(outboxOf(at.database), [
        'A loss of the sales log was accepted: 2 events are left',
      ])
      const number = (await readCheckpointFile(at.checkpoints))?.number
      assert.equal(number, isSigned ? 3 : 2)
      assert.equal(restored.checkpoint?.number, number)
      assert.equal(await at.checked(), 'whole')
      assert.equal((await readLogEndAt(restored.setAside ?? '')).position, 5)
    })
  }

  it('also where the database is gone, and only its checkpoint is left', async () => {
    await using at = await withBackup(3)
    await rm(at.database)
    await assert.rejects(at.restore(at.copy), /checkpoint 2 says 5 events/)
    assert.equal(existsSync(at.database), false)
    const restored = await at.restore(at.copy, 'the disk failed')
    assert.deepEqual([restored.setAside, restored.loss?.position], [null, 3])
    assert.equal(await at.checked(), 'whole')
  })

  it('also where the checkpoint is gone, and only the database shows it', async () => {
    await using at = await withBackup(3)
    await rm(at.checkpoints)
    await assert.rejects(at.restore(at.copy), /checkpoint 2 says 5 events/)
    await at.restore(at.copy, 'the disk failed')
    assert.equal((await readCheckpointFile(at.checkpoints))?.number, 3)
    assert.equal(await at.checked(), 'whole')
  })

  for (const broken of ['database', 'checkpoints'] as const) {
    it(`counts as one where the ${broken} cannot be read, and keeps the broken file`, async () => {
      await using at = await withBackup(0)
      await writeFile(at[broken], 'broken by the disk')
      await assert.rejects(at.restore(at.copy), /cannot be read, so nobody knows how long/)
      const restored = await at.restore(at.copy, 'the disk failed')
      assert.match(restored.loss?.why ?? '', /cannot be read/)
      assert.equal(await at.checked(), 'whole')
      const kept = (await readdir(at.config.dataDir)).filter((name) => name.includes('.before-'))
      const texts = await Promise.all(
        kept.map((name) => readFile(path.join(at.config.dataDir, name), 'latin1')),
      )
      assert.ok(texts.includes('broken by the disk'))
    })
  }

  it('keeps events that were only in the write-ahead log of what was there', async () => {
    await using at = await withBackup(0)
    const held = await openStore(at.database)
    try {
      // A gateway that was killed leaves its write-ahead log: here somebody holds it open.
      await at.begin(3)
      const restored = await at.restore(at.copy, 'a test')
      assert.ok(existsSync(`${restored.setAside}-wal`))
      assert.equal((await readLogEndAt(restored.setAside ?? '')).position, 5)
      assert.equal((await readLogEndAt(at.database)).position, 3)
    } finally {
      await held.close()
    }
  })
})

describe('A restore refuses, and changes nothing for', () => {
  type Case = readonly [
    string,
    (at: Installation & { copy: string }) => Promise<string>,
    RegExp,
    string,
  ]

  const REFUSED: readonly Case[] = [
    ['a file that is not there', async (at) => at.file('none.db'), /is not there/, 'refused'],
    ['a folder', async (at) => at.path, /is no file/, 'refused'],
    [
      'a file that is no database',
      async (at) => {
        await writeFile(at.file('text.db'), 'not a database at all')
        return at.file('text.db')
      },
      /is no database/,
      'refused',
    ],
    [
      'a database of something else',
      async (at) => {
        const other = new SqliteDatabase(at.file('other.db'))
        other.exec('create table song (name text)')
        other.close()
        return at.file('other.db')
      },
      /is no copy that "gateway db backup" has finished/,
      'refused',
    ],
    [
      'the database itself, which carries no mark',
      async (at) => at.database,
      /it carries no mark of one/,
      'refused',
    ],
    [
      'a copy that is in use',
      async (at) => {
        await writeFile(`${at.copy}-wal`, 'frames')
        return at.copy
      },
      /has a write-ahead log beside it/,
      'refused',
    ],
    [
      'a copy that was cut short',
      async (at) => {
        await truncate(at.copy, 40_960)
        return at.copy
      },
      /is damaged, or not all of it is there/,
      'unreadable',
    ],
    [
      'a copy with a page of zeros',
      async (at) => {
        const bytes = await readFile(at.copy)
        bytes.fill(0, 16_384, 40_960)
        await writeFile(at.copy, bytes)
        return at.copy
      },
      /is damaged, or not all of it is there/,
      'unreadable',
    ],
    [
      'a copy that somebody changed',
      async (at) => {
        const copy = new SqliteDatabase(at.copy)
        copy.exec('drop trigger event_no_update')
        copy.exec("update event set body = replace(body, '2026', '2025') where position = 1")
        copy.close()
        return at.copy
      },
      /is not what its own newest checkpoint says: .* event 1 is another\. Take another backup/,
      'unreadable',
    ],
    [
      'a copy of a newer version',
      async (at) => {
        const copy = new SqliteDatabase(at.copy)
        copy.exec("insert into kysely_migration values ('999-later', '2026-11-30T00:00:00.000Z')")
        copy.close()
        return at.copy
      },
      /cannot be restored by this version/,
      'refused',
    ],
    [
      'a copy of another log',
      async (at) => {
        await using other = await withBackup(0)
        await copyFile(other.copy, at.file('other.db'))
        return at.file('other.db')
      },
      /^The log in .*other\.db is signed with [0-9a-f]{16}\/sales-log.* holds another one/,
      'refused',
    ],
    [
      'a copy of a log for another CRM',
      async (at) => {
        const copy = new SqliteDatabase(at.copy)
        copy.exec("insert into crm_mark values (1, 'zoho', 0)")
        copy.close()
        return at.copy
      },
      /was used with CRM=zoho, and the settings say CRM=fake/,
      'refused',
    ],
    [
      'a copy whose key is not here',
      async (at) => {
        await rm(at.keyFile)
        return at.copy
      },
      /holds no key\.\nNothing was changed\. Put that key there/,
      'refused',
    ],
  ]

  for (const [what, spoil, why, code] of REFUSED) {
    it(what, async () => {
      await using at = await withBackup(3)
      const file = await spoil(at)
      const before = await allIn(at)
      await assert.rejects(at.restore(file, 'a reason helps nothing'), (error: Error) => {
        assert.match(error.message, why)
        return errorCode(error) === code
      })
      assert.deepEqual(await allIn(at), before)
    })
  }

  it('a database that is a link to another place', async () => {
    await using at = await withBackup(0)
    await symlink(at.database, at.file('link.db'))
    await using linked = await makeInstallation({ DATABASE_URL: `sqlite:${at.file('link.db')}` })
    await assert.rejects(linked.restore(at.copy), /is a link: name the file itself/)
  })
})

describe('gateway db restore', () => {
  it('exits with 2 and one line while a gateway serves, and with 0 after it', async () => {
    await using at = await withBackup(0)
    const lock = takeServingLock(at.database)
    const served = await runGateway(['db', 'restore', at.copy], at.settings)
    assert.deepEqual([served.code, served.stdout], [2, ''])
    assert.match(
      served.stderr,
      /^\S+gateway\.db is being served by another process\. Stop it first\n$/,
    )
    lock?.release()
    const { code, stdout, stderr } = await runGateway(
      ['db', 'restore', at.copy, '--json'],
      at.settings,
    )
    assert.equal(code, 0, stderr)
    const { file, position, madeAt, loss, held, setAside, database } = JSON.parse(stdout)
    assert.deepEqual(
      [file, position, madeAt, loss, held.length, database],
      [at.copy, 2, new Date(now).toISOString(), null, 2, at.database],
    )
    assert.ok(stderr.includes(`What was there is kept: ${setAside}\n`), stderr)
    assert.match(
      stderr,
      /^2 sales were half-finished in it, .*\nare named\. .*:\n {2}gateway sales resume \S+$/m,
    )
  })

  it('exits with 1 for a damaged file, with 2 for a wrong one and for a loss without a reason', async () => {
    await using at = await withBackup(3)
    const lossy = await runGateway(['db', 'restore', at.copy], at.settings)
    assert.deepEqual([lossy.code, lossy.stdout], [2, ''])
    assert.match(
      lossy.stderr,
      /^the log has 2 events, checkpoint 2 says 5 events\. What is missing/,
    )
    const none = await runGateway(['db', 'restore', at.file('none')], at.settings)
    assert.equal(none.code, 2)
    await truncate(at.copy, 40_960)
    const cut = await runGateway(['db', 'restore', at.copy, '--reason', 'x'], at.settings)
    assert.equal(cut.code, 1)
    assert.match(cut.stderr, /copy\.db is damaged, or not all of it is there/)
  })
})

describe('A restore that was interrupted when it was decided', () => {
  for (const moved of ['nothing', 'what was there'] as const) {
    it(`is finished by the next start, where ${moved} was moved`, async () => {
      await using at = await withBackup(0)
      const newest = await readCheckpointFile(at.checkpoints)
      const restored = await at.restore(at.copy)
      const { database, setAside } = restored
      assert.ok(newest !== undefined && setAside !== null)
      const kept = await readFile(setAside)
      // As it is right after the decision, or one step later.
      await rename(database, `${database}-draft`)
      if (moved === 'nothing') await rename(setAside, database)
      await rm(at.checkpoints)
      const aside = setAside.slice(database.length)
      const plan = { ends: [''], aside, setsCheckpointsAside: false, note: newest.note, restored }
      await writeFile(`${database}-restore`, JSON.stringify(plan))
      const refused = await runGateway(['db', 'backup', at.file('other.db')], at.settings)
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /a restore was interrupted when it was decided/)
      await using gateway = await startGateway({ ...at.settings, PORT: '0', LOG_LEVEL: 'warn' })
      assert.match(
        gateway.lines.join('\n'),
        /restored copy, or a loss of its log was accepted\. 2 sales/,
      )
      assert.equal(await gateway.stop(), 0)
      assert.equal(existsSync(`${database}-restore`), false)
      assert.deepEqual(await readFile(setAside), kept)
      assert.equal(await at.checked(), 'whole')
    })
  }
})

describe('A restore of a file with the name of its own draft', () => {
  it('is refused, and the file stays', async () => {
    await using at = await withBackup(0)
    const file = `${at.database}-draft`
    await rename(at.copy, file)
    await assert.rejects(at.restore(file), (error) => errorCode(error) === 'refused')
    assert.ok(existsSync(file))
  })
})

describe('A restore on a full disk', () => {
  it('fails, and leaves all as it was', async (t) => {
    await using disk = await makeSmallDisk(16 * 1024 * 1024)
    if (disk === undefined) return t.skip('no file system of its own can be mounted')
    await using old = await withBackup(0)
    const dataDir = path.join(disk.folder, 'data')
    await using at = await makeInstallation({ DATA_DIR: dataDir })
    await mkdir(dataDir)
    await at.takeKeyOf(old)
    await at.begin(1)
    const before = await allIn(at)
    disk.fill()
    await assert.rejects(at.restore(old.copy, 'x'), (error) => errorCode(error) === 'unavailable')
    assert.deepEqual(await allIn(at), before)
    disk.free()
    await at.restore(old.copy, 'x')
    assert.equal(await at.checked(), 'whole')
  })
})
