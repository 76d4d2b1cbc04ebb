import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeGroupCommit, type Written } from '../../../src/adapters/group-commit/group-commit.ts'

/** Writes of one group, as the gatherer has it. */
const GROUP_MAX = 256

class DiskFull extends Error {}

/** What a write may do to its group, by its name. */
type Does = (write: string, group: readonly string[]) => void

/** A gatherer over a database that holds names, and a turn that ends when the test ends it. */
function makeGatherer() {
  const groups: (readonly string[])[] = []
  const stored: string[] = []
  const ends: (() => void)[] = []
  let isInTransaction = false
  let does: Does = () => undefined
  let refuses: (write: string) => boolean = () => false
  let commit: Promise<void> = Promise.resolve()
  const gatherer = makeGroupCommit<string, string>({
    async writeGroup(group) {
      groups.push(group)
      assert.ok(!isInTransaction, 'one transaction at a time')
      isInTransaction = true
      await commit
      isInTransaction = false
      for (const write of group) does(write, group)
      return group.map((write): Written<string> => {
        if (refuses(write)) return { type: 'refused', error: new Error(`${write} refused`) }
        stored.push(write)
        return { type: 'stored', answer: `${write} is stored` }
      })
    },
    concernsAll: (error) => error instanceof DiskFull,
    endOfTurn: (then) => void ends.push(then),
  })
  return {
    ...gatherer,
    groups,
    stored,
    /** How many ends of turns the gatherer waits for. */
    waitsFor: () => ends.length,
    /** Returns what comes of each write: its answer, or the message of its error. */
    add: (...writes: string[]) => writes.map((write) => endOf(gatherer.add(write))),
    /** Ends the turn, and lets all happen that comes of it before the next. */
    async endTurn() {
      for (const then of ends.splice(0)) then()
      await new Promise(setImmediate)
    },
    onWrite: (then: Does) => {
      does = then
    },
    refuse: (one: string) => {
      refuses = (write) => write === one
    },
    /** Holds every commit until the returned function is called. */
    holdCommit() {
      const { promise, resolve } = Promise.withResolvers<void>()
      commit = promise
      return resolve
    },
  }
}

function endOf(write: Promise<string>): Promise<string> {
  return write.catch((error: Error) => `not: ${error.message}`)
}

