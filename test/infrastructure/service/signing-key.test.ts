// Shows when a gateway on another machine begins with the log of PostgreSQL, and when its key is refused.
import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { errorCode } from '../../../src/application/base/errors.ts'
import { makeSignCheckpoint } from '../../../src/application/checkpoints/sign-checkpoint.ts'
import { openCheckpoints } from '../../../src/infrastructure/service/open-checkpoints.ts'
import { POSTGRES } from '../../adapters/postgres/open-stores.ts'
import { now } from '../../support/examples/sale-examples.ts'
import * as a from '../../support/examples/store-examples.ts'
import { ManualClock } from '../../support/fakes/manual-clock.ts'
import { makeFolder } from '../../support/gateway/run-gateway.ts'
import { quickConfig } from '../../support/gateway/test-service.ts'

describe('A gateway on another machine', () => {
  it('is refused without the key that signs the log, makes none, and starts with it', async () => {
    await using stores = await POSTGRES.fresh()
    await using folder = await makeFolder()
    const files = { moved: () => undefined, walBytes: () => 0 }
    const store = { ...stores, files, close: async () => undefined }
    const settingsOf = (machine: string, keyOf = machine) =>
      quickConfig({
        DATABASE_URL: 'postgres://gateway@127.0.0.1/gateway',
        DATA_DIR: path.join(folder.path, machine),
        AUDIT_KEY_FILE: path.join(folder.path, `${keyOf}.key`),
      })
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)

    const first = await openCheckpoints(settingsOf('one'), store)
    const { tree, checkpoints: log } = stores
    const signed = await makeSignCheckpoint({ ...first, tree, log, clock: new ManualClock() })(
      'start',
    )
    for (const _ of ['the first start', 'one more']) {
      await assert.rejects(
        openCheckpoints(settingsOf('two'), store),
        (error) =>
          errorCode(error) === 'refused' && /holds no key \(none was made\)/.test(`${error}`),
      )
    }

    const second = await openCheckpoints(settingsOf('two', 'one'), store)
    assert.equal(second.check.type, 'whole')
    assert.equal((await second.file.newest())?.note, signed.note)
    first.file.close()
    second.file.close()
  })

  it('starts where another one signs the first checkpoint while it looks for that', async () => {
    await using stores = await POSTGRES.fresh()
    await using folder = await makeFolder()
    const files = { moved: () => undefined, walBytes: () => 0 }
    const store = { ...stores, files, close: async () => undefined }
    const settingsOf = (machine: string) =>
      quickConfig({
        DATABASE_URL: 'postgres://gateway@127.0.0.1/gateway',
        DATA_DIR: path.join(folder.path, machine),
        AUDIT_KEY_FILE: path.join(folder.path, 'log.key'),
      })
    await stores.sales.begin(a.firstOf(a.saleIdOf(1)), undefined, now)
    const first = await openCheckpoints(settingsOf('one'), store)
    const { tree, checkpoints: log } = stores
    const sign = makeSignCheckpoint({ ...first, tree, log, clock: new ManualClock() })

    const newest = async () => {
      const looked = await log.newest()
      if (looked === undefined) await sign('start')
      return looked
    }
    const second = await openCheckpoints(settingsOf('two'), {
      ...store,
      checkpoints: { ...log, newest },
    })

    assert.equal((await log.newest())?.number, 1)
    assert.equal(second.check.type, 'whole')
    first.file.close()
    second.file.close()
  })
})
