import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { tarOf } from '../../../../src/adapters/http/audit/downloads/tar.ts'
import { now } from '../../../support/examples/sale-examples.ts'
import { makeFolder, run } from '../../../support/gateway/run-gateway.ts'

async function* filesOf(texts: ReadonlyMap<string, readonly string[]>) {
  for (const [name, parts] of texts) {
    async function* text() {
      yield* parts
    }
    yield { name, text: text() }
  }
}

async function archiveOf(texts: ReadonlyMap<string, readonly string[]>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of tarOf(filesOf(texts), { folder: 'f', at: now })) parts.push(part)
  return Buffer.concat(parts)
}

describe('A tar', () => {
  it('holds files of every size around a block, as a tar reads them', async () => {
    await using folder = await makeFolder()
    const sizes = [0, 1, 511, 512, 513, 1_024, 5_000]
    const texts = new Map(sizes.map((size) => [`d/${size}`, ['é', 'x'.repeat(size)]]))
    for (const size of sizes) texts.set(`${size}`, ['x'.repeat(size)])
    const archive = await archiveOf(texts)
    const blocks = [...texts.values()].map(
      (parts) => 1 + Math.ceil(Buffer.byteLength(parts.join('')) / 512),
    )
    assert.equal(archive.length, 512 * (2 + blocks.reduce((sum, one) => sum + one, 0)))
    const file = path.join(folder.path, 'a.tar')
    writeFileSync(file, archive)
    const { code, stderr } = await run('tar', ['-xf', file, '-C', folder.path])
    assert.deepEqual([code, stderr], [0, ''])
    for (const [name, parts] of texts) {
      const place = path.join(folder.path, 'f', name)
      assert.equal(readFileSync(place, 'utf8'), parts.join(''), name)
      assert.equal(statSync(place).mtimeMs, now)
    }
  })

  it('refuses a name that does not fit', async () => {
    await assert.rejects(archiveOf(new Map([['x'.repeat(99), []]])), /too long for a tar/)
  })
})
