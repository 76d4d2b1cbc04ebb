import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

// Only what is read is asked for: Zoho sends more, and may send more tomorrow.

const Id = Type.String({ pattern: '^[0-9]{1,20}$' })
const Text = Type.Union([Type.String(), Type.Null()])
const Row = Type.Record(Type.String(), Type.Unknown())

/** A page of records, or of rows. */
export const RowsAnswer = Compile(Type.Object({ data: Type.Array(Row) }))

/** The fields of a module: Zoho names this list after what is in it. */
export const FieldsAnswer = Compile(Type.Object({ fields: Type.Array(Row) }))

/** The one record of a write that Zoho says it did. */
export const WrittenItem = Compile(
  Type.Object({ status: Type.Literal('success'), details: Type.Object({ id: Id }) }),
)

/** A refusal: the whole answer, or an item of its list. */
export const ErrorItem = Compile(
  Type.Object({
    code: Type.String({ minLength: 1 }),
    message: Type.Optional(Type.Unknown()),
    status: Type.Optional(Type.Literal('error')),
    details: Type.Optional(Type.Unknown()),
  }),
)

/** What a duplicate of a unique field says of the record that was there first. */
export const DuplicateDetails = Compile(
  Type.Union([
    Type.Object({ api_name: Type.String(), duplicate_record: Type.Object({ id: Id }) }),
    Type.Object({ api_name: Type.String(), id: Id }),
  ]),
)

export const MultipleDetails = Compile(Type.Object({ errors: Type.Array(Row) }))

/** Success is the presence of the token, whatever the status says. */
export const TokenAnswer = Compile(
  Type.Object({
    access_token: Type.String({ minLength: 1 }),
    expires_in: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    scope: Type.Optional(Type.String()),
  }),
)

export const TokenError = Compile(Type.Object({ error: Type.String() }))

export const AccountLink = Compile(
  Type.Union([Type.Null(), Type.Object({ id: Id, name: Type.Optional(Text) })]),
)

export const ProductRow = Compile(
  Type.Object({
    id: Id,
    Product_Name: Type.String({ minLength: 1 }),
    Unit_Price: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    Product_Active: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  }),
)

export const IdRow = Compile(Type.Object({ id: Id }))
