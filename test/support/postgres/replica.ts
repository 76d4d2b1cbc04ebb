// A streaming replica of a server of the tests: a copy of the primary's files, made while that has ended, which asks for all that follows.

import { until } from '../time/until.ts'
import { queryOnce, startPostgres, type TestPostgres } from './test-postgres.ts'

/** What the primary calls it in `synchronous_standby_names` and in `pg_stat_replication`. */
export const REPLICA = 'replica'

export type Replica = TestPostgres & {
  /** Makes it a primary, which takes writes when this resolves. */
  promote(): Promise<void>
}

/**
 * Restarts the primary, and resolves when the replica follows it.
 *
 * @param way how the replica reaches the primary, such as by a proxy
 * @param own settings that go before those of tests
 */
export async function startReplica(
  primary: TestPostgres,
  way: (direct: string) => string = (direct) => direct,
  own: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const { hostname, port } = new URL(way(primary.url('postgres')))
  const primary_conninfo = `host=${hostname} port=${port} user=postgres application_name=${REPLICA}`
  await primary.halt()
  const settings = { ...own, primary_conninfo, wal_retrieve_retry_interval: '100ms' }
  const replica = await startPostgres(settings, { standbyOf: primary })
  const query = (server: TestPostgres, text: string) => queryOnce(server.url('postgres'), text)
  await until('the replica streams', async () => {
    const following = `select from pg_stat_replication where state = 'streaming'`
    return (await query(primary, following)).length > 0
  })
  return { ...replica, promote: async () => void (await query(replica, 'select pg_promote()')) }
}
