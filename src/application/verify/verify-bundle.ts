import { parseCheckpoint, type SignedCheckpoint } from '../../domain/log/checkpoint.ts'
import { findCheckpoints } from '../../domain/log/find-checkpoints.ts'
import { hexOf, sha256 } from '../../domain/log/hash.ts'
import { provesInclusion } from '../../domain/log/proofs.ts'
import { isSignedBy, parseNote } from '../../domain/log/signed-note.ts'
import type { CheckSignature } from '../../domain/log/signing.ts'
import { parseTlogProof, type TlogProof } from '../../domain/log/tlog-proof.ts'
import type { VerifierKey } from '../../domain/log/vkey.ts'
import {
  CHECKPOINTS,
  EVENTS,
  type EvidenceManifest,
  FORMAT,
  MANIFEST,
  MANIFEST_NOTE,
  manifestStatement,
  proofName,
} from '../evidence/bundle/bundle-format.ts'
import type { Report } from './finding.ts'
import { type BundleEvent, verifyBundleEvents } from './verify-bundle-events.ts'
import { verifyRange } from './verify-bundle-range.ts'

export type BundleTools = {
  readonly keys: readonly VerifierKey[]
  readonly checkSignature: CheckSignature
  /** Whether the text is the one canonical form (RFC 8785) of the value it was parsed to. */
  readonly isCanonical: (text: string, value: unknown) => boolean
}

/** In every bundle, beside its proofs. */
const FIXED = [EVENTS, CHECKPOINTS, 'report.html', 'events.csv', 'README.txt', 'verify.mjs']

/**
 * Looks at a bundle as docs/evidence.md says, and at the course of its sales. `files` holds all
 * that is in its folder, by names with `/`.
 */
export function verifyBundle(
  files: ReadonlyMap<string, Uint8Array>,
  tools: BundleTools,
  report: Report,
): void {
  const text = (name: string) => Buffer.from(files.get(name) ?? []).toString()
  const manifest = readManifest(files, tools, report)
  if (manifest === undefined) return
  const checkpoints = readCheckpoints(text(CHECKPOINTS), manifest.origin, tools, report)
  const head = checkpoints.at(-1)
  const { scope, withheld } = manifest
  const sale = 'sale' in scope ? scope.sale : undefined
  const events = verifyBundleEvents(files.get(EVENTS) ?? new Uint8Array(0), sale, tools, report)
  if (events.length === 0 || events.length !== manifest.events) {
    report(EVENTS, `it holds ${events.length} events, the manifest says ${manifest.events}`)
  }
  const [first, last] = [events[0], events.at(-1)]
  if (head === undefined || first === undefined || last === undefined) return
  const hidden = withheld.map(({ position, leaf }) => {
    return { position, leaf: Buffer.from(leaf, 'hex') }
  })
  const proved = sale === undefined ? [...new Set([first, last])] : [...events, ...hidden]
  const proofs = proved.map((event) => readProof(event, head))
  const wanted = [...FIXED, ...proved.map(({ position }) => proofName(position))].sort().join()
  if (Object.keys(manifest.files).sort().join() !== wanted) {
    report(MANIFEST, 'it lists other files than such a bundle has')
  }
  const [atFirst, atLast] = [proofs[0], proofs.at(-1)]
  if (!('sale' in scope)) {
    if (atFirst === undefined || atLast === undefined) return
    verifyRange({ scope, events, checkpoints, atFirst, atLast }, report)
  } else if (checkpoints.length > 1) report(CHECKPOINTS, 'it holds more than one')

  function readProof(event: BundleEvent, to: SignedCheckpoint): TlogProof | undefined {
    const name = proofName(event.position)
    const proof = parseTlogProof(text(name))
    const claim = { leaf: event.leaf, index: event.position - 1, size: to.size }
    const isProof =
      proof !== undefined &&
      proof.note === to.note &&
      proof.index === claim.index &&
      provesInclusion(proof.hashes, claim, to.root)
    if (isProof) return proof
    report(name, 'it does not prove that the event is in the log')
    return undefined
  }
}

function readManifest(
  files: ReadonlyMap<string, Uint8Array>,
  { keys, checkSignature }: BundleTools,
  report: Report,
): EvidenceManifest | undefined {
  const bytes = files.get(MANIFEST) ?? new Uint8Array(0)
  const manifest = parseManifest(Buffer.from(bytes).toString())
  if (manifest === undefined) {
    report(MANIFEST, 'it is no manifest of a bundle that this version knows')
    return
  }
  const note = parseNote(Buffer.from(files.get(MANIFEST_NOTE) ?? []).toString())
  const { origin } = manifest
  const isSigned =
    note?.text === manifestStatement(origin, bytes) &&
    keys.some((key) => key.name === origin && isSignedBy(checkSignature, note, key))
  if (!isSigned) report(MANIFEST_NOTE, 'not signed over this manifest with a key that was given')
  for (const name of new Set([...files.keys(), ...Object.keys(manifest.files)])) {
    if (name === MANIFEST || name === MANIFEST_NOTE) continue
    const [listed, found] = [manifest.files[name], files.get(name)]
    if (found === undefined) report(name, 'it is missing')
    else if (listed === undefined) report(name, 'it is not in the manifest')
    else if (listed.bytes !== found.length || listed.sha256 !== hexOf(sha256(found))) {
      report(name, 'it is not what the manifest says')
    }
  }
  return manifest
}

/** The members it looks at are those that finding the rest needs. */
function parseManifest(text: string): EvidenceManifest | undefined {
  try {
    const manifest: Partial<EvidenceManifest> = JSON.parse(text)
    const { format, scope, files, withheld } = manifest
    const isManifest =
      format === FORMAT &&
      typeof scope === 'object' &&
      typeof files === 'object' &&
      Array.isArray(withheld)
    return isManifest ? (manifest as EvidenceManifest) : undefined
  } catch {
    return undefined
  }
}

function readCheckpoints(
  text: string,
  origin: string,
  { keys, checkSignature }: BundleTools,
  report: Report,
): readonly SignedCheckpoint[] {
  const notes = findCheckpoints(text)
  const signed = notes.flatMap((note) => {
    const parsed = parseCheckpoint(note)
    const key = keys.find(
      (one) => one.name === origin && parsed && isSignedBy(checkSignature, parsed.signed, one),
    )
    return parsed !== undefined && key !== undefined && parsed.checkpoint.origin === origin
      ? [parsed.checkpoint]
      : []
  })
  if (notes.join('') === text && notes.length > 0 && signed.length === notes.length) return signed
  report(CHECKPOINTS, 'it holds something else than checkpoints signed with a key that was given')
  return []
}
