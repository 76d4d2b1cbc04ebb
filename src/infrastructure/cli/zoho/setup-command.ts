// `gateway zoho setup`: the reference field in Zoho.
import process from 'node:process'
import { Command } from 'commander'
import { makeSetUpCrm, type SetUp } from '../../../application/crm-setup/set-up-crm.ts'
import { commandConfig, printLine } from '../terminal/command-config.ts'
import { FINDING_INDENT } from '../terminal/finding-line.ts'
import { printFolded } from '../terminal/folded.ts'
import { withProgress } from '../terminal/progress.ts'
import { askedCrm, withZoho } from './zoho-connection.ts'

export function zohoSetupCommand(): Command {
  return new Command('setup')
    .description('create the reference field where it is missing, or explain how to do it by hand')
    .option('--json', 'print JSON')
    .action(setUp)
}

async function setUp({ json }: { readonly json?: true }): Promise<void> {
  process.stderr.write(`${askedCrm(commandConfig())}\n`)
  const { results, needs } = await withZoho(async (connection) => ({
    results: await withProgress('asking Zoho', makeSetUpCrm(connection)),
    needs: connection.needs,
  }))
  if (json)
    printLine(JSON.stringify(results.map(({ created, finding }) => ({ created, ...finding }))))
  else for (const result of results) printFolded(lineOf(result), FINDING_INDENT)
  const open = results.filter(({ finding }) => !finding.ok)
  if (open.length > 0 && !json) {
    const modules = open.map(({ step }) => needs.recordModules[step]).join(', ')
    for (const line of stepsFor(modules, needs.referenceField)) printFolded(line, STEP_INDENT)
  }
  process.exitCode = open.length === 0 ? 0 : 1
}

function lineOf({ created, finding }: SetUp): string {
  if (!finding.ok) return `MISSING  ${finding.check}: ${finding.remedy}`
  return created ? `created  ${finding.check}` : `ok       ${finding.check}`
}

/** Letters before the words of a step. */
const STEP_INDENT = 5

/** The steps for a person, where the token lacks `ZohoCRM.settings.fields.CREATE`. */
function stepsFor(modules: string, field: string): readonly string[] {
  return [
    '',
    `By hand, as an administrator of Zoho CRM, in each of ${modules}:`,
    '  1. Setup > Customization > Modules and Fields > the module > its layout.',
    `  2. Add a field "Single Line" with the label "${field.replaceAll('_', ' ')}", 255 characters.`,
    '  3. Tick "Do not allow duplicate values", without regard to letter case, and save the layout.',
    `  4. Setup > Developer Hub > APIs & SDKs > API Names: the field has to be called ${field}.`,
    '  5. Let the profile of the user whose token the gateway holds read and write the field.',
    'Or give the gateway a token with the scope ZohoCRM.settings.fields.CREATE, and repeat this.',
  ]
}
