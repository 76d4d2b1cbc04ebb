// The faults that are planted into the groups in which a process writes.
import type { LogGroup } from '../../../src/adapters/sql/log/rows/log-group.ts'
import type { LogWrite, LogWriter } from '../../../src/adapters/sql/log/rows/log-writer.ts'
import { AppError } from '../../../src/application/base/errors.ts'
import type { Hash } from '../../../src/domain/log/hash.ts'
import type { SabotageWriter } from '../world/world.ts'
import type { PlantedFault } from './planted-faults.ts'

type Write<Answer> = LogWrite<Answer>['write']

/** A writer all of whose writes are changed. */
const changed =
  (
    begin: () => <Answer>(write: Write<Answer>, one: LogWrite<Answer>) => Write<Answer>,
  ): SabotageWriter =>
  (writer) => {
    const change = begin()
    return { ...writer, write: (one) => writer.write({ ...one, write: change(one.write, one) }) }
  }

const answeredBeforeCommit: SabotageWriter = (writer) => ({
  ...writer,
  write<Answer>(one: LogWrite<Answer>) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const write: typeof one.write = async (group, answers) => {
      const answer = await one.write(group, answers)
      resolve(answer)
      return answer
    }
    writer.write({ ...one, write }).then(resolve, reject)
    return promise
  },
})

const failsForTheFirstOnly: SabotageWriter = (writer) => {
  const begun = new WeakSet<LogGroup>()
  const write: LogWriter['write'] = async (one) => {
    let followed: Awaited<ReturnType<typeof one.write>>[] = []
    try {
      return await writer.write({
        ...one,
        async write(group, answers) {
          const isFirst = !begun.has(group)
          begun.add(group)
          const answer = await one.write(group, answers)
          followed = isFirst ? [] : [answer]
          return answer
        },
      })
    } catch (error) {
      for (const answer of followed) return answer
      throw error
    }
  }
  return { ...writer, write }
}

/** After a conflict in a group, `instead` is what comes of the write after it. */
const conflictChanges = (instead: () => Promise<never> | Promise<undefined>): SabotageWriter =>
  changed(() => {
    const conflicted = new WeakMap<LogGroup, unknown>()
    return (write) => async (group, answers) => {
      if (conflicted.delete(group)) return (await instead()) as never
      try {
        return await write(group, answers)
      } catch (error) {
        conflicted.set(group, error)
        throw error
      }
    }
  })

/** Mistakes of the kind that somebody makes one day in a group commit. */
export const PLANTED_IN_GROUPS: readonly PlantedFault[] = [
  {
    name: 'a write of a group is answered before the group is on disk',
    breaks: ['1', '4', '6', 'the service complains'],
    needsBurst: true,
    sabotageWriter: answeredBeforeCommit,
  },
  {
    name: 'a group that fails is refused to its first write only',
    breaks: ['1', '4', '6', 'the service complains'],
    needsBurst: true,
    sabotageWriter: failsForTheFirstOnly,
  },
  {
    name: 'the last leaves of a group are remembered though it was rolled back',
    breaks: ['6'],
    needsBurst: true,
    sabotageWriter: changed(() => {
      const leaves = new Map<string, Hash | null>()
      return (write, { saleId }) =>
        async (group, answers) => {
          if (saleId === undefined) return write(group, answers)
          const end = group.saleEnd(saleId)
          const leaf = leaves.get(saleId)
          if (end !== undefined && leaf !== undefined) Object.assign(end, { leaf })
          const answer = await write(group, answers)
          leaves.set(saleId, group.saleEnd(saleId)?.leaf ?? null)
          return answer
        }
    }),
  },
  {
    name: 'a conflict refuses the next write of its group, too',
    breaks: ['the service complains'],
    needsBurst: true,
    sabotageWriter: conflictChanges(() => Promise.reject(new AppError('conflict', 'planted'))),
  },
  {
    name: 'a conflict drops the next write of its group',
    breaks: ['1', '4', '6', 'the service complains'],
    needsBurst: true,
    sabotageWriter: conflictChanges(() => Promise.resolve(undefined)),
  },
  {
    name: 'a key that is taken drops the next write of its group',
    breaks: ['1', '4', '6', 'the service complains'],
    needsBurst: true,
    sabotageWriter: changed(() => {
      const taken = new WeakSet<LogGroup>()
      return (write) => async (group, answers) => {
        if (taken.delete(group)) return undefined as never
        const answer = await write(group, answers)
        if (typeof answer === 'object') taken.add(group)
        return answer
      }
    }),
  },
]
