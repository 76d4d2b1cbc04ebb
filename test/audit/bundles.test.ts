import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeSigner } from '../../src/adapters/signing/ed25519.ts'
import { signManifest } from '../../src/application/evidence/bundle/bundle-format.ts'
import { hexOf, sha256 } from '../../src/domain/log/hash.ts'
import type { Signer } from '../../src/domain/log/signing.ts'
import type { SaleEvent } from '../../src/domain/sale/events.ts'
import { countOf } from '../support/counts.ts'
import * as a from '../support/examples/sale-examples.ts'
import { saleIdOf } from '../support/examples/store-examples.ts'
import { makeFolder, run } from '../support/gateway/run-gateway.ts'
import { filesIn, findingsOf, signer } from '../support/log/audit-log.ts'
import { openEvidenceLog } from '../support/log/evidence-log.ts'

const GOOD = countOf('GOOD_BUNDLES')
const MUTATED = countOf('MUTATED_BUNDLES')

const VERIFIER = fileURLToPath(
  new URL('../../src/infrastructure/evidence/verify.mjs', import.meta.url),
)
const SECOND = fileURLToPath(new URL('./second_verifier.py', import.meta.url))

/** Events of no sale at the begin of each log: around the powers of two, where trees change shape. */
const LOOSE = [1, 2, 3, 4, 7, 8, 15, 16, 31, 32]

const other = makeSigner('8899aabbccddeeff/sales-log', Buffer.alloc(32, 9))
const hasPython = (await run('python3', ['--version']).catch(() => undefined))?.code === 0

function verifyWith(args: readonly string[]) {
  const runtime = 'Deno' in globalThis ? ['run', '--allow-read'] : []
  return run(process.execPath, [...runtime, VERIFIER, ...args])
}

/** The folders that a verifier found good, and what it says of each. */
async function verdictsOf(which: 'shipped' | 'second', folders: readonly string[], key: Signer) {
  const args = ['--key', key.vkey, ...folders]
  const done = which === 'shipped' ? verifyWith(args) : run('python3', [SECOND, ...args])
  const { stdout, stderr } = await done
  assert.equal(stderr, '')
  const bad = new Set<string>()
  const good = new Map<string, string[]>()
  for (const line of stdout.trimEnd().split('\n')) {
    const folder = line.slice(0, line.indexOf(': '))
    if (line.startsWith('  ')) [...good.values()].at(-1)?.push(line.trim())
    else if (line.endsWith(': ok')) good.set(folder, [])
    else bad.add(folder)
  }
  assert.deepEqual(
    [...good.keys(), ...bad].sort(),
    [...folders].sort(),
    `${which} judged all of them`,
  )
  return good
}

async function makeGood(folder: string, key: Signer, count: number): Promise<readonly string[]> {
  const made: string[] = []
  for (let log = 0; made.length < count; log += 1) {
    const place = path.join(folder, `log-${log}`)
    mkdirSync(place)
    await using source = await openEvidenceLog(place, key, readFileSync(VERIFIER, 'utf8'))
    const loose = LOOSE[log % LOOSE.length] ?? 1
    for (let number = 1; number <= loose; number += 1) {
      await source.addLoose(1_000 + number)
      if (number % 3 === 0) await source.sign('events')
    }
    const take = async (asked: Parameters<typeof source.take>[0]) => {
      if (made.length < count)
        made.push(await source.take(asked, path.join(folder, `b-${made.length}`)))
    }
    await take(source.everything)
    for (let number = 1; number <= 10; number += 1) {
      await source.addSale(number)
      if (number % 2 === 0) await source.sign('events')
      if (number % 4 === 2) await source.addSharedMail(number - 1, number)
      await take({ sale: saleIdOf(number) })
      if (number % 4 === 0) await take(source.everything)
    }
  }
  return made
}

const WOKEN: readonly SaleEvent[] = [
  ...[a.dealDeleted, a.rolledBack, a.woke('quote'), a.referenceLookedUp('quote', 'first')],
  ...[a.referenceLookedUp('quote', 'second'), a.at(a.atSettle, a.rolledBack)],
]

