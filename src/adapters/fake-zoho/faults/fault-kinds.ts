// What can go wrong with one call.

/** "Applied" means that Zoho did what the call asked for, whatever its caller gets back. */
export type FaultKind =
  /** Not applied; refused with an error code. By default 400 INVALID_DATA "invalid data". */
  | {
      readonly type: 'refuse'
      readonly status?: number | undefined
      readonly code?: string | undefined
      readonly message?: string | undefined
      /** By default `data` for a create or delete, and `flat` for the others. */
      readonly shape?: 'flat' | 'data' | undefined
    }
  /** Not applied, and this answer. By default 500, with the body Zoho sends with that status. */
  | ({ readonly type: 'status' } & FixedAnswer)
  /** Applied, and this answer instead of the true one. */
  | ({ readonly type: 'statusAfter' } & FixedAnswer)
  /** An answer that is in none of Zoho's documents. Not applied, unless `applied` is true. */
  | ({ readonly type: 'odd'; readonly applied?: boolean | undefined } & FixedAnswer)
  /** Applied, and each object in the answer has members that no document names. */
  | { readonly type: 'extraMembers' }
  /** The HTML page of a proxy instead of an answer. Not applied, unless `applied` is true. */
  | { readonly type: 'html502'; readonly applied?: boolean | undefined }
  /** Never applied, never answered. */
  | { readonly type: 'timeoutBefore' }
  /** Applied, never answered. */
  | { readonly type: 'timeoutAfter' }
  /** No connection is made, as to a host that is away: never applied. */
  | { readonly type: 'connectRefused' }
  /** Never applied, the connection cut. */
  | { readonly type: 'resetBefore' }
  /** Applied, the connection cut. */
  | { readonly type: 'resetAfter' }
  /**
   * The connection cut at once, or no answer ever, and applied `afterMs` milliseconds later, as if
   * it had been sent then.
   */
  | {
      readonly type: 'lateApply'
      readonly afterMs: number
      readonly leaving?: 'reset' | 'nothing' | undefined
    }
  /** Applied at once, and answered `ms` milliseconds later. */
  | { readonly type: 'slow'; readonly ms: number }
  /** Applied, and the connection cut in the middle of the answer. */
  | { readonly type: 'cutBody' }
  /** Applied, and the answer padded with spaces, by default to 10 MiB. */
  | { readonly type: 'hugeBody'; readonly bytes?: number | undefined }
  /** Applied, and each id in the answer a number instead of a text. */
  | { readonly type: 'wrongIdType' }
  /** Applied, and an empty `data` in the answer. */
  | { readonly type: 'emptyData' }
  /** Applied, and each DUPLICATE_DATA in the answer wrapped in MULTIPLE_OR_MULTI_ERRORS. */
  | { readonly type: 'multipleErrors' }
  /** Applied, and answered 207, with a refusal added after the true items. */
  | { readonly type: 'mixed207' }
  /** Not applied; answered "record not deleted" although the record is still there. */
  | { readonly type: 'notDeleted' }

/** What is left out has the value that fits the status. */
export type FixedAnswer = {
  readonly status?: number | undefined
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}
