import { AppError } from '../../../../application/base/errors.ts'
import type { Written } from '../../../group-commit/group-commit.ts'

/** Thrown for each write of a group whose commit had no answer. Other groups are written meanwhile. */
export class InDoubt<Write extends object> extends Error {
  override readonly name = 'InDoubt'
  /** Whether the group is stored, once that is known. */
  readonly stored: Promise<boolean>
  readonly #written: ReadonlyMap<Write, Written<unknown>>

  constructor(
    writes: readonly Write[],
    written: readonly Written<unknown>[],
    stored: Promise<boolean>,
  ) {
    super('a group of writes is in doubt')
    this.stored = stored
    this.#written = new Map(
      writes.flatMap((write, index) => {
        const its = written[index]
        return its === undefined ? [] : [[write, its]]
      }),
    )
  }

  /**
   * What came of this write.
   *
   * @throws {AppError} `unavailable` when the group was not stored
   */
  async answerOf(write: Write): Promise<unknown> {
    const its = this.#written.get(write)
    if (!(await this.stored) || its === undefined) {
      throw new AppError('unavailable', 'group: it was not stored')
    }
    if (its.type === 'refused') throw its.error
    return its.answer
  }
}
