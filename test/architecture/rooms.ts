// The rooms of the source tree, and which rooms each may import from beside itself.

export type Room = {
  /** A folder; the files in it, not those of folders below. */
  readonly folder: string
  /** Folders of rooms above this one in the list. A name that ends in `/` is every room below it. */
  readonly rooms: readonly string[]
  /** Whether packages of npm and of the runtime may be imported, or which ones. */
  readonly packages: 'any' | readonly string[]
}

const NONE = [] as const

/** The pure core: no package, but the hash of the runtime where the log is hashed. */
const DOMAIN: readonly Room[] = [
  { folder: 'src/domain', rooms: [], packages: NONE },
  { folder: 'src/domain/sale', rooms: ['src/domain'], packages: NONE },
  { folder: 'src/domain/log', rooms: ['src/domain'], packages: ['node:crypto'] },
]

/** The use cases: what each subject needs of the others. No package at all. */
const APPLICATION: readonly Room[] = [
  feature('base', []),
  feature('instances', ['base']),
  feature('mail', ['base', 'instances']),
  feature('log', ['base', 'mail']),
  feature('words', ['log', 'mail']),
  feature('access', ['base', 'log', 'mail']),
  feature('clock', ['base', 'log']),
  feature('storage', ['base']),
  feature('crm/places', ['base']),
  feature('crm', ['base', 'log', 'mail']),
  feature('crm-setup', ['base', 'log', 'crm']),
  feature('sale/run', ['base', 'log', 'mail', 'crm']),
  feature('sale', ['base', 'log', 'mail', 'crm', 'instances', 'sale/run']),
  feature('checkpoints', ['base', 'log', 'mail', 'instances']),
  feature('evidence/bundle', ['base', 'log', 'words', 'checkpoints']),
  feature('evidence/report', ['log', 'words', 'evidence/bundle']),
  feature('evidence', ['log', 'words', 'checkpoints', 'evidence/bundle', 'evidence/report']),
  feature('verify', ['base', 'log', 'checkpoints', 'evidence/bundle']),
  feature('desk', ['base', 'access', 'log', 'checkpoints', 'evidence/bundle', 'verify']),
]

