// Parts that several mails have: a link, and the commands to type.

import type { SaleId } from '../../domain/ids.ts'

/** The line with the address of a sale's page; none where it is not known how people reach the gateway. */
export function linkLines(publicUrl: string | undefined, saleId: SaleId): readonly string[] {
  return publicUrl === undefined ? [] : [`Link: ${publicUrl}/audit/sales/${saleId}`]
}

/** The end of a mail: commands, and how somebody who has never typed one does it. */
export function commandLines(...commands: readonly string[]): readonly string[] {
  return [
    '',
    ...commands.map((command) => `    ${command}`),
    '',
    '("gateway" is short for "npm run -s gateway --" in its folder, with the settings of the service.)',
    '',
  ]
}
