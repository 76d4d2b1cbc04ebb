// `audit verify --bundle`: the verifier that goes with each bundle, and the courses of its sales.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../../application/base/errors.ts'
import { EVENTS } from '../../../application/evidence/bundle/bundle-format.ts'
import { parseStoredEvent } from '../../../application/log/parse-stored-event.ts'
import type { Finding } from '../../../application/verify/finding.ts'
import { verifyCourses } from '../../../application/verify/verify-courses.ts'
import { fingerprintOf, formatVkey, type VerifierKey } from '../../../domain/log/vkey.ts'
import { VERIFIER_FILE } from '../../service/bundle-exporter.ts'
import { printLine } from '../terminal/command-config.ts'

/** What verify.mjs exports. It is plain JavaScript: an auditor runs and reads it as it is. */
type Verifier = {
  readonly parseKey: (vkey: string) => unknown
  readonly judge: (
    folder: string,
    keys: readonly unknown[],
  ) => { readonly findings: readonly Finding[]; readonly facts: readonly string[] }
}

/** Needs nothing of an installation, not even its key. */
export async function verifyBundleIn(
  folder: string,
  { keys, json }: { readonly keys: readonly VerifierKey[] | undefined; readonly json: boolean },
): Promise<void> {
  if (keys === undefined) {
    process.stderr.write('--bundle needs --key: the key of the log, from outside of the bundle.\n')
    process.exitCode = 2
    return
  }
  if (!existsSync(folder)) throw new AppError('refused', `${folder} is not there`)
  const verifier: Verifier = await import(`${pathToFileURL(VERIFIER_FILE)}?import`)
  const given = keys.map((key) => verifier.parseKey(formatVkey(key)))
  const judged = verifier.judge(folder, given)
  const findings = [...judged.findings, ...findingsInCourses(folder)]
  const ok = findings.length === 0
  const fingerprints = keys.map((key) => fingerprintOf(key))
  if (json) printLine(JSON.stringify({ ok, bundle: folder, keys: fingerprints, findings }))
  else {
    for (const finding of findings) printLine(`${finding.place}: ${finding.text}`)
    printLine(`Bundle  ${folder}`)
    for (const fingerprint of fingerprints) printLine(`Key     ${fingerprint}`)
    printLine(`Result  ${ok ? 'nothing is wrong' : `${findings.length} findings`}`)
  }
  process.exitCode = ok ? 0 : 1
}

/** The verifier knows nothing of sales: whether their events can follow each other is checked here. */
function findingsInCourses(folder: string): readonly Finding[] {
  const file = path.join(folder, EVENTS)
  if (!existsSync(file)) return []
  const findings: Finding[] = []
  const records = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => parseStoredEvent(line) ?? [])
  verifyCourses(records, (place, what) => findings.push({ place, text: what }))
  return findings
}
