// `audit verify`: verifies the whole log, or a bundle of evidence.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { checkSignature } from '../../../adapters/signing/ed25519.ts'
import { readKeyFile } from '../../../adapters/signing/key-file.ts'
import { isCanonical } from '../../../adapters/sql/log/rows/event-codec.ts'
import { readCheckpointFile } from '../../../adapters/sqlite/checkpoints/checkpoint-file.ts'
import { AppError } from '../../../application/base/errors.ts'
import type { Finding } from '../../../application/verify/finding.ts'
import type { Anchor, NewestRead } from '../../../application/verify/verify-checkpoints.ts'
import {
  type AcceptedLoss,
  type Verified,
  verifyLog,
} from '../../../application/verify/verify-log.ts'
import { findCheckpoints } from '../../../domain/log/find-checkpoints.ts'
import { parseVkey, type VerifierKey } from '../../../domain/log/vkey.ts'
import type { Config } from '../../config/config.ts'
import { type DatabaseConfig, databaseName } from '../../config/database-settings.ts'
import { commandConfig, printLine, requireDatabase } from '../terminal/command-config.ts'
import { printFolded } from '../terminal/folded.ts'
import { withProgress } from '../terminal/progress.ts'
import { openArchive } from './open-archive.ts'
import { type Looked, VERDICT_INDENT, verdictJson, verdictLines } from './verdict.ts'
import { verifyBundleIn } from './verify-bundle.ts'
import { vkeyOption } from './witness-command.ts'

type Options = {
  readonly bundle?: string
  readonly db?: string
  readonly key?: readonly VerifierKey[]
  readonly anchor?: readonly string[]
  readonly strict?: true
  readonly accepted?: readonly number[]
  readonly json?: true
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('look at the whole log, and tell all that is wrong with it')
    .option('--db <file>', 'another database, such as a copy; checkpoints.db beside it counts, too')
    .option('--bundle <dir>', 'evidence that was exported, in the place of a log; needs --key')
    .option('--key <vkey>', 'public key of the log, or its file; may be repeated', collectKeys)
    .option(
      '--anchor <file>',
      'a checkpoint kept elsewhere, also as a mail; may be repeated',
      collect,
    )
    .option('--strict', 'an accepted loss of the log counts as a finding, too')
    .option(
      '--accepted <position>',
      'but not this one, which you know of; with --strict; may be repeated',
      collectPositions,
    )
    .option('--json', 'as JSON')
    .action(verify)
}

async function verify(options: Options): Promise<void> {
  if (options.bundle !== undefined) {
    await verifyBundleIn(options.bundle, { keys: options.key, json: options.json === true })
    return
  }
  if (options.accepted !== undefined && !options.strict) {
    process.stderr.write('Give --accepted together with --strict.\n')
    process.exitCode = 2
    return
  }
  const config = commandConfig()
  const database: DatabaseConfig =
    options.db === undefined ? config.database : { type: 'sqlite', path: options.db }
  if (database.type === 'sqlite') requireDatabase(database.path)
  const keys = options.key ?? [ownKey(config)]
  const anchors = (options.anchor ?? []).flatMap(anchorsIn)
  const findings: Finding[] = []
  const report = (place: string, text: string) => {
    findings.push({ place, text })
    if (!options.json) printFolded(`${place}: ${text}`, FINDING_INDENT)
  }
  const verified = await withProgress('verifying the log', () =>
    look({ database, checkpoints: checkpointsFor(options, config), keys, anchors }, report),
  )
  if (options.strict) judgeLosses(verified.accepted, options.accepted ?? [], report)
  const file = databaseName(database)
  const looked: Looked = { file, keys, isOwnKey: options.key === undefined, anchors, verified }
  if (options.json) printLine(verdictJson(looked, findings))
  else for (const line of verdictLines(looked, findings)) printFolded(line, VERDICT_INDENT)
  process.exitCode = findings.length === 0 ? 0 : 1
}

/** Letters before what goes on of a finding that is too long for a line. */
const FINDING_INDENT = 2

/** A loss that is known must be there, too: without it the log is another one. */
function judgeLosses(
  losses: readonly AcceptedLoss[],
  known: readonly number[],
  report: (place: string, text: string) => void,
): void {
  for (const { position, text } of losses) {
    if (!known.includes(position)) report(`position ${position}`, text)
  }
  for (const position of known) {
    const isThere = losses.some((loss) => loss.position === position)
    if (!isThere) report(`position ${position}`, 'no loss was accepted there, as --accepted says')
  }
}

type Given = {
  readonly database: DatabaseConfig
  /** The file of the newest checkpoint; `undefined` where there is none to be expected. */
  readonly checkpoints: string | undefined
  readonly keys: readonly VerifierKey[]
  readonly anchors: readonly Anchor[]
}

/** Reads the newest checkpoint before and after the log is opened, because a service may be signing. */
async function look(
  { database, checkpoints, keys, anchors: given }: Given,
  report: (place: string, text: string) => void,
): Promise<Verified> {
  const read = async () => (checkpoints === undefined ? undefined : readCheckpointFile(checkpoints))
  const before = await read()
  const { archive, expectedSchema } = await openArchive(database)
  try {
    const isShared = database.type === 'postgres'
    const after = await read()
    const file: NewestRead | undefined =
      checkpoints === undefined || isShared ? undefined : { before, after }
    // Each instance has a file of its own, which is behind the log where another one signs.
    const anchors =
      isShared && before !== undefined
        ? [...given, { name: 'checkpoints.db', note: before.note }]
        : given
    const tools = { checkSignature, isCanonical }
    return await verifyLog({ archive, expectedSchema, file, keys, anchors, ...tools }, report)
  } finally {
    await archive.close()
  }
}

function checkpointsFor({ db }: Options, config: Config): string | undefined {
  return db === undefined ? config.audit.checkpointsPath : checkpointsBeside(db)
}

function checkpointsBeside(database: string): string | undefined {
  const file = path.join(path.dirname(database), 'checkpoints.db')
  return existsSync(file) ? file : undefined
}

function ownKey(config: Config): VerifierKey {
  const key = parseVkey(readKeyFile(config.audit.keyFile)?.vkey ?? '')
  if (key !== undefined) return key
  throw new AppError('refused', 'there is no key of the log here: give one with --key')
}

function anchorsIn(file: string): readonly Anchor[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new AppError('refused', `${file} cannot be read`, { cause: error })
  }
  const notes = findCheckpoints(text)
  if (notes.length === 0) throw new AppError('refused', `${file} holds no checkpoint`)
  return notes.map((note) => ({ name: `anchor ${file}`, note }))
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function collectPositions(value: string, before: readonly number[] = []): readonly number[] {
  if (/^[1-9]\d{0,14}$/.test(value)) return [...before, Number(value)]
  throw new InvalidArgumentError('A position of the log, as "gateway audit verify" prints it.')
}

function collectKeys(value: string, before: readonly VerifierKey[] = []): readonly VerifierKey[] {
  return [...before, vkeyOption(existsSync(value) ? readFileSync(value, 'utf8') : value)]
}
