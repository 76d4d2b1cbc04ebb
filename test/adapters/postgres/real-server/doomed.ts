// A test process that starts a server, says its URL, and waits to be killed.

import process from 'node:process'
import { startPostgres } from '../../../support/postgres/test-postgres.ts'

const postgres = await startPostgres()
process.stdout.write(postgres.url('postgres'))
process.stdin.resume()
