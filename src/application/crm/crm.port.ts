// The CRM as sales use it: contacts and products are read; Deals, Quotes and Sales Orders are
// created, deleted and found.

import type { Address, Contact } from '../../domain/contact.ts'
import type { CrmId } from '../../domain/ids.ts'
import type { DealDraft, QuoteDraft, SalesOrderDraft } from '../../domain/sale/effect.ts'
import type { CallResult, Organisation, Product, SaleContact } from '../../domain/sale/outcome.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'

/** The postal addresses of a Quote and a Sales Order; `null` for a contact without an account. */
export type Addresses = { readonly billing: Address; readonly shipping: Address } | null

/** Who buys, for the texts of records; `null` for a name that is empty in the CRM. */
export type BuyerNames = {
  /** `null`, too, for a contact without an account. */
  readonly accountName: string | null
  readonly contactName: string | null
}

/**
 * What a sale reads of its contact. Addresses and names are for the records; the log never holds
 * them.
 */
export type ContactDetails = SaleContact & {
  readonly addresses: Addresses
  readonly names: BuyerNames
}

/**
 * A record to create. Names and addresses are not in the log, so each process reads them again, and
 * keeps them: every attempt of one process has the same `names` object.
 */
export type NewRecord = (
  | DealDraft
  | ((QuoteDraft | SalesOrderDraft) & { readonly addresses: Addresses })
) & {
  readonly names: BuyerNames
  /** The client of the API whose request began the sale. */
  readonly client: string
}

/**
 * Which of the calls that wait is sent first; highest first:
 *
 * - `rollback` a delete or a look-up of a rollback: the fewer of them wait, the less can be left
 *   behind.
 * - `forward`  a create of a sale that has begun.
 * - `new`      a read of a sale that is beginning, or of a caller who only asks for a contact.
 * - `retry`    a delete or a look-up that has failed before.
 */
export type Priority = 'rollback' | 'forward' | 'new' | 'retry'

/** How long a call may take, and which calls it waits for. */
export type CallOptions = {
  /** Milliseconds for the whole call, waiting included. */
  readonly withinMs: number
  readonly priority: Priority
}

export type DeleteOptions = CallOptions & {
  /** Whether an answer or a read has ever shown the record; otherwise the CRM only named it. */
  readonly isSeen: boolean
}

/**
 * The customer records that the sales team works with.
 *
 * No method throws for what the CRM or the network does: the returned `CallResult` is how the call
 * ended. Every call ends within `withinMs` milliseconds, and this includes waiting for its turn and
 * for a token. A call that had no time left before it was sent is `notSent`.
 */
export interface Crm {
  /**
   * The CRM's own names of the modules that hold the records of each step, and of those that are only
   * read. The logs repeat them.
   */
  readonly modules: Readonly<Record<CreateStep | 'contact' | 'product' | 'organisation', string>>

  /**
   * The contact with exactly this e-mail address, whatever the case of its letters; of several the
   * most recently modified; `null` without one. It is `unknown` where the CRM found a contact by
   * the address and does not show it, so that nobody takes a hidden contact for none.
   */
  findContact(email: string, withinMs: number): Promise<CallResult<Contact | null>>

  /**
   * The contact of a sale; `null` when there is none with this id. It is `refused` where the CRM does
   * not show the account or a part of its addresses.
   */
  readContact(contactId: CrmId, options: CallOptions): Promise<CallResult<ContactDetails | null>>

  /** The currencies of the organisation. They change about once in the life of an organisation. */
  readOrganisation(withinMs: number): Promise<CallResult<Organisation>>

  /**
   * The products with these ids, in any order; those that do not exist are left out. It is `refused`,
   * with the product in the reason, where the CRM does not show what a sale needs of one.
   *
   * @param organisation decides what a price needs beside its number; `undefined` is not known
   */
  readProducts(
    productIds: readonly CrmId[],
    organisation: Organisation | undefined,
    withinMs: number,
  ): Promise<CallResult<readonly Product[]>>

  /**
   * Creates one record with its unique reference, and returns its id. It can be repeated: where an
   * earlier attempt created the record, that record's id is returned, but only after a read has
   * shown the record, not deleted, with this reference. Until then the result is `unknown`, and
   * names the record.
   */
  createRecord(record: NewRecord, withinMs: number): Promise<CallResult<CrmId>>

  /**
   * Deletes a record. It is `done`, too, when a read shows that there is no such record, but only
   * for a record that was seen before. One that was only named is gone by a successful delete alone.
   */
  deleteRecord(step: CreateStep, id: CrmId, options: DeleteOptions): Promise<CallResult<void>>

  /**
   * The ids of all records with this reference that are not deleted. It sees a record as soon as it
   * is created; a search over an index that is updated later would not do.
   */
  findByReference(
    step: CreateStep,
    reference: string,
    options: CallOptions,
  ): Promise<CallResult<readonly CrmId[]>>
}