const named = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${name}${from + index}`)

describe('The gatherer of writes', () => {
  it('writes all of one turn as one group, in the order in which they were added', async () => {
    const t = makeGatherer()
    const writes = t.add('a', 'b')
    await Promise.resolve()
    writes.push(...t.add('c'))
    assert.deepEqual(t.groups, [])
    await t.endTurn()
    assert.deepEqual(t.groups, [['a', 'b', 'c']])
    assert.deepEqual(await Promise.all(writes), ['a is stored', 'b is stored', 'c is stored'])
    assert.equal(t.waitsFor(), 0)
  })

  it('writes a lone one at the end of its turn, and waits for nothing else', async () => {
    const t = makeGatherer()
    const alone = t.add('a')
    assert.equal(t.waitsFor(), 1)
    await t.endTurn()
    assert.deepEqual(await Promise.all(alone), ['a is stored'])
    const next = t.add('b')
    assert.equal(t.waitsFor(), 1)
    await t.endTurn()
    assert.deepEqual(await Promise.all(next), ['b is stored'])
    assert.deepEqual(t.groups, [['a'], ['b']])
  })

  it('makes the next group of what is added while one is being written', async () => {
    const t = makeGatherer()
    const release = t.holdCommit()
    const first = t.add('a')
    await t.endTurn()
    const second = t.add('b', 'c')
    await t.endTurn()
    assert.deepEqual([t.groups, t.waitsFor()], [[['a']], 0])
    release()
    assert.deepEqual(await Promise.all(first), ['a is stored'])
    await new Promise(setImmediate)
    assert.deepEqual([t.groups, t.waitsFor()], [[['a']], 1])
    await t.endTurn()
    assert.deepEqual(await Promise.all(second), ['b is stored', 'c is stored'])
    assert.deepEqual(t.groups, [['a'], ['b', 'c']])
  })

  it('puts what a group has no place for into the next, before anything newer', async () => {
    const t = makeGatherer()
    const writes = t.add(...named('a', 0, GROUP_MAX * 2 + 5))
    await t.endTurn()
    writes.push(...t.add(...named('b', 0, GROUP_MAX)))
    for (let turn = 0; turn < 3; turn += 1) await t.endTurn()
    assert.deepEqual(t.groups, [
      named('a', 0, GROUP_MAX),
      named('a', GROUP_MAX, GROUP_MAX * 2),
      [...named('a', GROUP_MAX * 2, GROUP_MAX * 2 + 5), ...named('b', 0, GROUP_MAX - 5)],
      named('b', GROUP_MAX - 5, GROUP_MAX),
    ])
    assert.deepEqual(t.stored, t.groups.flat())
    assert.equal((await Promise.all(writes)).length, GROUP_MAX * 3 + 5)
    assert.equal(t.waitsFor(), 0)
  })

  it('rejects a refused write alone', async () => {
    const t = makeGatherer()
    t.refuse('b')
    const writes = t.add('a', 'b', 'c')
    await t.endTurn()
    assert.deepEqual(await Promise.all(writes), ['a is stored', 'not: b refused', 'c is stored'])
    assert.equal(t.groups.length, 1)
  })

  it('rejects every write of a group that the database failed, and no other', async () => {
    const t = makeGatherer()
    t.onWrite((write) => {
      if (write === 'b') throw new DiskFull('full')
    })
    const failed = t.add('a', 'b', 'c')
    await t.endTurn()
    assert.deepEqual(await Promise.all(failed), ['not: full', 'not: full', 'not: full'])
    assert.deepEqual([t.groups.length, t.stored], [1, []])
    const next = t.add('d')
    await t.endTurn()
    assert.deepEqual(await Promise.all(next), ['d is stored'])
  })

  it('writes each alone, in order, after any other failure, and rejects the guilty one', async () => {
    const t = makeGatherer()
    t.onWrite((write) => {
      if (write === 'b') throw new Error('a bug')
    })
    const writes = t.add('a', 'b', 'c')
    await t.endTurn()
    assert.deepEqual(await Promise.all(writes), ['a is stored', 'not: a bug', 'c is stored'])
    assert.deepEqual(t.groups, [['a', 'b', 'c'], ['a'], ['b'], ['c']])
    assert.deepEqual(t.stored, ['a', 'c'])
  })

  it('rejects only the one that fails when it is written alone', async () => {
    const t = makeGatherer()
    t.onWrite((write, group) => {
      if (group.length > 1) throw new Error('together they do not fit')
      if (write === 'b') throw new DiskFull('full')
    })
    const writes = t.add('a', 'b', 'c')
    await t.endTurn()
    assert.deepEqual(await Promise.all(writes), ['a is stored', 'not: full', 'c is stored'])
  })

  it('begins no group while the writes of one that failed are written alone', async () => {
    const t = makeGatherer()
    t.onWrite((_, group) => {
      if (group.length > 1 && group.includes('a')) {
        late.push(...t.add('c', 'd'))
        throw new Error('a bug')
      }
    })
    const late: Promise<string>[] = []
    const writes = t.add('a', 'b')
    await t.endTurn()
    assert.deepEqual(await Promise.all(writes), ['a is stored', 'b is stored'])
    await t.endTurn()
    assert.deepEqual(await Promise.all(late), ['c is stored', 'd is stored'])
    assert.deepEqual(t.groups, [['a', 'b'], ['a'], ['b'], ['c', 'd']])
  })

  it('rejects a write of which nobody says what came of it', async () => {
    const gatherer = makeGroupCommit<string, string>({
      writeGroup: async () => [{ type: 'stored', answer: 'one' }],
      concernsAll: () => true,
      endOfTurn: setImmediate,
    })
    const writes = ['a', 'b'].map((write) => endOf(gatherer.add(write)))
    assert.deepEqual(await Promise.all(writes), ['one', 'not: a group of writes came back shorter'])
  })

  it('is idle when all that was added is durable or refused, also beyond one group', async () => {
    const t = makeGatherer()
    await t.idle()
    t.refuse(`a${GROUP_MAX}`)
    const ended: string[] = []
    const writes = t.add(...named('a', 0, GROUP_MAX + 1))
    const noting = writes.map((write) => write.then((end) => ended.push(end)))
    const idle = t.idle().then(() => ended.push('idle'))
    await t.endTurn()
    assert.equal(ended.length, GROUP_MAX)
    assert.ok(!ended.includes('idle'))
    await t.endTurn()
    await Promise.all([...noting, idle])
    assert.deepEqual(ended.slice(GROUP_MAX).toSorted(), ['idle', `not: a${GROUP_MAX} refused`])
  })
})
