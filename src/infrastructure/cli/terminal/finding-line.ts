import type { CrmFinding } from '../../../application/crm-setup/crm-finding.ts'

/** Letters of `MISSING` and the like, where a line that is too long goes on. */
export const FINDING_INDENT = 9

/** A finding as one line of the terminal. */
export function findingLine(finding: CrmFinding): string {
  const { ok, check, remedy } = finding
  if (!ok) return `MISSING  ${check}: ${remedy}`
  return remedy === null ? `ok       ${check}` : `WARNING  ${check}: ${remedy}`
}
