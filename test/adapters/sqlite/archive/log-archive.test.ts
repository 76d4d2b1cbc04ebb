// Runs the contract of the archive over a file of SQLite.
import { migrations } from '../../../../migrations/sqlite/index.ts'
import { expectedSchema } from '../../../../src/adapters/sqlite/archive/expected-schema.ts'
import { openLogArchive } from '../../../../src/adapters/sqlite/archive/sqlite-log-archive.ts'
import { logArchiveContract } from '../../../application/verify/log-archive.contract.ts'
import { makeFolder, openStores } from '../open-stores.ts'

logArchiveContract({
  name: 'sqlite',
  expectedSchema: await expectedSchema(migrations),
  async shared() {
    const { path, ...folder } = await makeFolder()
    return {
      connect: () => openStores(path),
      openArchive: async () => openLogArchive(path),
      ...folder,
    }
  },
})