/** One technology each; none knows another. */
const ADAPTERS: readonly Room[] = [
  adapter('disk'),
  adapter('key-text'),
  adapter('log-client'),
  adapter('mail', ['disk']),
  adapter('metrics'),
  adapter('signing', ['disk']),

  adapter('http/request'),
  adapter('http/sessions', ['http/request']),
  adapter('http/api', ['http/request']),
  adapter('http/audit/files'),
  adapter('http/audit/texts/period'),
  adapter('http/audit/texts/desk'),
  adapter('http/audit/texts', ['http/audit/texts/period', 'http/audit/texts/desk']),
  adapter('http/audit/frame', ['http/request', 'http/audit/texts']),
  adapter('http/audit/downloads', ['http/request', 'http/audit/texts', 'http/audit/frame']),
  adapter('http/audit/totals', ['http/audit/texts', 'http/audit/frame']),
  adapter('http/audit/list', [
    'http/audit/texts',
    'http/audit/frame',
    'http/audit/downloads',
    'http/audit/totals',
  ]),
  adapter('http/audit/sale', ['http/audit/texts', 'http/audit/frame', 'http/audit/downloads']),
  adapter('http/audit/sign-in', [
    'http/request',
    'http/sessions',
    'http/audit/texts',
    'http/audit/frame',
  ]),
  adapter('http/audit/find', ['http/audit/texts', 'http/audit/frame']),
  adapter('http/audit/fields', ['http/audit/texts', 'http/audit/frame']),
  adapter('http/audit/period', [
    'http/request',
    'http/audit/texts',
    'http/audit/frame',
    'http/audit/fields',
    'http/audit/downloads',
    'http/audit/totals',
    'http/audit/list',
  ]),
  adapter('http/audit/events', [
    'http/audit/texts',
    'http/audit/frame',
    'http/audit/fields',
    'http/audit/list',
  ]),
  adapter('http/audit/checkpoints', [
    'http/audit/texts',
    'http/audit/texts/desk',
    'http/audit/frame',
    'http/audit/fields',
  ]),
  adapter('http/audit', ['http/request', 'http/audit/']),
  adapter('http/health', ['http/request']),
  adapter('http/limits', ['http/request']),
  adapter('http/openapi', ['http/request', 'http/api', 'http/audit/frame']),
  adapter('http/docs', ['http/audit/frame', 'http/openapi']),
  adapter('http', [
    'http/request',
    'http/sessions',
    'http/api',
    'http/audit',
    'http/health',
    'http/limits',
    'http/docs',
  ]),

  adapter('zoho/house'),
  adapter('zoho/exchange', ['zoho/house']),
  adapter('zoho/answers', ['zoho/exchange']),
  adapter('zoho/limits'),
  adapter('zoho/token', ['zoho/exchange', 'zoho/answers', 'zoho/limits']),
  adapter('zoho/call', ['zoho/exchange', 'zoho/answers', 'zoho/limits', 'zoho/token']),
  adapter('zoho/records', [
    'zoho/house',
    'zoho/exchange',
    'zoho/answers',
    'zoho/limits',
    'zoho/call',
  ]),
  adapter('zoho/admin', [
    'zoho/house',
    'zoho/exchange',
    'zoho/answers',
    'zoho/token',
    'zoho/call',
    'zoho/records',
  ]),
  adapter('zoho/rehearsal', [
    'zoho/house',
    'zoho/exchange',
    'zoho/token',
    'zoho/call',
    'zoho/records',
  ]),
  adapter('zoho', ['zoho/']),

  adapter('group-commit'),
  adapter('sql/database'),
  adapter('sql/instances', ['sql/database']),
  adapter('sql/limits', ['sql/database']),
  adapter('sql/log/rows', ['group-commit', 'sql/database']),
  adapter('sql/mail', ['sql/database', 'sql/log/rows']),
  adapter('sql/log', ['sql/database', 'sql/log/rows', 'sql/mail']),
  adapter('sql/copies', ['sql/database', 'sql/log/rows', 'sql/log']),
  adapter('sql/sale', ['sql/database', 'sql/log/rows', 'sql/mail']),
  adapter('sql/access', ['key-text', 'sql/database', 'sql/log/rows']),
  adapter('sql/crm', ['sql/database', 'sql/log/rows']),
  adapter('sql/checkpoints', ['sql/database', 'sql/log/rows', 'sql/mail']),
  adapter('sql/desk', ['sql/database', 'sql/sale']),
  adapter('postgres/database', ['sql/database']),
  adapter('postgres/roles', ['sql/database']),
  adapter('postgres/archive', ['sql/database', 'sql/sale', 'postgres/database']),
  adapter('postgres/copies', ['sql/database', 'sql/copies', 'postgres/database']),
  adapter('sqlite/database', ['disk', 'sql/database']),
  adapter('sqlite/checkpoints', ['sqlite/database']),
  adapter('sqlite/copies', ['disk', 'sql/database', 'sqlite/database', 'sqlite/checkpoints']),
  adapter('sqlite/archive', ['sql/database', 'sql/sale', 'sqlite/database']),

  adapter('fake-zoho/schema'),
  adapter('fake-zoho/wire', ['fake-zoho/schema']),
  adapter('fake-zoho/coql', ['fake-zoho/schema', 'fake-zoho/wire']),
  adapter('fake-zoho/faults', ['fake-zoho/schema', 'fake-zoho/wire', 'fake-zoho/coql']),
  adapter('fake-zoho/world', ['fake-zoho/schema', 'fake-zoho/wire', 'fake-zoho/faults']),
  adapter('fake-zoho/records', [
    'fake-zoho/schema',
    'fake-zoho/wire',
    'fake-zoho/coql',
    'fake-zoho/world',
  ]),
  adapter('fake-zoho/metadata', ['fake-zoho/schema', 'fake-zoho/wire', 'fake-zoho/world']),
  adapter('fake-zoho/answer', [
    'fake-zoho/schema',
    'fake-zoho/wire',
    'fake-zoho/coql',
    'fake-zoho/faults',
    'fake-zoho/world',
    'fake-zoho/records',
    'fake-zoho/metadata',
  ]),
  adapter('fake-zoho/control', [
    'fake-zoho/schema',
    'fake-zoho/faults',
    'fake-zoho/world',
    'fake-zoho/answer',
  ]),
  adapter('fake-zoho', ['fake-zoho/']),
]