describe('A sale that a former owner opened again', () => {
  it('is whole for `audit verify`, and good in a bundle of its own and of a time', async () => {
    await using folder = await makeFolder()
    const bundles: string[] = []
    {
      await using source = await openEvidenceLog(
        folder.path,
        signer,
        readFileSync(VERIFIER, 'utf8'),
      )
      const failed = [a.priced, a.dealCreated, a.required('quote'), ...WOKEN]
      await source.addSale(1, 'web-shop', failed)
      const sold = [a.priced, a.dealCreated, a.quoteCreated, a.salesOrderCreated, a.completed]
      const looked = [a.woke('quote'), a.referenceLookedUp('quote', 'second'), a.settled]
      await source.addSale(2, 'web-shop', [...sold, ...looked])
      await source.sign('events')
      const asked = [{ sale: saleIdOf(1) }, { sale: saleIdOf(2) }, source.everything]
      for (const [number, one] of asked.entries()) {
        bundles.push(await source.take(one, path.join(folder.path, `bundle-${number}`)))
      }
    }
    assert.deepEqual(await findingsOf(filesIn(folder.path)), [])
    for (const which of hasPython ? (['shipped', 'second'] as const) : (['shipped'] as const)) {
      assert.deepEqual([...(await verdictsOf(which, bundles, signer)).keys()], bundles)
    }
    const report = readFileSync(path.join(bundles[2] ?? '', 'report.html'), 'utf8')
    assert.match(report, /1 failed, 1 were rolled back/)
  })
})

type Mutation = (bundle: string, seed: number) => void

function filesOf(bundle: string): readonly string[] {
  return readdirSync(bundle, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(bundle, path.join(entry.parentPath, entry.name)))
    .sort()
}

function edit(file: string, change: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(file, change(readFileSync(file)))
}

function lines(bundle: string, change: (list: string[]) => readonly string[]): void {
  edit(path.join(bundle, 'events.jsonl'), (bytes) =>
    Buffer.from(
      change(bytes.toString().trimEnd().split('\n'))
        .map((line) => `${line}\n`)
        .join(''),
    ),
  )
}

/** Makes the manifest anew and signs it, as somebody can who has the key. The checkpoints stay as they are. */
function signAgain(bundle: string, by: Signer = signer): void {
  const file = path.join(bundle, 'manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const names = filesOf(bundle).filter((name) => !/^manifest\./.test(name))
  manifest.files = Object.fromEntries(
    names.map((name) => {
      const bytes = readFileSync(path.join(bundle, name))
      return [name, { bytes: bytes.length, sha256: hexOf(sha256(bytes)) }]
    }),
  )
  manifest.events = readFileSync(path.join(bundle, 'events.jsonl'), 'utf8').split('\n').length - 1
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  writeFileSync(file, text)
  writeFileSync(path.join(bundle, 'manifest.note'), signManifest(by, text))
}

function flip(bundle: string, seed: number): void {
  const files = filesOf(bundle)
  edit(path.join(bundle, files[seed % files.length] ?? ''), (bytes) => {
    const at = (seed * 7_919) % bytes.length
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (seed % 7))
    return bytes
  })
}

