import {
  type ParsedCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
} from '../../domain/log/checkpoint.ts'
import { sameBytes } from '../../domain/log/hash.ts'
import type { TreeHead } from '../../domain/log/proofs.ts'
import { isSignedBy } from '../../domain/log/signed-note.ts'
import type { CheckSignature } from '../../domain/log/signing.ts'
import type { VerifierKey } from '../../domain/log/vkey.ts'
import { type Report, rangesOf } from './finding.ts'
import type { ArchivedCheckpoint } from './log-archive.port.ts'

/** The newest checkpoint as its own file has it, read before and after the log was opened. */
export type NewestRead = {
  readonly before: SignedCheckpoint | undefined
  readonly after: SignedCheckpoint | undefined
}

/** A checkpoint that was kept elsewhere. */
export type Anchor = { readonly name: string; readonly note: string }

type Claim = TreeHead & {
  /** The number of a listed one; the name of one from elsewhere. */
  readonly from: number | string
}

/** What the checkpoints claim of the log; asked for each size that the log had. */
export type CheckpointClaims = {
  readonly listed: number
  readonly newest: SignedCheckpoint | undefined
  /** To be called with each size from 0 on; `rootNow` is asked for where there is a claim. */
  compare(size: number, rootNow: () => Uint8Array): void
  /** Tells of claims about more than the log has. */
  end(size: number): void
}

export function readClaims(
  given: {
    readonly checkpoints: Iterable<ArchivedCheckpoint>
    /** `undefined` where there is no such file to be expected. */
    readonly file: NewestRead | undefined
    readonly anchors: readonly Anchor[]
    readonly keys: readonly VerifierKey[]
    readonly checkSignature: CheckSignature
  },
  report: Report,
): CheckpointClaims {
  const { file, anchors, keys, checkSignature } = given
  const claims: Claim[] = []
  let listed = 0
  let newest: SignedCheckpoint | undefined
  const unsigned: number[] = []

  for (const row of given.checkpoints) {
    const place = `checkpoint ${row.number}`
    listed += 1
    const parsed = parseCheckpoint(row.note)
    if (parsed === undefined) {
      report(place, 'its text is no checkpoint')
      continue
    }
    const { checkpoint } = parsed
    const { number, size, at, root } = checkpoint
    if (number !== row.number || size !== row.size || at !== row.at) {
      report(place, 'its text says another number, size or time than its row')
    }
    if (!isSigned(parsed)) unsigned.push(row.number)
    const before = newest?.number ?? 0
    if (number !== before + 1) report(place, `it follows checkpoint ${before}`)
    if (newest !== undefined && size < newest.size) {
      report(place, `it is over ${size} events, the one before over ${newest.size}`)
    }
    claims.push({ from: number, size, root })
    newest = checkpoint
  }
  for (const range of rangesOf(unsigned)) {
    report(`checkpoint ${range}`, 'not signed with a key that was given')
  }
  if (file !== undefined) readFile(file)
  for (const { name, note } of anchors) {
    const parsed = parseCheckpoint(note)
    if (parsed === undefined) report(name, 'there is no checkpoint in it')
    else if (!isSigned(parsed)) report(name, 'not signed with a key that was given')
    else claims.push({ from: name, size: parsed.checkpoint.size, root: parsed.checkpoint.root })
  }
  claims.sort((one, other) => one.size - other.size)
  const different: number[] = []
  let next = 0

  return {
    listed,
    newest,

    compare(size, rootNow) {
      for (let claim = claims[next]; claim?.size === size; claim = claims[next]) {
        next += 1
        if (sameBytes(rootNow(), claim.root)) continue
        if (typeof claim.from === 'number') different.push(claim.from)
        else report(claim.from, `the first ${size} events are not those that were signed`)
      }
    },

    end(size) {
      for (const range of rangesOf(different.sort((one, other) => one - other))) {
        report(`checkpoint ${range}`, 'the events it is over are not those that were signed')
      }
      for (const claim of claims.slice(next)) {
        const place = typeof claim.from === 'number' ? `checkpoint ${claim.from}` : claim.from
        report(place, `it is over ${claim.size} events, the log has ${size}`)
      }
    },
  }

  function isSigned({ checkpoint, signed }: ParsedCheckpoint): boolean {
    return keys.some(
      (key) => key.name === checkpoint.origin && isSignedBy(checkSignature, signed, key),
    )
  }

  /** A signer puts it into the file first, then into the list. */
  function readFile({ before, after }: NewestRead): void {
    const place = 'checkpoints.db'
    const last = newest?.number ?? 0
    if (after === undefined || after.number < last) {
      const what = after === undefined ? 'no checkpoint' : `checkpoint ${after.number}`
      if (last > 0 || after !== undefined) {
        report(place, `it has ${what}, the newest of the log is ${last}`)
      }
    }
    if (before === undefined) return
    const parsed = parseCheckpoint(before.note)
    if (parsed === undefined || !isSigned(parsed))
      report(place, 'not signed with a key that was given')
    if (before.number > last + 1) {
      report(place, `it has checkpoint ${before.number}, the newest of the log is ${last}`)
    } else if (before.number === last && before.note !== newest?.note) {
      report(place, `its checkpoint ${last} is another than that of the log`)
    }
    claims.push({ from: place, size: before.size, root: before.root })
  }
}
