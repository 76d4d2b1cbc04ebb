import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { makeKnownLogFile } from '../../../src/adapters/disk/known-log-file.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import { sha256 } from '../../../src/domain/log/hash.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'

describe('The file with how far the log is known', () => {
  it('has what was written last, and nothing before', async () => {
    await using folder = await makeFolder()
    const place = path.join(folder.path, 'known-log')
    const file = makeKnownLogFile(place)
    assert.equal(await file.read(), undefined)
    for (const size of [7, 12]) await file.write({ size, root: sha256(`${size}`) })
    const { size, root } = (await makeKnownLogFile(place).read()) ?? {}
    assert.equal(size, 12)
    assert.deepEqual(Buffer.from(root ?? []), Buffer.from(sha256('12')))
    assert.deepEqual(await readdir(folder.path), ['known-log'])
  })

  it('has nothing after a power cut that left it empty or cut off', async () => {
    await using folder = await makeFolder()
    const place = path.join(folder.path, 'known-log')
    for (const text of ['', '12 ', '12 AAAA\n', 'x']) {
      await writeFile(place, text)
      assert.equal(await makeKnownLogFile(place).read(), undefined)
    }
  })

  it('is unavailable where it cannot be written', async () => {
    await using folder = await makeFolder()
    const file = makeKnownLogFile(path.join(folder.path, 'gone', 'known-log'))
    await assert.rejects(
      file.write({ size: 1, root: sha256('1') }),
      (error) => errorCode(error) === 'unavailable',
    )
  })
})
