// Whether a database is for the CRM that the settings name.

import { AppError } from '../../application/base/errors.ts'
import type { CrmMark } from '../../application/crm/crm-mark.port.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Config } from '../config/config.ts'
import { databaseName } from '../config/database-settings.ts'
import { DEMO_KEY_ID } from './demo-key.ts'

/** What the command line needs of the settings to compare them with the mark. */
type Settings = Pick<Config, 'crm' | 'database'>

/**
 * Refuses a database that was used with the other CRM. One without a mark is marked, where that is
 * safe: a log that may be of real sales is never marked as one of the fake's.
 *
 * @throws {AppError} `refused`
 */
export async function markCrm(mark: CrmMark, settings: Settings, now: EpochMs): Promise<void> {
  const kind = await requireSameCrm(mark, settings)
  if ((await mark.read()) !== undefined) return
  const isSafe = settings.crm === kind || settings.crm === 'zoho' || !(await mark.hasSales())
  if (isSafe) await mark.write(settings.crm, now)
}

/**
 * Returns the CRM of the database; `undefined` where nothing shows it.
 *
 * @throws {AppError} `refused` where that is another than the settings name
 */
export async function requireSameCrm(
  mark: CrmMark,
  { crm, database }: Settings,
): Promise<string | undefined> {
  // Only with the fake there is a demo key, also in a database from before there were marks.
  const shown = async () =>
    (await mark.hasSaleWith(DEMO_KEY_ID, DEMO_KEY_ID)) ? 'fake' : undefined
  const kind = (await mark.read()) ?? (await shown())
  if (kind === undefined || kind === crm) return kind
  throw new AppError('refused', otherCrmText(kind, crm, databaseName(database)))
}

function otherCrmText(kind: string, crm: string, database: string): string {
  const why =
    kind === 'fake'
      ? 'Its sales were never in Zoho, and would stand in one log with those that are.'
      : 'Its unfinished sales are in Zoho: in the fake they would be taken for gone.'
  return [
    `${database} was used with CRM=${kind}, and the settings say CRM=${crm}. ${why}`,
    `Nothing was started. Give CRM=${crm} a folder of its own (DATA_DIR), and make its keys there;`,
    `or set CRM=${kind}.`,
  ].join('\n')
}
