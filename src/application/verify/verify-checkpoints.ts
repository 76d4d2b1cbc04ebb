// Reads all checkpoints of a log, and compares each with the events that it is over.
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
import type { ArchivedCheckpoint, Pages } from './log-archive.port.ts'

/** The newest checkpoint in its own file, read before and after the log was opened. */
export type NewestRead = {
  readonly before: SignedCheckpoint | undefined
  readonly after: SignedCheckpoint | undefined
}

/** A checkpoint that was kept elsewhere. */
export type Anchor = { readonly name: string; readonly note: string }

/** A claim that the first `size` events have this root. */
type Claim = TreeHead & {
  /** The number of a checkpoint in the log; the name of one from elsewhere. */
  readonly from: number | string
}

/** A finding that an accepted loss of `lost` explains. */
type Doubt = {
  readonly lost: TreeHead
  readonly place: string
  readonly text: string
}

type IsSigned = (checkpoint: ParsedCheckpoint) => boolean

/** What the checkpoints claim of the log, to be compared while its tree is built. */
export type CheckpointClaims = {
  /** How many checkpoints the log has. */
  readonly listed: number
  /** The newest checkpoint of the log. */
  readonly newest: SignedCheckpoint | undefined
  /** Called with each size from 0 on. `rootNow` is called only where there is a claim. */
  compare(size: number, rootNow: () => Uint8Array): void
  /**
   * Reports the claims that do not hold, and those over more events than the log has.
   *
   * @param isLost whether a person has accepted that the log is not what this checkpoint says
   */
  end(size: number, isLost: (checkpoint: TreeHead) => boolean): void
}

/** Reports what is wrong with the checkpoints themselves, and returns what they claim. */
export async function readClaims(
  given: {
    readonly checkpoints: Pages<ArchivedCheckpoint>
    /** `undefined` where no file is to be expected, as beside a copy. */
    readonly file: NewestRead | undefined
    readonly anchors: readonly Anchor[]
    readonly keys: readonly VerifierKey[]
    readonly checkSignature: CheckSignature
  },
  report: Report,
): Promise<CheckpointClaims> {
  const { file, anchors, keys, checkSignature } = given
  const isSigned: IsSigned = ({ checkpoint, signed }) =>
    keys.some((key) => key.name === checkpoint.origin && isSignedBy(checkSignature, signed, key))
  const listing = makeListing(isSigned, report)
  for await (const page of given.checkpoints) for (const row of page) listing.take(row)
  const { claims, doubts, listed, newest } = listing.end()
  if (file !== undefined) claims.push(...readFile(file, newest, isSigned, report))
  for (const anchor of anchors) claims.push(...readAnchor(anchor, isSigned, report))
  return { listed, newest, ...makeComparison(claims, doubts, report) }
}

/** Takes the checkpoints of the log one after the other. */
function makeListing(isSigned: IsSigned, report: Report) {
  const claims: Claim[] = []
  const doubts: Doubt[] = []
  const unsigned: number[] = []
  let listed = 0
  let newest: SignedCheckpoint | undefined

  return {
    take(row: ArchivedCheckpoint): void {
      const place = `checkpoint ${row.number}`
      listed += 1
      const parsed = parseCheckpoint(row.note)
      if (parsed === undefined) {
        report(place, 'its text is no checkpoint')
        return
      }
      const { checkpoint } = parsed
      const { number, size, at, root } = checkpoint
      if (number !== row.number || size !== row.size || at !== row.at) {
        report(place, 'its text says another number, size or time than its row')
      }
      if (!isSigned(parsed)) unsigned.push(row.number)
      const before = newest?.number ?? 0
      // The checkpoints before one that was lost with its events were lost, too.
      if (number !== before + 1) {
        doubts.push({ lost: checkpoint, place, text: `it follows checkpoint ${before}` })
      }
      if (newest !== undefined && size < newest.size) {
        const text = `it is over ${size} events, the one before over ${newest.size}`
        if (checkpoint.reason === 'accepted') doubts.push({ lost: newest, place, text })
        else report(place, text)
      }
      claims.push({ from: number, size, root })
      newest = checkpoint
    },

    end() {
      for (const range of rangesOf(unsigned)) {
        report(`checkpoint ${range}`, 'not signed with a key that was given')
      }
      return { claims, doubts, listed, newest }
    },
  }
}

/**
 * A signer writes a checkpoint to the file first, then to the log. So the file as it was before the
 * log was opened is at most one checkpoint ahead; as it was after, it is not behind.
 */
function readFile(
  { before, after }: NewestRead,
  newest: SignedCheckpoint | undefined,
  isSigned: IsSigned,
  report: Report,
): readonly Claim[] {
  const place = 'checkpoints.db'
  const last = newest?.number ?? 0
  if (after === undefined || after.number < last) {
    const what = after === undefined ? 'no checkpoint' : `checkpoint ${after.number}`
    if (last > 0 || after !== undefined) {
      report(place, `it has ${what}, the newest of the log is ${last}`)
    }
  }
  if (before === undefined) return []
  const parsed = parseCheckpoint(before.note)
  if (parsed === undefined || !isSigned(parsed)) {
    report(place, 'not signed with a key that was given')
  }
  if (before.number > last + 1) {
    report(place, `it has checkpoint ${before.number}, the newest of the log is ${last}`)
  } else if (before.number === last && before.note !== newest?.note) {
    report(place, `its checkpoint ${last} is another than that of the log`)
  }
  return [{ from: place, size: before.size, root: before.root }]
}

function readAnchor({ name, note }: Anchor, isSigned: IsSigned, report: Report): readonly Claim[] {
  const parsed = parseCheckpoint(note)
  if (parsed !== undefined && isSigned(parsed)) {
    return [{ from: name, size: parsed.checkpoint.size, root: parsed.checkpoint.root }]
  }
  const why =
    parsed === undefined ? 'there is no checkpoint in it' : 'not signed with a key that was given'
  report(name, why)
  return []
}

function makeComparison(
  given: readonly Claim[],
  doubts: readonly Doubt[],
  report: Report,
): Pick<CheckpointClaims, 'compare' | 'end'> {
  const claims = given.toSorted((one, other) => one.size - other.size)
  const different: (Claim & { readonly from: number })[] = []
  let next = 0

  return {
    compare(size, rootNow) {
      for (let claim = claims[next]; claim?.size === size; claim = claims[next]) {
        next += 1
        if (sameBytes(rootNow(), claim.root)) continue
        const { from } = claim
        if (typeof from === 'number') different.push({ ...claim, from })
        else report(from, `the first ${size} events are not those that were signed`)
      }
    },

    end(size, isLost) {
      for (const { lost, place, text } of doubts) if (!isLost(lost)) report(place, text)
      const numbers = different.filter((claim) => !isLost(claim)).map(({ from }) => from)
      for (const range of rangesOf(numbers.sort((one, other) => one - other))) {
        report(`checkpoint ${range}`, 'the events it is over are not those that were signed')
      }
      for (const claim of claims.slice(next)) {
        if (typeof claim.from === 'number' && isLost(claim)) continue
        const place = typeof claim.from === 'number' ? `checkpoint ${claim.from}` : claim.from
        report(place, `it is over ${claim.size} events, the log has ${size}`)
      }
    },
  }
}
