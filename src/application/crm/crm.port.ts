import type { Address, Contact } from '../../domain/contact.ts'
import type { CrmId } from '../../domain/ids.ts'
import type { DealDraft, QuoteDraft, SalesOrderDraft } from '../../domain/sale/next.ts'
import type { CallResult, Product, SaleContact } from '../../domain/sale/outcome.ts'
import type { CreateStep } from '../../domain/sale/steps.ts'

/** The postal addresses a Quote and a Sales Order carry; `null` without an account. */
export type Addresses = { readonly billing: Address; readonly shipping: Address } | null

/** What a sale reads of its contact: the account for the log, the addresses for the records only. */
export type ContactTerms = SaleContact & { readonly addresses: Addresses }

/**
 * A record to be made. Quotes and Sales Orders carry the account's addresses, which are read
 * anew by each process, because they are not in the log.
 */
export type NewRecord =
  | DealDraft
  | ((QuoteDraft | SalesOrderDraft) & { readonly addresses: Addresses })

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
export type CallTerms = {
  /** Milliseconds for the whole call, waiting included. */
  readonly withinMs: number
  readonly priority: Priority
}

/**
 * The customer records the sales team works in.
 *
 * No method throws for what the CRM or the network does: how a call ended is its value
 * (`CallResult`), and every call ends within `withinMs` milliseconds, waiting for its turn and
 * for a token included. A call that ran out of time before it was sent is `notSent`.
 */
export interface Crm {
  /** The CRM's own names of where the records of each step are kept. The log repeats them. */
  readonly modules: Readonly<Record<CreateStep, string>>

  /** The contact with exactly this address, letter case aside: the most recently modified one. */
  findContact(email: string, withinMs: number): Promise<CallResult<Contact | null>>

  /** The contact of a sale; `null` when there is none with this id. */
  readContact(contactId: CrmId, terms: CallTerms): Promise<CallResult<ContactTerms | null>>

  /** Those of the products that are there, in any order. */
  readProducts(
    productIds: readonly CrmId[],
    withinMs: number,
  ): Promise<CallResult<readonly Product[]>>

  /**
   * Creates one record under its unique reference, and says its id. Safe to repeat: where an
   * earlier attempt made the record, that record's id is the answer, once a read has shown it,
   * live, with this reference; until then the outcome is `unknown`.
   */
  createRecord(record: NewRecord, withinMs: number): Promise<CallResult<CrmId>>

  /** Takes a record out of the CRM. `done` as well when a read shows that it is not there. */
  deleteRecord(step: CreateStep, id: CrmId, terms: CallTerms): Promise<CallResult<void>>

  /** The ids of all live records with this reference, read without an index that lags. */
  findByReference(
    step: CreateStep,
    reference: string,
    terms: CallTerms,
  ): Promise<CallResult<readonly CrmId[]>>
}
