import type { CrmFinding } from '../../../application/crm-setup/crm-finding.ts'

/** A finding as one line of the terminal. */
export function findingLine(finding: CrmFinding): string {
  return finding.ok ? `ok       ${finding.check}` : `MISSING  ${finding.check}: ${finding.remedy}`
}
