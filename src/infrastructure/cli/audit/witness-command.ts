// `audit witness`: checks from another machine that the log of a gateway only grows, and still does.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { makeHttpRemoteLog } from '../../../adapters/log-client/http-remote-log.ts'
import { checkSignature } from '../../../adapters/signing/ed25519.ts'
import { witness } from '../../../application/checkpoints/witness.ts'
import { parseVkey, type VerifierKey } from '../../../domain/log/vkey.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { ConfigError, printLine } from '../terminal/command-config.ts'
import { age } from '../terminal/option-values.ts'
import { withProgress } from '../terminal/progress.ts'
import { type Look, whyFailed, witnessJson, witnessLine } from './witness-words.ts'

type Options = {
  readonly url: string
  readonly state: string
  readonly key?: VerifierKey
  readonly maxAge?: number
  readonly json?: true
}

export function witnessCommand(): Command {
  return new Command('witness')
    .description('compare the log of a gateway with what was seen of it last, from another machine')
    .requiredOption(
      '--url <url>',
      'of the gateway; its key is in the variable GATEWAY_API_KEY',
      urlOption,
    )
    .requiredOption('--state <file>', 'what was seen last; made at the first time')
    .option(
      '--key <vkey>',
      'the public key of the log, by default that of the first time',
      vkeyOption,
    )
    .option('--max-age <time>', 'exit 1 where the newest checkpoint is older, for example 2h', age)
    .option('--json', 'print JSON')
    .action(watch)
}

async function watch(options: Options): Promise<void> {
  const apiKey = process.env['GATEWAY_API_KEY']
  if (apiKey === undefined || apiKey === '') {
    throw new ConfigError(['GATEWAY_API_KEY: must be a key with the scope audit:read'])
  }
  const remoteLog = makeHttpRemoteLog(options.url, apiKey)
  const kept = existsSync(options.state) ? readFileSync(options.state, 'utf8') : undefined
  const result = await withProgress('reading the log', () =>
    witness({ remoteLog, checkSignature }, kept, options.key),
  )
  if (result.ok) keep(options.state, result.kept)
  const look: Look = { result, at: makeSystemClock().now(), maxAgeMs: options.maxAge }
  printLine(options.json ? JSON.stringify(witnessJson(look)) : witnessLine(look))
  process.exitCode = whyFailed(look) === undefined ? 0 : 1
}

/** Replaces the file in one step: a process that is killed leaves the old text or the new one. */
function keep(file: string, text: string): void {
  const draft = `${file}.new`
  writeFileSync(draft, text)
  renameSync(draft, file)
}

function urlOption(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError('An address such as https://gateway.example.')
}

/** The key in the text of an option. @throws {InvalidArgumentError} for any other text */
export function vkeyOption(text: string): VerifierKey {
  const key = parseVkey(text.trim())
  if (key !== undefined) return key
  throw new InvalidArgumentError('A public key as "gateway audit key" prints it.')
}
