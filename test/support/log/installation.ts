// A gateway's folder without a gateway: a log that is written, signed, backed up and restored.

import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { migrations } from '../../../migrations/sqlite/index.ts'
import { backUp } from '../../../src/adapters/sqlite/copies/back-up.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { instantAt } from '../../../src/domain/time.ts'
import { restoreCopy } from '../../../src/infrastructure/cli/db/restore-copy.ts'
import { readConfig } from '../../../src/infrastructure/config/config.ts'
import { databaseFile } from '../../../src/infrastructure/config/database-settings.ts'
import { openCheckpoints } from '../../../src/infrastructure/service/open-checkpoints.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { now } from '../examples/sale-examples.ts'
import * as a from '../examples/store-examples.ts'
import { makeFolder } from '../gateway/run-gateway.ts'

const clock = { now: () => now, instant: () => instantAt(0), sleep: async () => undefined }

/** A folder, and what is done to the log in it. Nothing is open between two calls. */
export async function makeInstallation(settings: Readonly<Record<string, string>> = {}) {
  const folder = await makeFolder()
  const read = readConfig({ DATA_DIR: path.join(folder.path, 'data'), ...settings })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const { config } = read
  const { audit } = config
  const database = databaseFile(config)
  let sales = 0

  async function withLog<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(database)
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  return {
    ...folder,
    config,
    database,
    checkpoints: audit.checkpointsPath,
    keyFile: audit.keyFile,
    settings: { DATA_DIR: config.dataDir, ...settings },
    file: (name: string) => path.join(folder.path, name),

    /** Begins so many sales: one event each. */
    begin: (count: number) =>
      withLog(async (store) => {
        for (let left = count; left > 0; left -= 1) {
          sales += 1
          await store.sales.begin(a.firstOf(a.saleIdOf(sales)), undefined, now)
        }
      }),

    /** Signs a checkpoint, as a start does. */
    sign: () =>
      withLog(async (store) => {
        const { signer, file, check } = await openCheckpoints(config, store)
        try {
          if (check.type === 'differs') throw new Error(check.why)
          const { tree, checkpoints: log } = store
          return await makeSignCheckpoint({ tree, log, file, signer, clock })('start')
        } finally {
          file.close()
        }
      }),

    /** What a start finds of the log: `whole`, or why it is not. */
    checked: () =>
      withLog(async (store) => {
        const { file, check } = await openCheckpoints(config, store)
        file.close()
        return check.type === 'whole' ? check.type : check.why
      }),

    size: () => withLog((store) => store.tree.size()),

    async backUp(name: string) {
      const file = path.join(folder.path, name)
      await backUp({ path: database, file, suffix: name, migrations, madeAt: now })
      return file
    },

    restore: (file: string, reason?: string) =>
      restoreCopy({ config, file, reason, operator: a.operator, clock }),

    /** Brings the key of another installation, as a new machine needs it. */
    takeKeyOf: (other: { readonly keyFile: string }) => copyFile(other.keyFile, audit.keyFile),
  }
}
