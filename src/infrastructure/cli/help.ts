// What is in the help of the commands beside their options: examples, and the settings.

import type { Command } from 'commander'
import { settingHelp } from './setting-help.ts'

/** Examples by the words of the command after `gateway`; the program itself is the empty text. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  '': ['gateway serve', 'gateway sales list --status stuck', 'gateway config check'],
  serve: ['gateway serve', 'PORT=8080 DATA_DIR=/var/lib/gateway gateway serve'],
  demo: ['gateway demo'],
  keys: [
    'gateway keys create --name web-shop --scope sales:create,sales:read',
    'gateway keys list',
  ],
  'keys create': [
    'gateway keys create --name web --scope contacts:read,sales:create,sales:read',
    'gateway keys create --name auditor --scope audit:read --expires 365d',
  ],
  'keys list': ['gateway keys list', 'gateway keys list --json'],
  'keys rotate': ['gateway keys rotate 4f9a1c2e --overlap 7d'],
  'keys revoke': ['gateway keys revoke 4f9a1c2e'],
  sales: ['gateway sales list --limit 20', 'gateway sales show 7ffd1c2a'],
  'sales list': [
    'gateway sales list --limit 20',
    'gateway sales list --status stuck --json',
    'gateway sales list --client web-shop --from 2026-11-01',
  ],
  'sales show': ['gateway sales show 7ffd1c2a', 'gateway sales show 7ffd1c2a --json'],
  'sales resume': ['gateway sales resume 7ffd1c2a'],
  zoho: ['gateway zoho connect', 'gateway zoho check --write'],
  'zoho connect': [
    'ZOHO_DC=eu gateway zoho connect',
    'gateway zoho connect --file /etc/gateway/zoho.env',
  ],
  'zoho check': ['gateway zoho check', 'gateway zoho check --write --json'],
  'zoho setup': ['gateway zoho setup'],
  'zoho orphans': ['gateway zoho orphans', 'gateway zoho orphans --delete'],
  'zoho rehearse': ['ZOHO_DC=eu-sandbox gateway zoho rehearse'],
  'zoho fake': ['gateway zoho fake --port 9000', 'gateway zoho fake --port 9000 --latency 50'],
  mail: ['gateway mail test'],
  'mail test': ['gateway mail test', 'SMTP_URL=smtp://127.0.0.1:25 gateway mail test --json'],
  db: ['gateway db backup /backup/monday.db', 'gateway db restore /backup/monday.db'],
  'db migrate': ['gateway db migrate --service gateway', 'gateway db migrate --json'],
  'db setup': ['gateway db setup > setup.sql', 'gateway db setup --run --database sales'],
  'db backup': [
    'gateway db backup /backup/monday.db',
    'gateway db backup "/backup/$(date +%F).db" --json',
  ],
  'db restore': [
    'gateway db restore /backup/monday.db',
    'gateway db restore /backup/monday.db --reason "the disk of Tuesday failed"',
  ],
  'db copy': [
    'gateway db copy sqlite:data/gateway.db postgres://owner@db.test/gateway',
    'gateway db copy postgres://owner@db.test/gateway sqlite:data/back.db',
  ],
  doctor: ['gateway doctor', 'gateway doctor --json'],
  config: ['gateway config check', 'gateway config show'],
  'config check': ['gateway config check', 'gateway config check --json'],
  'config show': ['gateway config show', 'gateway config show --json'],
  audit: ['gateway audit verify', 'gateway audit export --sale 7ffd1c2a --out evidence'],
  'audit verify': [
    'gateway audit verify',
    'gateway audit verify --anchor checkpoint-of-monday.eml',
    'gateway audit verify --bundle evidence --key log.vkey',
  ],
  'audit export': [
    'gateway audit export --sale 7ffd1c2a --out evidence',
    'gateway audit export --from 2026-11-01 --to 2026-12-01 --out november',
  ],
  'audit checkpoint': ['gateway audit checkpoint > checkpoint-of-monday'],
  'audit accept-loss': ['gateway audit accept-loss --reason "restored the copy of Monday"'],
  'audit witness': [
    'GATEWAY_API_KEY=… gateway audit witness --url https://gw.test --state seen',
    'gateway audit witness --url https://gw.test --state seen --max-age 2h',
  ],
  'audit key': ['gateway audit key > log.vkey'],
}

/** Adds to the help of each command what Commander does not know. @param words of it after `gateway` */
export function addHelp(command: Command, words: readonly string[] = []): void {
  const name = words.join(' ')
  if (name === 'serve') command.addHelpText('after', settingHelp)
  const lines = EXAMPLES[name]?.map((line) => `  $ ${line}`) ?? []
  if (lines.length > 0) command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'))
  for (const child of command.commands) addHelp(child, [...words, child.name()])
}
