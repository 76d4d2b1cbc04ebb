import type { Migration } from 'kysely/migration'
import * as event from './001-event.ts'
import * as sale from './002-sale.ts'
import * as idempotencyClaim from './003-idempotency-claim.ts'
import * as outbox from './004-outbox.ts'
import * as apiKey from './005-api-key.ts'
import * as crmAccount from './006-crm-account.ts'
import * as operations from './007-operations.ts'
import * as mailedFailure from './008-mailed-failure.ts'
import * as auditorLook from './009-auditor-look.ts'
import * as logTree from './010-log-tree.ts'
import * as auditPages from './011-audit-pages.ts'
import * as evidence from './012-evidence.ts'
import * as keyUse from './013-key-use.ts'
import * as crmMark from './014-crm-mark.ts'
import * as auditorDesk from './015-auditor-desk.ts'
import * as ownership from './016-ownership.ts'
import * as sharedLimits from './017-shared-limits.ts'
import * as duties from './018-duties.ts'
import * as copies from './019-copies.ts'

/**
 * All migrations. They run in the order of their keys, once each, forward only; those that are
 * pending run in one transaction. The list is written out so that it is type-checked, and found by
 * every runtime. The SQL of a migration is never changed, its comments included: SQLite stores the
 * text, and `audit verify` compares it.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-event': event,
  '002-sale': sale,
  '003-idempotency-claim': idempotencyClaim,
  '004-outbox': outbox,
  '005-api-key': apiKey,
  '006-crm-account': crmAccount,
  '007-operations': operations,
  '008-mailed-failure': mailedFailure,
  '009-auditor-look': auditorLook,
  '010-log-tree': logTree,
  '011-audit-pages': auditPages,
  '012-evidence': evidence,
  '013-key-use': keyUse,
  '014-crm-mark': crmMark,
  '015-auditor-desk': auditorDesk,
  '016-ownership': ownership,
  '017-shared-limits': sharedLimits,
  '018-duties': duties,
  '019-copies': copies,
}
