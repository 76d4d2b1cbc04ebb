import type { EpochMs } from '../../domain/time.ts'

/** For which kind of CRM the log is. A sale that was begun in one must not be taken up in another. */
export interface CrmMark {
  /** The kind that the log was marked with; `undefined` where it was not yet. */
  read(): Promise<string | undefined>

  /** Marks the log, once: a mark that is there stays. */
  write(kind: string, at: EpochMs): Promise<void>

  /** Whether the log holds a sale. */
  hasSales(): Promise<boolean>

  /** Whether the log holds a sale that this client asked for with this key. */
  hasSaleWith(client: string, keyId: string): Promise<boolean>
}
