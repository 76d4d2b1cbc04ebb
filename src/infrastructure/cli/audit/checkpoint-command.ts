// `audit checkpoint` and `audit key`: what an auditor keeps elsewhere.
import process from 'node:process'
import { Command } from 'commander'
import { readKeyFile } from '../../../adapters/signing/key-file.ts'
import { AppError } from '../../../application/base/errors.ts'
import { fingerprintOf, parseVkey } from '../../../domain/log/vkey.ts'
import { checkpointJson } from '../terminal/checkpoint-json.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { withSigner } from './with-signer.ts'

export function auditCheckpointCommand(): Command {
  return new Command('checkpoint')
    .description('sign what the log is now, and print it: to be kept elsewhere')
    .option('--json', 'print JSON')
    .action(signNow)
}

export function auditKeyCommand(): Command {
  return new Command('key')
    .description("print the log's public key, for whoever verifies it from outside")
    .option('--json', 'print JSON')
    .action(printKey)
}

async function signNow({ json }: { readonly json?: true }): Promise<void> {
  await withSigner(async ({ sign }) => {
    const checkpoint = await sign('asked')
    if (json) printLine(JSON.stringify(checkpointJson(checkpoint)))
    else process.stdout.write(checkpoint.note)
  })
}

function printKey({ json }: { readonly json?: true }): void {
  const vkey = readKeyFile(commandConfig().audit.keyFile)?.vkey ?? ''
  const key = parseVkey(vkey)
  if (key === undefined) throw new AppError('refused', 'there is no key of the log yet')
  const fingerprint = fingerprintOf(key)
  printLine(json ? JSON.stringify({ vkey, fingerprint }) : vkey)
  process.stderr.write(`${fingerprint}\n`)
}
