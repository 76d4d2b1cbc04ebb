// The tables that the migrations make. A column has the type of what this adapter writes into it; the
// comment in its migration is about what it holds.

import type { Generated } from 'kysely'
import type { Duty } from '../../../application/instances/duties.port.ts'
import type { InstanceNumber } from '../../../application/instances/instances.port.ts'
import type { PublicStatus } from '../../../application/log/sale-summary.ts'
import type { NewMail } from '../../../application/mail/outbox.port.ts'
import type { CrmId, SaleId } from '../../../domain/ids.ts'
import type { FailedStep } from '../../../domain/sale/steps.ts'
import type { EpochMs } from '../../../domain/time.ts'

export type EventTable = {
  readonly position: number
  readonly sale_id: SaleId | null
  readonly sequence: number | null
  readonly type: string
  readonly body: string
}

export type SaleTable = {
  readonly first_position: number
  readonly sale_id: SaleId
  readonly client: string
  readonly sequence: number
  readonly status: PublicStatus
  readonly contact_id: CrmId
  readonly deal_id: CrmId | null
  readonly quote_id: CrmId | null
  readonly sales_order_id: CrmId | null
  readonly requested_at: EpochMs
  readonly ended_at: EpochMs | null
  readonly failed_step: FailedStep | null
  readonly failure_message: string | null
  readonly at_rest: 0 | 1
  readonly amount_units: number | null
  readonly amount_decimals: number | null
  readonly currency: string | null
  /** Set where several instances serve the database. */
  readonly owner: InstanceNumber | null
}

export type IdempotencyClaimTable = {
  readonly client: string
  readonly key_digest: Buffer
  readonly request_digest: Buffer
  readonly sale_id: SaleId
  readonly claimed_at: EpochMs
}

export type OutboxTable = {
  readonly id: Generated<number>
  readonly message_id: string
  readonly about: NewMail['about']
  readonly sale_id: SaleId | null
  readonly subject: string
  readonly text: string
  readonly created_at: EpochMs
  readonly attempts: number
  readonly due_at: EpochMs
  readonly sent_at: EpochMs | null
  readonly open: 0 | 1
  /** Set where several instances serve the database. */
  readonly claimed_by: InstanceNumber | null
}

export type MailedFailureTable = {
  readonly id: Generated<number>
  readonly sale_id: SaleId
  readonly mail_id: number
  readonly failed_at: EpochMs
  readonly facts: string | null
}

export type ApiKeyTable = {
  readonly id: string
  readonly client: string
  readonly scopes: string
  readonly digest: Buffer
  readonly created_at: EpochMs
  readonly expires_at: EpochMs | null
  readonly revoked_at: EpochMs | null
  readonly last_used_at: EpochMs | null
}

export type TokenShelfTable = {
  readonly id: number
  readonly sealed: Buffer | null
  readonly claimed_until: number
}

export type CopyMarkTable = {
  readonly position: number
  readonly made_at: EpochMs
}

export type TreeNodeTable = {
  readonly place: number
  readonly hash: Buffer
}

export type CheckpointTable = {
  readonly number: number
  readonly size: number
  readonly at: EpochMs
  readonly note: string
}

export type CrmMarkTable = {
  readonly id: number
  readonly kind: string
  readonly marked_at: EpochMs
}

export type UnfinishedCopyTable = {
  readonly id: number
  readonly source: string
  readonly begun_at: EpochMs
}

/** In PostgreSQL only: SQLite locks the whole database when a transaction begins. */
export type LogHeadTable = {
  readonly id: number
  readonly size: number
}

export type InstanceTable = {
  readonly number: Generated<InstanceNumber>
  readonly name: string
  readonly lease_until: number
  /** Whether it takes sales over, as 0 or 1. */
  readonly takes: Generated<number>
}

export type PlaceTurnTable = {
  readonly id: number
  readonly turn: number
}

export type PlaceLotTable = {
  readonly holder: string
  readonly places: number
  readonly waits_since: number | null
  readonly asked_at: number
  readonly free_at: number
}

export type DutyTable = {
  readonly name: Duty
  readonly holder: InstanceNumber
}

export type KeyBucketTable = {
  readonly key_id: string
  readonly parts: number
  readonly filled_at: number
  readonly drawn: number
}

export type Schema = {
  readonly event: EventTable
  readonly sale: SaleTable
  readonly idempotency_claim: IdempotencyClaimTable
  readonly outbox: OutboxTable
  readonly mailed_failure: MailedFailureTable
  readonly api_key: ApiKeyTable
  readonly token_shelf: TokenShelfTable
  readonly copy_mark: CopyMarkTable
  readonly tree_node: TreeNodeTable
  readonly checkpoint: CheckpointTable
  readonly crm_mark: CrmMarkTable
  readonly log_head: LogHeadTable
  readonly instance: InstanceTable
  readonly place_turn: PlaceTurnTable
  readonly place_lot: PlaceLotTable
  readonly key_bucket: KeyBucketTable
  readonly unfinished_copy: UnfinishedCopyTable
  readonly duty: DutyTable
}
