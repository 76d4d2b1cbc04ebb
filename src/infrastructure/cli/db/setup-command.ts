// `gateway db setup`: what an administrator of PostgreSQL makes for the gateway, printed or made.
import process from 'node:process'
import { Command } from 'commander'
import {
  type SetupNames,
  setupStatements,
} from '../../../adapters/postgres/roles/setup-statements.ts'
import { requirePostgres } from '../../config/database-settings.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { roleName } from '../terminal/option-values.ts'

export function setupCommand(): Command {
  return new Command('setup')
    .description(
      'print the SQL that makes the roles and the database in PostgreSQL; with --run make them',
    )
    .option('--owner <role>', 'who owns the tables', roleName, 'gateway_owner')
    .option('--service <role>', 'who serves, and may not change the log', roleName, 'gateway')
    .option('--database <name>', 'the database', roleName, 'gateway')
    .option('--run', 'make what is not there, with DATABASE_URL, which names an administrator')
    .option('--json', 'with --run: print JSON')
    .action(setUp)
}

type Options = SetupNames & { readonly run?: true; readonly json?: true }

async function setUp({ run, json, ...names }: Options): Promise<void> {
  if (names.owner === names.service) {
    process.stderr.write('Give the owner and the service two names: no right holds an owner.\n')
    process.exitCode = 2
    return
  }
  if (!run) {
    for (const line of printed(names)) printLine(line)
    return
  }
  const config = requirePostgres(commandConfig())
  const { setUpServer } = await import('../../postgres/set-up-server.ts')
  const made = await setUpServer(config, names)
  if (json) printLine(JSON.stringify({ made, ...names }))
  const what = made.length === 0 ? 'Everything was there.' : `Made: ${made.join(', ')}.`
  process.stderr.write(`${[what, ...next(names)].join('\n')}\n`)
}

function printed(names: SetupNames): readonly string[] {
  const { owner, service } = names
  return [
    '-- The roles and the database of the gateway, for PostgreSQL 15 or later. An administrator runs this:',
    '-- psql --dbname postgres --file FILE',
    `-- ${owner} owns the tables. Only gateway db migrate signs in as it.`,
    `-- ${service} serves, and all other commands sign in as it. It reads all, adds to the log, and may`,
    '-- change or delete nothing of it. gateway db migrate gives it these rights.',
    ...setupStatements(names).map(({ text }) => `${text};`),
    ...next(names).map((line) => `-- ${line}`),
  ]
}

/** What is left to do. A password is never given to this command: it would be seen. */
function next({ owner, service, database }: SetupNames): readonly string[] {
  return [
    'Next: give both roles a password in psql, which asks for it, and sends none in clear:',
    `  \\password ${owner}`,
    `  \\password ${service}`,
    `and make the tables, with DATABASE_URL=postgres://${owner}@HOST/${database}:`,
    `  gateway db migrate --service ${service}`,
  ]
}
