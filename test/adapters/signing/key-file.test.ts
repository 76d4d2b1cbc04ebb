import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { checkSignature } from '../../../src/adapters/signing/ed25519.ts'
import { makeKeyFile, readKeyFile } from '../../../src/adapters/signing/key-file.ts'
import { errorCode } from '../../../src/application/base/errors.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { keyOf } from '../../support/log/audit-log.ts'

const message = Buffer.from('x')

describe('The key file of the log', () => {
  it('is made once, for its owner only, and read as it was made', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'new', 'audit.key')
    assert.equal(readKeyFile(file), undefined)
    const made = makeKeyFile(file)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.match(made.name, /^[0-9a-f]{16}\/sales-log$/)
    const [again, second] = [readKeyFile(file), makeKeyFile(file)]
    assert.equal(again?.vkey, made.vkey)
    assert.equal(second.vkey, made.vkey)
    assert.ok(checkSignature(keyOf(made).publicKey, message, second.sign(message)))
    assert.deepEqual(await readdir(path.dirname(file)), ['audit.key'])
  })

  it('is made without hard links where there are none, and leaves a key that is there as it is', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'audit.key')
    const noLinks = () => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' })
    }
    const made = makeKeyFile(file, noLinks)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal(readKeyFile(file)?.vkey, made.vkey)
    assert.equal(makeKeyFile(file, noLinks).vkey, made.vkey)
    assert.deepEqual(await readdir(folder.path), ['audit.key'])
  })

  it('differs from that of another installation', async () => {
    await using folder = await makeFolder()
    const [one, other] = ['a', 'b'].map((name) => makeKeyFile(path.join(folder.path, name)))
    assert.notEqual(one?.name, other?.name)
    assert.notEqual(one?.vkey.split('+')[2], other?.vkey.split('+')[2])
  })

  it('is refused where it is no key, and stays as it is', async () => {
    await using folder = await makeFolder()
    const file = path.join(folder.path, 'audit.key')
    const made = path.join(folder.path, 'made')
    makeKeyFile(made)
    const text = await readFile(made, 'utf8')
    for (const broken of ['', 'x', text.slice(0, -5), text.replace(/sales/, 'sale')]) {
      await writeFile(file, broken)
      assert.throws(
        () => readKeyFile(file),
        (error) => errorCode(error) === 'refused' && !String(error).includes(text.slice(60, 80)),
      )
      assert.equal(await readFile(file, 'utf8'), broken)
    }
  })
})
