/** What can go wrong with one call. "Applied" is what Zoho did, whatever the caller is told. */
export type FaultKind =
  /** Zoho understands and says no. Not applied. By default 400 INVALID_DATA "invalid data". */
  | {
      readonly type: 'refuse'
      readonly status?: number | undefined
      readonly code?: string | undefined
      readonly message?: string | undefined
      /** By default writes wrap it in `data`, and reads do not. */
      readonly shape?: 'flat' | 'data' | undefined
    }
  /** Answered so, and not applied. By default 500, with the body Zoho sends with that status. */
  | ({ readonly type: 'status' } & Said)
  /** Applied, and answered so all the same. */
  | ({ readonly type: 'statusAfter' } & Said)
  /** A proxy's page instead of an answer; applied only when it says so. */
  | { readonly type: 'html502'; readonly applied?: boolean | undefined }
  /** Never applied, never answered. */
  | { readonly type: 'timeoutBefore' }
  /** Applied, never answered. */
  | { readonly type: 'timeoutAfter' }
  /** Never applied, the connection cut. */
  | { readonly type: 'resetBefore' }
  /** Applied, the connection cut. */
  | { readonly type: 'resetAfter' }
  /**
   * The connection cut at once, or never an answer, and applied so many milliseconds later, as if
   * sent then.
   */
  | {
      readonly type: 'lateApply'
      readonly afterMs: number
      readonly leaving?: 'reset' | 'nothing' | undefined
    }
  /** Applied at once, and answered so many milliseconds later. */
  | { readonly type: 'slow'; readonly ms: number }
  /** Applied, and the connection cut in the middle of the answer. */
  | { readonly type: 'cutBody' }
  /** Applied, and the answer blown up with spaces, by default to 10 MiB. */
  | { readonly type: 'hugeBody'; readonly bytes?: number | undefined }
  /** Applied, and each id in the answer a number instead of a text. */
  | { readonly type: 'wrongIdType' }
  /** Applied, and nothing in the answer's `data`. */
  | { readonly type: 'emptyData' }
  /** Applied, and each DUPLICATE_DATA in the answer wrapped in MULTIPLE_OR_MULTI_ERRORS. */
  | { readonly type: 'multipleErrors' }
  /** Applied, and answered 207, with a refusal behind what the call asked for. */
  | { readonly type: 'mixed207' }
  /** "record not deleted" for a record that is still there. Not applied. */
  | { readonly type: 'notDeleted' }

export type Said = {
  readonly status?: number | undefined
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}
