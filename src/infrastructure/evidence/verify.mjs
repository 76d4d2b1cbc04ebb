// Checks a bundle of evidence about the sales log: node verify.mjs DIR --key KEY
//
// This one file needs nothing but Node 18 or Deno. What it checks is described in docs/evidence.md of
// the software. KEY is the public key of the log, or a file with it, and must come from outside of
// the bundle. Exit codes: 0 nothing is wrong, and what was checked follows; 1 each line is a finding;
// 2 wrong usage.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const FORMAT = 'plg-sales-evidence/1'
const PROOF = 'c2sp.org/tlog-proof@v1'
const ED25519 = 1
const NEWLINE = 10
const NO_KEY =
  'give the public key of the log with --key, from outside of the bundle: alone it shows only that it agrees with itself'
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const CHECKPOINT =
  /^(\S+)\n(0|[1-9]\d*)\n(\S+)\nnumber ([1-9]\d*)\ntime ([-\d]+T[:.\d]+Z)\nreason [a-z]+\n$/
/** The files of every bundle, beside its proofs, its manifest and the note of it. */
const FILES = 'README.txt,checkpoints.txt,events.csv,events.jsonl,report.html,verify.mjs'

const sha256 = (...parts) => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}
const nodeOf = (left, right) => sha256(Buffer.of(1), left, right)
const half = (value) => Math.floor(value / 2)
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The bytes of a text in standard base64 with padding; `undefined` for any other text. */
function bytesOf(base64) {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : undefined
}

