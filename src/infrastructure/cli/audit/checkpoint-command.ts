// `audit checkpoint` and `audit key`: what an auditor keeps elsewhere.
import process from 'node:process'
import { Command } from 'commander'
import { readKeyFile } from '../../../adapters/signing/key-file.ts'
import { AppError } from '../../../application/base/errors.ts'
import { fingerprintOf, parseVkey } from '../../../domain/log/vkey.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { withSigner } from './with-signer.ts'

export function auditCheckpointCommand(): Command {
  return new Command('checkpoint')
    .description('sign what the log is now, and print it: to be kept elsewhere')
    .action(signNow)
}

export function auditKeyCommand(): Command {
  return new Command('key')
    .description("print the log's public key, for whoever verifies it from outside")
    .action(printKey)
}

async function signNow(): Promise<void> {
  await withSigner(async ({ sign }) => {
    process.stdout.write((await sign('asked')).note)
  })
}

function printKey(): void {
  const vkey = readKeyFile(commandConfig().audit.keyFile)?.vkey ?? ''
  const key = parseVkey(vkey)
  if (key === undefined) throw new AppError('refused', 'there is no key of the log yet')
  printLine(vkey)
  process.stderr.write(`${fingerprintOf(key)}\n`)
}
