// The events that belong to no sale, in the groups in which an auditor reads them.

import type { ServiceEvent } from '../log/service-events.ts'

/** Each type that belongs to no sale, and its group. A type that is missing here does not compile. */
const GROUP_OF = {
  ApiKeyCreated: 'keys',
  ApiKeyRotated: 'keys',
  ApiKeyRevoked: 'keys',
  SignInsFailed: 'signIns',
  AuditorLooked: 'looks',
  AuditExported: 'exports',
  SaleResumeRequested: 'resumes',
  LogLossAccepted: 'losses',
  LogMoved: 'moves',
  LogArrived: 'moves',
  CrmAccountShut: 'account',
  CrmAccountReopened: 'account',
  MailSent: 'mails',
  SaleUnreadable: 'unreadable',
  ClockJumped: 'clock',
  OrphanDeleted: 'orphans',
  OrphanDeleteFailed: 'orphans',
} as const satisfies Readonly<Record<ServiceEvent['type'], string>>

export type EventGroup = (typeof GROUP_OF)[ServiceEvent['type']]

/** Every group, in the order of the table. */
export const EVENT_GROUPS: readonly EventGroup[] = [...new Set(Object.values(GROUP_OF))]

/** The types of these groups; of no group in particular, all of them. */
export function typesOf(groups: readonly EventGroup[] = EVENT_GROUPS): readonly string[] {
  return Object.entries(GROUP_OF)
    .filter(([, group]) => groups.includes(group))
    .map(([type]) => type)
}

/** The group of an event that belongs to no sale; `undefined` for any other type. */
export function groupOf(type: string): EventGroup | undefined {
  const groups: Readonly<Record<string, EventGroup>> = GROUP_OF
  return Object.hasOwn(groups, type) ? groups[type] : undefined
}
