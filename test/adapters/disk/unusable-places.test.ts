import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { ensureFolder } from '../../../src/adapters/disk/folders.ts'
import { unusable } from '../../../src/adapters/disk/unusable.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'

const isCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code

describe('A folder', () => {
  it('is made with those above it, and left as it is where it is there', async () => {
    await using place = await makeFolder()
    const deep = path.join(place.path, 'a', 'b', 'c')
    for (const _ of [1, 2]) ensureFolder(deep)
    await writeFile(path.join(deep, 'file'), 'x')
    const link = path.join(place.path, 'link')
    await symlink(deep, link)
    ensureFolder(link)
    assert.equal(await readFile(path.join(deep, 'file'), 'utf8'), 'x')
  })

  it('that cannot be made is an error, and no endless attempt', async () => {
    await using place = await makeFolder()
    const file = path.join(place.path, 'file')
    await writeFile(file, '')
    assert.throws(() => ensureFolder(file), isCode('EEXIST'))
    assert.throws(() => ensureFolder(path.join(file, 'a', 'b')), isCode('ENOTDIR'))
    if (process.platform !== 'linux') return
    // Deno refuses a path below `/proc` itself, where it has not every permission.
    const isRefused = (error: unknown) => (error as Error).name === 'NotCapable'
    const isNotThere = (error: unknown) => isCode('ENOENT')(error) || isRefused(error)
    assert.throws(() => ensureFolder('/proc/x/y'), isNotThere)
  })
})

describe('The reason why a file cannot be used', () => {
  const errorOf = (code: string) => Object.assign(new Error(code), { code })
  // What the system says, and what a person is told.
  const REASONS = [
    ['EROFS', /read-only: name another place in DATA_DIR$/],
    ['ENOSPC', /disk is full: make room$/],
    ['ENOTDIR', /Name another place in DATA_DIR$/],
  ] as const
  for (const [code, told] of REASONS) {
    it(`is told for ${code}, with the path`, () => {
      const { message } = unusable('/some/file', errorOf(code))
      assert.match(message, told)
      assert.match(message, /^\/some\/file cannot be used\. /)
    })
  }

  it('names who owns the nearest that is there, where that is another user', async () => {
    await using place = await makeFolder()
    await mkdir(path.join(place.path, 'mine'))
    const mine = unusable(path.join(place.path, 'mine', 'x', 'file'), errorOf('EACCES')).message
    assert.match(mine, /Its mode, or that of its folder, forbids it/)
    const realGetuid = process.getuid
    if (realGetuid === undefined) return
    const me = realGetuid()
    process.getuid = () => me + 1
    try {
      const others = unusable(path.join(place.path, 'x', 'file'), errorOf('EACCES')).message
      assert.ok(others.includes(`${place.path} belongs to user ${me}, and this process is of user`))
      assert.ok(others.endsWith(`"chown -R ${me + 1} ${path.join(place.path, 'x')}"`), others)
    } finally {
      process.getuid = realGetuid
    }
  })
})
