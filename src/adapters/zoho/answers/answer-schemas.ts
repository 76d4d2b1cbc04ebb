// The shapes of Zoho's answers. A schema asks only for what is read: Zoho sends more, and may send
// other things tomorrow.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

const Id = Type.String({ pattern: '^[0-9]{1,20}$' })
const Text = Type.Union([Type.String(), Type.Null()])
const Row = Type.Record(Type.String(), Type.Unknown())

/** A page of records, the rows of a query, or the results of a write. */
export const RowsAnswer = Compile(Type.Object({ data: Type.Array(Row) }))

/** The fields of a module. Zoho calls this list `fields`, and not `data` as elsewhere. */
export const FieldsAnswer = Compile(Type.Object({ fields: Type.Array(Row) }))

/** The layouts of a module. */
export const LayoutsAnswer = Compile(Type.Object({ layouts: Type.Array(Row) }))

/** The organisation of the token. */
export const OrganisationAnswer = Compile(Type.Object({ org: Type.Array(Row) }))

/** The result of a write that was done. */
export const WrittenItem = Compile(
  Type.Object({ status: Type.Literal('success'), details: Type.Object({ id: Id }) }),
)

/** An error: the whole answer, or one item of its list. */
export const ErrorItem = Compile(Type.Object({ code: Type.String({ minLength: 1 }) }))

/** The details of `MULTIPLE_OR_MULTI_ERRORS`. */
export const MultipleDetails = Compile(Type.Object({ errors: Type.Array(Row) }))

/**
 * The token, whatever the HTTP status is; `expires_in` is in seconds. `api_domain` is read for what
 * it shows, and never followed.
 */
export const TokenAnswer = Compile(
  Type.Object({
    access_token: Type.String({ minLength: 1 }),
    expires_in: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    scope: Type.Optional(Type.String()),
    api_domain: Type.Optional(Type.Unknown()),
  }),
)

/** Zoho accounts sends this with HTTP 200, too. */
export const TokenError = Compile(Type.Object({ error: Type.String() }))

/** The `Account_Name` of a contact. */
export const AccountLink = Compile(
  Type.Union([Type.Null(), Type.Object({ id: Id, name: Type.Optional(Text) })]),
)

export const IdRow = Compile(Type.Object({ id: Id }))
