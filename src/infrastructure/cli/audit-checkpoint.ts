import process from 'node:process'
import { Command } from 'commander'
import { readKeyFile } from '../../adapters/signing/key-file.ts'
import { sha256 } from '../../adapters/signing/sha256.ts'
import { makeSignCheckpoint } from '../../application/audit/sign-checkpoint.ts'
import { fingerprintOf, parseVkey } from '../../application/audit/vkey.ts'
import { AppError } from '../../application/errors.ts'
import { openAudit, refusalOf } from '../audit.ts'
import { makeSystemClock } from '../system-clock.ts'
import { commandConfig, printLine, withStore } from './command-config.ts'

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
  await withStore(async (store) => {
    const { signer, file, check } = await openAudit(commandConfig(), store)
    try {
      if (check.type === 'differs') {
        process.stderr.write(refusalOf(check))
        process.exitCode = 1
        return
      }
      const { tree, checkpoints: log } = store
      const clock = makeSystemClock()
      const sign = makeSignCheckpoint({ tree, log, file, signer, sha256, clock })
      process.stdout.write((await sign('asked')).note)
    } finally {
      file.close()
    }
  })
}

function printKey(): void {
  const vkey = readKeyFile(commandConfig().audit.keyFile)?.vkey ?? ''
  const key = parseVkey(sha256, vkey)
  if (key === undefined) throw new AppError('refused', 'there is no key of the log yet')
  printLine(vkey)
  process.stderr.write(`${fingerprintOf(sha256, key)}\n`)
}
