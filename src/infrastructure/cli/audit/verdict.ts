// The result of `audit verify`, as lines for people and as JSON.
import type { Finding } from '../../../application/verify/finding.ts'
import type { Anchor } from '../../../application/verify/verify-checkpoints.ts'
import { CLOCKS_APART_MS, type Verified } from '../../../application/verify/verify-log.ts'
import { base64Of } from '../../../domain/log/hash.ts'
import { fingerprintOf, formatVkey, type VerifierKey } from '../../../domain/log/vkey.ts'

/** What was verified, and with which keys and anchors. */
export type Looked = {
  readonly file: string
  readonly keys: readonly VerifierKey[]
  /** Whether no key was given, so that the installation's own was taken. */
  readonly isOwnKey: boolean
  readonly anchors: readonly Anchor[]
  readonly verified: Verified
}

/** Letters of the names, where a line that is too long goes on. */
export const VERDICT_INDENT = 13

/** A summary of a few lines that an auditor can paste into a report. */
export function verdictLines(looked: Looked, findings: readonly Finding[]): readonly string[] {
  const { file, keys, isOwnKey, anchors, verified } = looked
  const { events, sales, checkpoints, newest, root, chainedFrom, timesBack, accepted, moves } =
    verified
  const chained = chainedFrom === undefined ? 'none' : `from position ${chainedFrom} on`
  const last =
    newest === undefined
      ? 'none'
      : `${checkpoints}; the newest is ${newest.number} of ${timeOf(newest.at)}, over ${newest.size} events`
  const lines = [
    ['Log', file],
    [
      'Events',
      `${events} in ${sales} sales and outside of them; each names the one before: ${chained}`,
    ],
    ['Root', base64Of(root)],
    ['Checkpoints', last],
    ...keys.map((key) => ['Key', `${formatVkey(key)}  ${fingerprintOf(key)}`]),
    ...(isOwnKey ? [['', OWN_KEY]] : []),
    ['Anchors', anchors.length === 0 ? NO_ANCHOR : `${anchors.length} checkpoints kept elsewhere`],
    ...(timesBack === 0 ? [] : [['Times', `${timesBack} ${BACK}`]]),
    ...accepted.map(({ position, text }) => ['Accepted', `position ${position}: ${text}`]),
    ...moves.map(({ position, text }) => ['Moved', `position ${position}: ${text}`]),
    ...(isMovedAway(verified) ? [['', MOVED_AWAY]] : []),
    ['Result', resultOf(findings.length, accepted.length)],
  ]
  return lines.map(([name = '', text = '']) => `${name.padEnd(VERDICT_INDENT)}${text}`)
}

/** The same as one line of JSON, with all findings. */
export function verdictJson(looked: Looked, findings: readonly Finding[]): string {
  const { file, keys, isOwnKey, anchors, verified } = looked
  const { newest, root, ...counts } = verified
  return JSON.stringify({
    ok: findings.length === 0,
    file,
    ...counts,
    root: base64Of(root),
    newest: newest === undefined ? null : newest.note,
    keys: keys.map((key) => ({ vkey: formatVkey(key), fingerprint: fingerprintOf(key) })),
    isOwnKey,
    anchors: anchors.length,
    findings,
  })
}

function resultOf(findings: number, accepted: number): string {
  if (findings > 0) return `${findings} findings`
  return accepted > 0 ? 'nothing is wrong beside what was accepted' : 'nothing is wrong'
}

/** Whether the last event says that the log goes on elsewhere. */
function isMovedAway({ events, moves }: Verified): boolean {
  const last = moves.at(-1)
  return last?.type === 'LogMoved' && last.position === events
}

const MOVED_AWAY = 'The log ends here, and goes on there: verify that one, too.'
const BACK = `events are earlier than the one before them by more than ${CLOCKS_APART_MS / 1000} s`
const OWN_KEY = 'is the key of this installation: it shows nothing against who has that; give --key'
const NO_ANCHOR =
  'none: a log that was cut short with all its checkpoints would not be found; give --anchor'

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
