import { startPostgres, type TestPostgres } from '../../../support/postgres/test-postgres.ts'

let server: Promise<TestPostgres> | undefined

/** A server that keeps what is committed, as the commands ask for. Other tests need not wait for a disk. */
export function durablePostgres(): Promise<TestPostgres> {
  server ??= startPostgres({ fsync: 'on', full_page_writes: 'on' })
  return server
}
