// `gateway zoho check`: whether Zoho has what the gateway needs.
import process from 'node:process'
import { Command } from 'commander'
import { makeCheckCrm } from '../../../application/crm-setup/check-crm.ts'
import { makeCheckRights } from '../../../application/crm-setup/check-crm-rights.ts'
import type { CrmFinding } from '../../../application/crm-setup/crm-finding.ts'
import type { CrmId } from '../../../domain/ids.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { FINDING_INDENT, findingLine } from '../terminal/finding-line.ts'
import { printFolded } from '../terminal/folded.ts'
import { crmId } from '../terminal/option-values.ts'
import { withProgress } from '../terminal/progress.ts'
import { askedCrm, withZoho, type ZohoConnection } from './zoho-connection.ts'

type Options = {
  readonly write?: true
  readonly json?: true
  readonly contact?: CrmId
  readonly product?: CrmId
}

export function zohoCheckCommand(): Command {
  return new Command('check')
    .description('check that Zoho has what the gateway needs, and that the token may use it')
    .option('--write', 'also create, find and delete one Deal, Quote and Sales Order')
    .option('--contact <id>', 'the contact of these records, by default the first one found', crmId)
    .option('--product <id>', 'the product of these records, by default the first one found', crmId)
    .option('--json', 'print JSON')
    .action(check)
}

async function check(options: Options): Promise<void> {
  process.stderr.write(`${askedCrm(commandConfig())}\n`)
  const findings = await withZoho((connection) =>
    withProgress('asking Zoho', () => findingsOf(connection, options)),
  )
  if (options.json) printLine(JSON.stringify(findings))
  else for (const finding of findings) printFolded(findingLine(finding), FINDING_INDENT)
  if (!options.write && !options.json) printLine(NOT_TRIED)
  process.stderr.write(`${verdict(findings, options)}\n`)
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1
}

const NOT_TRIED = 'not tried: the rights to create and delete records; --write tries them'

function verdict(findings: readonly CrmFinding[], { write }: Options): string {
  const failed = findings.filter(({ ok }) => !ok).length
  if (failed > 0) return `Not fit for sales: ${failed} of ${findings.length} checks failed.`
  return write ? 'Fit for sales.' : 'Fit for sales, as far as reading shows.'
}

async function findingsOf(
  connection: ZohoConnection,
  options: Options,
): Promise<readonly CrmFinding[]> {
  const findings = await makeCheckCrm(connection)()
  if (!options.write) return findings
  const given = { contactId: options.contact, productId: options.product }
  return [...findings, ...(await makeCheckRights(connection)(given))]
}