const proofsOf = (bundle: string) => filesOf(bundle).filter((name) => name.startsWith('proofs'))
const lastProof = (bundle: string) => path.join(bundle, proofsOf(bundle).at(-1) ?? '')

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a bit of some file': flip,
  'a bit of some file again': (bundle, seed) => flip(bundle, seed * 31 + 5),
  'a file cut short': (bundle, seed) => {
    const files = filesOf(bundle)
    edit(path.join(bundle, files[seed % files.length] ?? ''), (bytes) => bytes.subarray(0, -3))
  },
  'a file more': (bundle) => writeFileSync(path.join(bundle, 'more.txt'), 'more'),
  'a file less': (bundle, seed) => {
    const files = filesOf(bundle)
    rmSync(path.join(bundle, files[seed % files.length] ?? ''))
  },
  'an event left out, signed': (bundle, seed) => {
    lines(bundle, (list) => list.toSpliced(seed % list.length, 1))
    signAgain(bundle)
  },
  'an event twice, signed': (bundle, seed) => {
    lines(bundle, (list) => list.toSpliced(seed % list.length, 0, list[seed % list.length] ?? ''))
    signAgain(bundle)
  },
  'an event changed, signed': (bundle, seed) => {
    lines(bundle, (list) =>
      list.with(
        seed % list.length,
        (list[seed % list.length] ?? '').replace('"at":"2026', '"at":"2025'),
      ),
    )
    signAgain(bundle)
  },
  'the last event changed, signed': (bundle) => {
    lines(bundle, (list) => list.with(-1, (list.at(-1) ?? '').replace('"at":"2026', '"at":"2025')))
    signAgain(bundle)
  },
  'another hash in a proof, signed': (bundle) => {
    edit(lastProof(bundle), (bytes) => {
      const [head = '', ...rest] = bytes.toString().split('\n\n')
      const [format, index, ...hashes] = head.split('\n')
      const others = hashes.map((_, at) => Buffer.alloc(32, at + 1).toString('base64'))
      // A log of one event has a proof without hashes.
      const made = others.length === 0 ? [Buffer.alloc(32).toString('base64')] : others
      return Buffer.from([[format, index, ...made].join('\n'), ...rest].join('\n\n'))
    })
    signAgain(bundle)
  },
  'a withheld event of another hash, or no event, signed': (bundle) => {
    edit(path.join(bundle, 'manifest.json'), (bytes) => {
      const manifest = JSON.parse(bytes.toString())
      const [known] = manifest.withheld
      if (known !== undefined) known.leaf = '0'.repeat(64)
      else manifest.withheld = [{ position: 1, type: 'MailSent', at: '', about: '', leaf: '' }]
      if ('first' in manifest.scope) manifest.scope.first += 1
      return Buffer.from(JSON.stringify(manifest))
    })
    signAgain(bundle)
  },
  'a hash more in a proof, signed': (bundle) => {
    edit(lastProof(bundle), (bytes) =>
      Buffer.from(bytes.toString().replace('\n\n', `\n${Buffer.alloc(32).toString('base64')}\n\n`)),
    )
    signAgain(bundle)
  },
  'another checkpoint': (bundle) => {
    edit(path.join(bundle, 'checkpoints.txt'), (bytes) =>
      Buffer.from(bytes.toString().replace('reason asked', 'reason events')),
    )
    signAgain(bundle)
  },
  'signed by another': (bundle) => signAgain(bundle, other),
  'another time in the manifest': (bundle) =>
    edit(path.join(bundle, 'manifest.json'), (bytes) =>
      Buffer.from(bytes.toString().replace('"auditor"', '"somebody"')),
    ),
  'a report of other content, and a manifest that agrees': (bundle) => {
    edit(path.join(bundle, 'report.html'), (bytes) => Buffer.concat([bytes, Buffer.from(' ')]))
    const note = readFileSync(path.join(bundle, 'manifest.note'))
    signAgain(bundle)
    writeFileSync(path.join(bundle, 'manifest.note'), note)
  },
}

