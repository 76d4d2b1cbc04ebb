import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { checkSignature } from '../../../adapters/signing/ed25519.ts'
import { isCanonical } from '../../../adapters/sqlite/log/event-codec.ts'
import { AppError } from '../../../application/base/errors.ts'
import type { Finding } from '../../../application/verify/finding.ts'
import { verifyBundle } from '../../../application/verify/verify-bundle.ts'
import { fingerprintOf, type VerifierKey } from '../../../domain/log/vkey.ts'
import { printLine } from '../terminal/command-config.ts'

/** `audit verify --bundle`: of the installation nothing is asked, not even its key. */
export function verifyBundleIn(
  folder: string,
  given: { readonly keys: readonly VerifierKey[] | undefined; readonly json: boolean },
): void {
  const { keys, json } = given
  if (keys === undefined) {
    process.stderr.write('--bundle needs --key: the key of the log, from outside of the bundle.\n')
    process.exitCode = 2
    return
  }
  const findings: Finding[] = []
  verifyBundle(filesIn(folder), { keys, checkSignature, isCanonical }, (place, text) => {
    findings.push({ place, text })
    if (!json) printLine(`${place}: ${text}`)
  })
  const ok = findings.length === 0
  const fingerprints = keys.map((key) => fingerprintOf(key))
  if (json) printLine(JSON.stringify({ ok, bundle: folder, keys: fingerprints, findings }))
  else {
    printLine(`Bundle  ${folder}`)
    for (const fingerprint of fingerprints) printLine(`Key     ${fingerprint}`)
    printLine(`Result  ${ok ? 'nothing is wrong' : `${findings.length} findings`}`)
  }
  process.exitCode = ok ? 0 : 1
}

function filesIn(folder: string): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(folder)) throw new AppError('refused', `${folder} is not there`)
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name)
        return [path.relative(folder, file).replaceAll(path.sep, '/'), readFileSync(file)]
      }),
  )
}