/** What puts the parts together. Nothing but tests imports it. */
const INFRASTRUCTURE: readonly Room[] = [
  part('system'),
  part('config', ['src/adapters/mail', 'src/adapters/zoho/house', 'src/adapters/zoho/exchange']),
  part('evidence'),
  part('metrics', ['src/adapters/', 'src/infrastructure/system', 'src/infrastructure/config']),
  part('postgres', ['src/adapters/', 'src/infrastructure/system', 'src/infrastructure/config']),
  part('service', [
    'src/adapters/',
    'src/infrastructure/system',
    'src/infrastructure/config',
    'src/infrastructure/metrics',
    'src/infrastructure/postgres',
  ]),
  part('cli/terminal', [
    'src/adapters/sqlite/database',
    'src/adapters/sqlite/copies',
    'src/infrastructure/config',
    'src/infrastructure/postgres',
    'src/infrastructure/service',
  ]),
  command('audit', ['src/infrastructure/evidence']),
  command('db'),
  command('doctor'),
  command('sales'),
  command('zoho/connect'),
  command('zoho', ['src/infrastructure/cli/zoho/connect']),
  part('demo', ['src/adapters/', 'src/infrastructure/system', 'src/infrastructure/service']),
  part('cli', ['src/adapters/', 'src/infrastructure/']),
  {
    folder: 'src/infrastructure',
    rooms: ['src/infrastructure/cli', 'src/infrastructure/system'],
    packages: ['node:module', 'node:process', 'node:url', 'node:v8'],
  },
]

/** A migration outlives the code of its day, so it imports none of it. */
const MIGRATIONS: readonly Room[] = ['migrations/sqlite', 'migrations/postgres'].map((folder) => ({
  folder,
  rooms: [],
  packages: ['kysely', 'kysely/migration'],
}))

/** The benchmarks: programs that are measured, and what measures them. Nothing but tests imports them. */
const BENCH: readonly Room[] = [
  measuring('base', []),
  measuring('load', ['base']),
  measuring('engines/parts', []),
  measuring('engines', ['base', 'engines/parts']),
  {
    folder: 'bench/subjects',
    rooms: ['src/', 'bench/base', 'bench/engines/parts'],
    packages: 'any',
  },
  measuring('measure', ['base', 'load', 'subjects']),
  measuring('page', ['base', 'load', 'measure']),
  { folder: 'bench', rooms: ['bench/'], packages: 'any' },
]

/** Every room. A room imports only from rooms above it, so that there is no circle of rooms. */
export const ROOMS: readonly Room[] = [
  ...DOMAIN,
  ...APPLICATION,
  ...ADAPTERS,
  ...MIGRATIONS,
  ...INFRASTRUCTURE,
  ...BENCH,
]

function feature(name: string, others: readonly string[]): Room {
  const rooms = others.map((other) => `src/application/${other}`)
  return {
    folder: `src/application/${name}`,
    rooms: ['src/domain', 'src/domain/', ...rooms],
    packages: NONE,
  }
}

function adapter(name: string, others: readonly string[] = []): Room {
  const rooms = others.map((other) => `src/adapters/${other}`)
  return {
    folder: `src/adapters/${name}`,
    rooms: ['src/domain', 'src/domain/', 'src/application/', ...rooms],
    packages: 'any',
  }
}

function part(name: string, others: readonly string[] = []): Room {
  const rooms = ['src/domain', 'src/domain/', 'src/application/', 'migrations/', ...others]
  return { folder: `src/infrastructure/${name}`, rooms, packages: 'any' }
}

function measuring(name: string, others: readonly string[]): Room {
  const rooms = others.map((other) => `bench/${other}`)
  return { folder: `bench/${name}`, rooms, packages: 'any' }
}

function command(name: string, others: readonly string[] = []): Room {
  const parts = ['system', 'config', 'postgres', 'service', 'cli/terminal']
  return part(`cli/${name}`, [
    'src/adapters/',
    ...parts.map((known) => `src/infrastructure/${known}`),
    ...others,
  ])
}
