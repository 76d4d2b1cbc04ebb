import type { EpochMs } from '../../domain/time.ts'

/**
 * Where the CRM's access token outlives a process, and is shared by several. It holds sealed
 * bytes: what is in them only the adapter that put them there can read.
 */
export interface TokenStore {
  read(): Promise<Uint8Array | undefined>

  write(sealed: Uint8Array): Promise<void>

  /** Claims the right to renew the token until `until`; `false` while another process has it. */
  claim(now: EpochMs, until: EpochMs): Promise<boolean>

  /** Gives that right back. */
  release(): Promise<void>
}