/** `<name>+<key id>+<base64 of a type byte and 32 bytes>`: https://c2sp.org/signed-note */
export function parseKey(text) {
  const [, name, id, encoded] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? []
  const bytes = bytesOf(encoded ?? '')
  if (bytes?.length !== 33 || bytes[0] !== ED25519) return undefined
  if (sha256(`${name}\n`, bytes).toString('hex', 0, 4) !== id) return undefined
  const der = Buffer.concat([SPKI, bytes.subarray(1)])
  const fingerprint = `SHA256:${sha256(bytes.subarray(1)).toString('hex')}`
  return { name, id, fingerprint, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** A text and its signatures: https://c2sp.org/signed-note. `undefined` for anything else. */
function parseNote(note) {
  const [, text, lines] = /^((?:[^\n]+\n)+)\n((?:\u2014 [^\n]+\n)+)$/.exec(note) ?? []
  return text && { text, signatures: lines.match(/[^\n]+/g).map((line) => line.split(' ')) }
}

/** Whether one of the signatures is made with one of the keys, under the name `origin`. */
function isSigned({ text, signatures }, origin, keys) {
  return signatures.some(([, name, encoded, ...more]) => {
    const stamp = bytesOf(encoded ?? '') ?? Buffer.of()
    const id = stamp.toString('hex', 0, 4)
    const key = keys.find((one) => one.name === name && one.id === id)?.key
    if (name !== origin || key === undefined || more.length > 0) return false
    return verify(null, Buffer.from(text), key, stamp.subarray(4))
  })
}

/** The notes of a text that holds nothing else. A note is lines, an empty line, and signatures. */
function splitNotes(text) {
  const notes = text.match(/(?:[^\n\u2014][^\n]*\n)+\n(?:\u2014 [^\n]+\n)+/g) ?? []
  return notes.join('') === text ? notes : []
}

/** https://c2sp.org/tlog-checkpoint, with the number, the time and the reason as extension lines. */
function parseCheckpoint(note, log, keys) {
  const parsed = parseNote(note)
  const [, origin, size, root, number, time] = CHECKPOINT.exec(parsed?.text ?? '') ?? []
  const hash = bytesOf(root ?? '')
  if (hash?.length !== 32 || origin !== log || !isSigned(parsed, log, keys)) return undefined
  return { size: Number(size), number: Number(number), time, root: hash, note }
}

/** The hashes of a proof (https://c2sp.org/tlog-proof) of this leaf against exactly this checkpoint. */
function parseProof(text, index, note) {
  const hashes = text.split('\n\n')[0].split('\n').slice(2)
  const rebuilt = [PROOF, `index ${index}`, ...hashes, '', note].join('\n')
  const proof = hashes.map(bytesOf)
  return rebuilt === text && proof.every((hash) => hash?.length === 32) ? proof : undefined
}

/** The root to which a leaf and its proof lead (RFC 9162, 2.1.3.2), and the hashes left of the leaf. */
function climb(leaf, position, size, proof) {
  let [at, last, hash] = [position - 1, size - 1, leaf]
  const left = []
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      left.push(sibling)
      hash = nodeOf(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = nodeOf(hash, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? { root: hash, left } : undefined
}

/** Adds a leaf to a tree: one complete subtree for each level, or `undefined`. */
function addLeaf(levels, leaf) {
  let [level, hash] = [0, leaf]
  for (; levels[level] !== undefined; level += 1) {
    hash = nodeOf(levels[level], hash)
    levels[level] = undefined
  }
  levels[level] = hash
}

const edgeOf = (levels) => levels.filter((hash) => hash !== undefined)
const rootOf = ([first = sha256(), ...edge]) =>
  edge.reduce((right, left) => nodeOf(left, right), first)

/** The canonical JSON (RFC 8785) of what an event may hold. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}

function parseJson(bytes) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {}
}

function namesIn(folder, prefix = '') {
  return readdirSync(join(folder, prefix)).flatMap((name) => {
    const isFolder = lstatSync(join(folder, prefix, name)).isDirectory()
    return isFolder ? namesIn(folder, `${prefix}${name}/`) : [prefix + name]
  })
}

/** The positions and leaves of the events in `events.jsonl`. Reports what is wrong with them. */
function readEvents(bytes, { sale }, report) {
  const events = []
  const before = new Map()
  if (bytes.at(-1) !== NEWLINE) report('events.jsonl', 'does not end with a line')
  for (let from = 0, end = 0; from < bytes.length && end !== -1; from = end + 1) {
    end = bytes.indexOf(NEWLINE, from)
    const body = bytes.subarray(from, end)
    const event = parseJson(body)
    const say = (what) => report(`line ${events.length + 1}`, what)
    if (!Number.isSafeInteger(event?.position) || canonical(event) !== `${body}`) {
      say('is no event in canonical form')
      return []
    }
    const leaf = sha256(Buffer.of(0), body)
    const { position, saleId, sequence, prev, data } = event
    if (position <= (events.at(-1)?.position ?? 0)) say('has a position that does not follow')
    events.push({ position, leaf })
    if (sale !== undefined && saleId !== sale) {
      const named = data?.saleIds ?? [data?.saleId]
      const isAbout = saleId === null && named.length > 0 && named.every((id) => id === sale)
      if (!isAbout) say('is not about this sale alone')
      continue
    }
    const known = before.get(saleId) ?? (sale !== undefined && { sequence: 0 })
    const isNext = !known || saleId === null || sequence === known.sequence + 1
    if (!isNext) say('has a sequence that does not follow')
    const chained = prev !== undefined
    const wanted = known ? (known.leaf ?? null) : sequence === 1 ? null : prev
    if (chained ? prev !== wanted : known?.chained) say('names another event before it')
    before.set(saleId, { sequence, chained, leaf: leaf.toString('hex') })
  }
  return events
}

/** The manifest, or `undefined`. Reports a wrong signature, and files that are not what it says. */
function readManifest(files, keys, report) {
  const bytes = files.get('manifest.json') ?? Buffer.of()
  const manifest = parseJson(bytes)
  const { format, origin, scope, withheld, files: listed } = isObject(manifest) ? manifest : {}
  if (format !== FORMAT || !isObject(scope) || !isObject(listed) || !Array.isArray(withheld)) {
    report('manifest.json', `is no manifest of ${FORMAT}`)
    return undefined
  }
  const note = parseNote(`${files.get('manifest.note') ?? ''}`)
  const statement = `${FORMAT}\n${origin}\n${sha256(bytes).toString('hex')}\n`
  if (note?.text !== statement || !isSigned(note, origin, keys)) {
    report('manifest.note', 'is not signed with a key that was given, over this manifest')
  }
  for (const [name, entry] of Object.entries(listed)) {
    const found = files.get(name) ?? Buffer.of()
    if (found.length !== entry.bytes || sha256(found).toString('hex') !== entry.sha256) {
      report(name, 'is missing, or not what the manifest says')
    }
  }
  return manifest
}

/** All that is wrong with a bundle, and where. Where nothing is: what was checked, and what was not. */
export function judge(folder, keys) {
  const findings = []
  const report = (place, text) => findings.push({ place, text })
  try {
    const checked = verifyBundle(folder, keys, report)
    return { findings, facts: findings.length === 0 ? factsOf(checked, keys) : [] }
  } catch (error) {
    report('the bundle', `cannot be read: ${error}`)
    return { findings, facts: [] }
  }
}

/** What a bundle without a finding is, in lines for people. */
function factsOf({ manifest, events, head }, keys) {
  const { scope, withheld, origin } = manifest
  const [first, last] = [events[0].position, events.at(-1).position]
  const what = scope.sale ? `sale ${scope.sale}` : `the log from ${scope.from} to ${scope.to}`
  const signers = keys.filter((key) => isSigned(parseNote(head.note), origin, [key]))
  const shared =
    withheld.length > 0 && `the text of the ${withheld.length} withheld in the manifest`
  const unchecked = [
    'that what was recorded is true, and that nothing was left out before it was recorded',
    scope.sale ? 'that nothing about this sale follows its last event' : 'the log outside of these',
    shared,
    'that the events of a sale can follow each other (gateway audit verify --bundle does)',
    'that others saw this same checkpoint: compare it with one that was kept elsewhere',
  ].filter(Boolean)
  return [
    `${what}: ${events.length} events, positions ${first} to ${last}`,
    `checkpoint ${head.number} of ${head.time}, over ${head.size} events`,
    ...signers.map(({ fingerprint }) => `signed by ${origin}, key ${fingerprint}`),
    ...unchecked.map((one) => `not checked: ${one}`),
  ]
}

function verifyBundle(folder, keys, report) {
  const files = new Map(namesIn(folder).map((name) => [name, readFileSync(join(folder, name))]))
  const manifest = readManifest(files, keys, report)
  if (manifest === undefined) return
  const text = (name) => `${files.get(name) ?? ''}`
  const { scope } = manifest
  const notes = splitNotes(text('checkpoints.txt')).map((one) =>
    parseCheckpoint(one, manifest.origin, keys),
  )
  const head = notes.at(-1)
  if (head === undefined || notes.includes(undefined)) {
    return report('checkpoints.txt', 'holds something else than checkpoints that a key has signed')
  }
  const events = readEvents(files.get('events.jsonl') ?? Buffer.of(), scope, report)
  if (events.length === 0 || events.length !== manifest.events) {
    return report('events.jsonl', `holds ${events.length} events, not ${manifest.events}`)
  }
  const ends = [...new Set([events[0], events.at(-1)])]
  const proved = 'sale' in scope ? [...events, ...manifest.withheld] : ends
  const names = proved.map(({ position }) => `proofs/${position}.tlog-proof`)
  const climbs = proved.map(({ position, leaf }, at) => {
    const proof = parseProof(text(names[at]), position - 1, head.note)
    const end = proof && climb(Buffer.from(leaf, 'hex'), position, head.size, proof)
    if (position > head.size || !end?.root.equals(head.root))
      report(names[at], 'does not prove that the event is there')
    return end
  })
  const wanted = `${[...FILES.split(','), ...names].sort()}`
  const there = [...files.keys()].filter((name) => !/^manifest\.(json|note)$/.test(name)).sort()
  if (`${there}` !== wanted || `${Object.keys(manifest.files).sort()}` !== wanted) {
    report('manifest.json', 'does not list the files of a bundle, and no others')
  }
  const isRange = !('sale' in scope)
  if (!isRange && notes.length > 1) report('checkpoints.txt', 'holds more than one')
  if (isRange && !climbs.includes(undefined)) verifyRange(events, scope, notes, climbs, report)
  return { manifest, events, head }
}

/** Grows the tree over a range, from the proof of its first event to that of its last. */
function verifyRange(events, scope, notes, climbs, report) {
  const left = [...climbs[0].left]
  const levels = []
  for (let level = 0, rest = scope.first - 1; rest > 0; level += 1, rest = half(rest)) {
    if (rest % 2 === 1) levels[level] = left.shift()
  }
  const isWhole = events.every(({ position }, index) => position === scope.first + index)
  if (!isWhole || events.at(-1).position !== scope.last) {
    return report('events.jsonl', 'does not hold the positions that the manifest says')
  }
  // The last checkpoint is over more than the range. The proofs were compared with it.
  const [head, ...within] = [...notes].reverse()
  const compare = (size) => {
    while (within.at(-1)?.size === size) {
      const { number, root } = within.pop()
      if (!rootOf(edgeOf(levels)).equals(root))
        report(`checkpoint ${number}`, 'is over other events')
      const after = within.at(-1)
      if (after ? after.number !== number + 1 : head.number <= number) {
        report(`checkpoint ${number}`, 'is not followed by the next')
      }
    }
  }
  compare(scope.first - 1)
  for (const { position, leaf } of events) {
    const isLast = position === scope.last
    if (isLast && !Buffer.concat(edgeOf(levels)).equals(Buffer.concat(climbs.at(-1).left))) {
      report('events.jsonl', 'holds other events between its first and its last than the log')
    }
    addLeaf(levels, leaf)
    compare(position)
  }
  if (within.length > 0) report('checkpoints.txt', 'is out of order, or over what is not here')
}

function main(args) {
  const isKey = (index) => args[index - 1] === '--key'
  const folders = args.filter((text, index) => text !== '--key' && !isKey(index))
  const given = args.filter((_, index) => isKey(index))
  const keys = given.map((key) => parseKey(existsSync(key) ? readFileSync(key, 'utf8') : key))
  let problem = keys.includes(undefined) ? 'this is no public key of a log' : undefined
  if (keys.length === 0) problem = NO_KEY
  if (!folders.some((name) => existsSync(name))) problem = 'usage: verify.mjs DIR... --key KEY'
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    return 2
  }
  const verdicts = folders.map((folder) => {
    const { findings, facts } = judge(folder, keys)
    const printed =
      findings.length === 0 ? ['ok'] : findings.map(({ place, text }) => `${place} ${text}`)
    for (const line of printed) process.stdout.write(`${folder}: ${line}\n`)
    for (const line of facts) process.stdout.write(`  ${line}\n`)
    return findings.length === 0
  })
  return verdicts.includes(false) ? 1 : 0
}

// The gateway imports this file for its functions. However else it is started, it judges.
if (!import.meta.url.endsWith('?import')) {
  // Its reader may have gone, as `head` does: the exit code is the verdict all the same.
  process.stdout.on('error', () => undefined)
  process.exitCode = main(process.argv.slice(2))
}
