// Gives a command what it needs to sign checkpoints.
import process from 'node:process'
import type { Clock } from '../../../application/base/clock.port.ts'
import {
  makeSignCheckpoint,
  type SignCheckpoint,
} from '../../../application/checkpoints/sign-checkpoint.ts'
import type { Signer } from '../../../domain/log/signing.ts'
import { openCheckpoints, refusedStartText } from '../../service/open-checkpoints.ts'
import type { Store } from '../../service/open-store.ts'
import { makeSystemClock } from '../../system/system-clock.ts'
import { commandConfig, withStore } from '../terminal/command-config.ts'

type Signing = {
  readonly store: Store
  readonly sign: SignCheckpoint
  readonly signer: Signer
  readonly clock: Clock
}

/** Calls `work` with a signer. Where the log is not whole, prints why and sets exit code 1 instead. */
export async function withSigner(work: (signing: Signing) => Promise<void>): Promise<void> {
  await withStore(async (store) => {
    const { signer, file, check } = await openCheckpoints(commandConfig(), store)
    try {
      if (check.type === 'differs') {
        process.stderr.write(refusedStartText(check))
        process.exitCode = 1
        return
      }
      const { tree, checkpoints: log } = store
      const clock = makeSystemClock()
      const sign = makeSignCheckpoint({ tree, log, file, signer, clock })
      await work({ store, sign, signer, clock })
    } finally {
      file.close()
    }
  })
}