describe('Bundles of evidence', () => {
  it(`are judged alike by both verifiers: ${GOOD} good ones, ${MUTATED} mutated ones`, {
    skip: hasPython ? false : 'needs python3 for the second verifier',
    timeout: 240_000,
  }, async (t) => {
    await using folder = await makeFolder()
    const good = [...(await makeGood(folder.path, signer, GOOD - 1))]
    const kinds = Object.entries(MUTATIONS)
    const mutated: string[] = []
    const nameOf = new Map<string, string>()
    for (let seed = 0; mutated.length < MUTATED; seed += 1) {
      const [name, mutate] = kinds[seed % kinds.length] ?? []
      const bundle = path.join(folder.path, `m-${seed}`)
      cpSync(good[(seed * 17) % good.length] ?? '', bundle, { recursive: true })
      mutate?.(bundle, seed)
      nameOf.set(bundle, `${name}, seed ${seed}`)
      mutated.push(bundle)
    }
    const again = path.join(folder.path, 'signed-again')
    cpSync(good[0] ?? '', again, { recursive: true })
    signAgain(again)
    good.push(again)
    const shipped = await verdictsOf('shipped', [...good, ...mutated], signer)
    const second = await verdictsOf('second', [...good, ...mutated], signer)
    assert.deepEqual(
      good.filter((bundle) => !shipped.has(bundle)),
      [],
      'good, by verify.mjs',
    )
    assert.deepEqual(
      good.filter((bundle) => !second.has(bundle)),
      [],
      'good, by the second',
    )
    for (const bundle of good) {
      const facts = (shipped.get(bundle) ?? []).filter((line) => !line.startsWith('not checked: '))
      assert.deepEqual(facts, second.get(bundle), 'both say the same of what they checked')
      assert.equal(facts.length, 3)
    }
    const passed = (seen: ReadonlyMap<string, unknown>) =>
      mutated.filter((bundle) => seen.has(bundle)).map((bundle) => nameOf.get(bundle))
    assert.deepEqual(passed(shipped), [], 'mutated, by verify.mjs')
    assert.deepEqual(passed(second), [], 'mutated, by the second')
    const some = good.slice(0, 3)
    assert.equal((await verdictsOf('shipped', some, other)).size, 0, 'with the key of another log')
    assert.equal((await verdictsOf('second', some, other)).size, 0, 'with the key of another log')
    t.diagnostic(`${good.length} good and ${mutated.length} mutated bundles, 2 verifiers`)
  })

  it('show nothing of other sales', async () => {
    await using folder = await makeFolder()
    await using source = await openEvidenceLog(folder.path, signer, readFileSync(VERIFIER, 'utf8'))
    for (const number of [41, 42, 43]) await source.addSale(number, `client-of-${number}`)
    await source.addSharedMail(41, 42, 43)
    await source.addSharedMail(43)
    const bundle = await source.take({ sale: saleIdOf(42) }, path.join(folder.path, 'bundle'))
    const facts = (await verdictsOf('shipped', [bundle], signer)).get(bundle)?.join('\n') ?? ''
    assert.match(facts, new RegExp(`^sale ${saleIdOf(42)}: \\d+ events, positions \\d+ to \\d+\n`))
    assert.match(
      facts,
      /\ncheckpoint \d+ of \d{4}-\S+Z, over \d+ events\nsigned by \S+, key SHA256:/,
    )
    assert.match(facts, /\nnot checked: the text of the 1 withheld in the manifest\n/)
    const manifest = JSON.parse(readFileSync(path.join(bundle, 'manifest.json'), 'utf8'))
    assert.equal(manifest.withheld.length, 1, 'the mail is there, without its text')
    assert.match(readFileSync(path.join(bundle, 'report.html'), 'utf8'), /told of several sales/)
    for (const name of filesOf(bundle)) {
      const text = readFileSync(path.join(bundle, name), 'utf8')
      for (const marker of [saleIdOf(41), saleIdOf(43), 'client-of-41', 'client-of-43']) {
        assert.ok(!text.includes(marker), `${name} has ${marker}`)
      }
    }
  })

  it('report which way each mail went, and name none where the log has none', async () => {
    await using folder = await makeFolder()
    await using source = await openEvidenceLog(folder.path, signer, readFileSync(VERIFIER, 'utf8'))
    await source.addSale(41)
    await source.addSharedMail(41)
    const bundle = await source.take({ sale: saleIdOf(41) }, path.join(folder.path, 'bundle'))
    assert.equal((await verdictsOf('shipped', [bundle], signer)).size, 1)
    const report = readFileSync(path.join(bundle, 'report.html'), 'utf8')
    for (const way of [
      'was taken by the mail server for 1 recipient',
      'was handed over, to a mail',
    ]) {
      assert.match(report, new RegExp(`<td [^>]*>${way}`))
    }
    assert.doesNotMatch(report, /Accepted by the mail server/)
  })

  it('cannot be checked without a key from outside', async () => {
    await using folder = await makeFolder()
    const { code, stderr } = await verifyWith([folder.path])
    assert.equal(code, 2)
    assert.match(stderr, /--key, from outside/)
  })
})
