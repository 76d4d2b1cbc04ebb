// What becomes of each table when the log is copied to another database. A table or a column that is missing here
// does not compile.

import type { Schema } from '../database/schema.ts'

/** A column is taken along, or has the same value in each row of the copy. */
type Column = 'copied' | { readonly is: null | 0 }

export type CopiedTable = {
  /** Orders the rows. Where `reads` is `pages` no two rows have the same, and the copy has it, too. */
  readonly key: readonly string[]
  /** - `pages`: some rows at a time; what is there already is not copied again.
   *  - `whole`: few rows, all at once at the end. */
  readonly reads: 'pages' | 'whole'
  readonly columns: Readonly<Record<string, Column>>
}

type Plan<Table> = {
  readonly key: readonly ((keyof Table & string) | 'rowid')[]
  readonly reads: CopiedTable['reads']
  readonly columns: { readonly [Name in keyof Table]: Column }
}

/**
 * In an order in which each row comes after those that it refers to.
 *
 * - `log`  the events, and what is made anew of them
 * - `none` what is true of one database only: who serves it, and what it shares out among them
 */
const PLANS: { readonly [Table in keyof Schema]: Plan<Schema[Table]> | 'log' | 'none' } = {
  event: 'log',
  tree_node: 'log',
  log_head: 'log',
  instance: 'none',
  place_turn: 'none',
  place_lot: 'none',
  key_bucket: 'none',
  duty: 'none',
  unfinished_copy: 'none',
  checkpoint: {
    key: ['number'],
    reads: 'pages',
    columns: { number: 'copied', size: 'copied', at: 'copied', note: 'copied' },
  },
  sale: {
    key: ['first_position'],
    reads: 'pages',
    columns: {
      first_position: 'copied',
      sale_id: 'copied',
      client: 'copied',
      sequence: 'copied',
      status: 'copied',
      contact_id: 'copied',
      deal_id: 'copied',
      quote_id: 'copied',
      sales_order_id: 'copied',
      requested_at: 'copied',
      ended_at: 'copied',
      failed_step: 'copied',
      failure_message: 'copied',
      at_rest: 'copied',
      amount_units: 'copied',
      amount_decimals: 'copied',
      currency: 'copied',
      // Nobody runs it: a start takes it up.
      owner: { is: null },
    },
  },
  idempotency_claim: {
    key: ['client', 'key_digest'],
    reads: 'pages',
    columns: {
      client: 'copied',
      key_digest: 'copied',
      request_digest: 'copied',
      sale_id: 'copied',
      claimed_at: 'copied',
    },
  },
  outbox: {
    key: ['id'],
    reads: 'pages',
    columns: {
      id: 'copied',
      message_id: 'copied',
      about: 'copied',
      sale_id: 'copied',
      subject: 'copied',
      text: 'copied',
      created_at: 'copied',
      attempts: 'copied',
      due_at: 'copied',
      sent_at: 'copied',
      open: 'copied',
      // Nobody sends it: whoever starts may.
      claimed_by: { is: null },
    },
  },
  mailed_failure: {
    key: ['id'],
    reads: 'pages',
    columns: {
      id: 'copied',
      sale_id: 'copied',
      mail_id: 'copied',
      failed_at: 'copied',
      facts: 'copied',
    },
  },
  api_key: {
    // The order in which they were made, which their list has. The copy counts anew.
    key: ['rowid'],
    reads: 'whole',
    columns: {
      id: 'copied',
      client: 'copied',
      scopes: 'copied',
      digest: 'copied',
      created_at: 'copied',
      expires_at: 'copied',
      revoked_at: 'copied',
      last_used_at: 'copied',
    },
  },
  token_shelf: {
    key: ['id'],
    reads: 'whole',
    // It is sealed under the credentials of the CRM, not under anything of the database: it can be read in the copy.
    columns: { id: 'copied', sealed: 'copied', claimed_until: { is: 0 } },
  },
  copy_mark: {
    key: ['made_at', 'position'],
    reads: 'whole',
    columns: { position: 'copied', made_at: 'copied' },
  },
  crm_mark: {
    key: ['id'],
    reads: 'whole',
    columns: { id: 'copied', kind: 'copied', marked_at: 'copied' },
  },
}

/** The tables whose rows are copied, beside the events. */
export const COPIED_TABLES: readonly (CopiedTable & { readonly name: string })[] = Object.entries(
  PLANS,
).flatMap(([name, plan]) => (typeof plan === 'string' ? [] : [{ name, ...plan }]))

/** The tables of which the copy has as many rows when it is whole. */
export const COMPARED_TABLES: readonly string[] = [
  'event',
  'tree_node',
  ...COPIED_TABLES.map(({ name }) => name),
]
