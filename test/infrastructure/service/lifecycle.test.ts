import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeLifecycle } from '../../../src/infrastructure/service/lifecycle.ts'

describe('A start whose front cannot be opened', () => {
  it('leaves the instances that it has joined, and begins no other work', async () => {
    const done: string[] = []
    const parts = {
      recovery: {
        async begin() {
          done.push('joined')
          return { held: [] }
        },
        async end() {
          done.push('left')
        },
      },
      keepCheckpoints: { sign: async () => undefined },
      resumeRequests: { position: async () => 0 },
      stopping: new AbortController(),
    }
    // The start ends before it comes to any other part.
    const { start } = makeLifecycle(parts as unknown as Parameters<typeof makeLifecycle>[0])
    const taken = new Error('the port is taken')
    await assert.rejects(
      start(async () => {
        throw taken
      }),
      taken,
    )
    assert.deepEqual(done, ['joined', 'left'])
  })
})
