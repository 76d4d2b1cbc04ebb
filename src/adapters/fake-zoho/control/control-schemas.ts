// What a request on the control path may hold.
import { type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { FaultKind } from '../faults/fault-kinds.ts'
import type { OperationPattern } from '../faults/operation.ts'
import { SUBFORM_NAMES } from '../schema/fields.ts'
import type { JsonObject } from '../schema/json.ts'
import { MODULE_NAMES, type ModuleName } from '../schema/module-names.ts'
import { SALE_MODULES } from '../schema/modules.ts'
import { HOUSE_FIELD_TYPES } from '../world/house-fields.ts'
import type { RecordState } from '../world/record-states.ts'
import type { Latency, Settings } from '../world/settings.ts'

export type SchemaError = {
  readonly keyword: string
  /** JSON pointer to the member. */
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

export type Validator = { readonly Errors: (value: unknown) => readonly SchemaError[] }

const TEXT_CHARS_MAX = 10_000
const ITEMS_MAX = 1_000
const COUNT_MAX = 1_000_000_000
/** 1 hour */
const MS_MAX = 3_600_000
/** 10 minutes, the longest that the API console offers */
const GRANT_CODE_LIFE_MS_MAX = 600_000
/** 64 MiB */
const BYTES_MAX = 67_108_864

const strict = { additionalProperties: false } as const

const Text = Type.String({ maxLength: TEXT_CHARS_MAX })
const Count = Type.Integer({ minimum: 1, maximum: COUNT_MAX })
const Limit = Type.Union([Count, Type.Null()])
const Ms = Type.Number({ minimum: 0, maximum: MS_MAX })
const Probability = Type.Number({ minimum: 0, maximum: 1 })
const Status = Type.Integer({ minimum: 200, maximum: 599 })

/** The schema of one of these words. */
function oneOf<Word extends string>(words: readonly Word[]) {
  return Type.Unsafe<Word>({ type: 'string', enum: words })
}

const each = <Name extends string>(kind: string, names: readonly Name[]) =>
  names.map((name) => `${kind}:${name}`)

const Pattern = oneOf([
  ...['coql', 'list', 'get', 'search', 'create', 'delete', 'createField', 'layouts'].flatMap(
    (kind) => each(kind, [...MODULE_NAMES, '*']),
  ),
  ...each('fields', [...MODULE_NAMES, ...SUBFORM_NAMES, '*']),
  ...['token', 'modules', 'org', 'currencies', 'users', 'composite', 'other', '*'],
] as OperationPattern[])

const fixedAnswer = {
  status: Type.Optional(Status),
  body: Type.Optional(Text),
  contentType: Type.Optional(Text),
}

/** The members of each kind of fault, beside `type`. */
const FAULT_MEMBERS = {
  refuse: {
    status: Type.Optional(Status),
    code: Type.Optional(Text),
    message: Type.Optional(Text),
    shape: Type.Optional(oneOf(['flat', 'data'])),
  },
  status: fixedAnswer,
  statusAfter: fixedAnswer,
  odd: { ...fixedAnswer, applied: Type.Optional(Type.Boolean()) },
  extraMembers: {},
  html502: { applied: Type.Optional(Type.Boolean()) },
  timeoutBefore: {},
  timeoutAfter: {},
  connectRefused: {},
  resetBefore: {},
  resetAfter: {},
  lateApply: { afterMs: Ms, leaving: Type.Optional(oneOf(['reset', 'nothing'])) },
  slow: { ms: Ms },
  cutBody: {},
  hugeBody: { bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: BYTES_MAX })) },
  wrongIdType: {},
  emptyData: {},
  multipleErrors: {},
  mixed207: {},
  notDeleted: {},
} satisfies Readonly<Record<FaultKind['type'], Readonly<Record<string, TSchema>>>>

const LATENCY_MEMBERS = {
  fixed: { ms: Ms },
  uniform: { minMs: Ms, maxMs: Ms },
  tail: { ms: Ms, tailMs: Ms, probability: Probability },
} satisfies Readonly<Record<Latency['type'], Readonly<Record<string, TSchema>>>>

const STATE_MEMBERS = {
  plain: {},
  hidden: { forMs: Type.Optional(Ms), isDeletable: Type.Optional(Type.Boolean()) },
  pending: {},
  locked: {},
} satisfies Readonly<Record<RecordState['type'], Readonly<Record<string, TSchema>>>>

/** The schema of an object whose `type` decides which other members it has. */
function tagged<Tagged>(members: Readonly<Record<string, Readonly<Record<string, TSchema>>>>) {
  const types = Object.entries(members).map(
    ([type, others]) =>
      [type, Type.Object({ type: Type.Literal(type), ...others }, strict)] as const,
  )
  return {
    schema: Type.Unsafe<Tagged>(Type.Union(types.map(([, schema]) => schema))),
    validators: new Map(types.map(([type, schema]) => [type, Compile(schema)])),
  }
}

const Kinds = tagged<FaultKind>(FAULT_MEMBERS)
const Latencies = tagged<Latency>(LATENCY_MEMBERS)
const States = tagged<RecordState>(STATE_MEMBERS)

/** The validators of such objects, by the name of the member that holds one and by its type. */
export const TAGGED: Readonly<Record<string, ReadonlyMap<string, Validator>>> = {
  kind: Kinds.validators,
  latency: Latencies.validators,
  state: States.validators,
}

const Rule = Type.Object(
  {
    operation: Pattern,
    nth: Type.Optional(Count),
    times: Type.Optional(Type.Union([Count, Type.Literal('forever')])),
    kind: Kinds.schema,
  },
  strict,
)

export const RuleRequest = Compile(Rule)
export const RuleList = Compile(Type.Array(Rule, { maxItems: ITEMS_MAX }))

const Right = oneOf(
  (['create', 'read', 'delete'] as const).flatMap((right) =>
    each(right, MODULE_NAMES),
  ) as Settings['denied'][number][],
)
const Words = Type.Array(Text, { maxItems: ITEMS_MAX })
const ReferenceField = Type.Optional(oneOf(['unique', 'plain', 'absent']))

const IsoCode = Type.String({ pattern: '^[A-Z]{3}$' })
/** Zoho's most. */
const DECIMALS_MAX = 9

const HouseFieldRequest = Type.Object(
  {
    module: oneOf<ModuleName>(MODULE_NAMES),
    apiName: Text,
    dataType: oneOf(HOUSE_FIELD_TYPES),
    values: Type.Optional(Words),
    lengthMax: Type.Optional(Count),
    isMandatory: Type.Optional(Type.Boolean()),
    isUnique: Type.Optional(Type.Boolean()),
  },
  strict,
)

export const SettingsRequest = Compile(
  Type.Partial(
    Type.Object({
      referenceFields: Type.Object(
        { Deals: ReferenceField, Quotes: ReferenceField, Sales_Orders: ReferenceField },
        strict,
      ),
      uniqueAnswer: Type.Unsafe<JsonObject>({ type: 'object' }),
      picklists: Type.Partial(
        Type.Object({ Stage: Words, Pipeline: Words, Quote_Stage: Words, Status: Words }),
        strict,
      ),
      houseFields: Type.Array(HouseFieldRequest, { maxItems: ITEMS_MAX }),
      layouts: Type.Array(
        Type.Object(
          { module: oneOf<ModuleName>(MODULE_NAMES), id: Text, name: Text, required: Words },
          strict,
        ),
        { maxItems: ITEMS_MAX },
      ),
      homeCurrency: IsoCode,
      otherCurrencies: Type.Union([
        Type.Array(
          Type.Object(
            {
              isoCode: IsoCode,
              exchangeRate: Type.Number({ exclusiveMinimum: 0 }),
              decimals: Type.Integer({ minimum: 0, maximum: DECIMALS_MAX }),
            },
            strict,
          ),
          { maxItems: ITEMS_MAX },
        ),
        Type.Null(),
      ]),
      scopes: Words,
      denied: Type.Array(Right, { maxItems: ITEMS_MAX }),
      newRecords: Type.Array(
        Type.Object({ module: oneOf(SALE_MODULES), state: States.schema }, strict),
        { maxItems: ITEMS_MAX },
      ),
      hiddenFields: Type.Array(
        Type.Object(
          {
            module: oneOf<ModuleName>(MODULE_NAMES),
            field: Text,
            shows: oneOf(['null', 'absent', 'masked']),
            isRestricted: Type.Optional(Type.Boolean()),
          },
          strict,
        ),
        { maxItems: ITEMS_MAX },
      ),
      searchLagMs: Ms,
      getLagMs: Ms,
      coqlLagMs: Ms,
      uniqueLagMs: Ms,
      isBinUnique: Type.Boolean(),
      coqlQuoting: oneOf(['both', 'doubled', 'backslash']),
      unknownIdAnswer: oneOf(['noContent', 'invalidId', 'notFound']),
      emptyListAnswer: oneOf(['noContent', 'emptyData']),
      goneDeleteAnswer: oneOf(['notDeleted', 'invalidId', 'noContent', 'notFound']),
      isAbandonedCallApplied: Type.Boolean(),
      compositeCalls: oneOf(['rolledBack', 'kept', 'unknown']),
      tokenLifeSeconds: Count,
      tokenLagMs: Ms,
      tokenLagCalls: Type.Integer({ minimum: 0, maximum: COUNT_MAX }),
      deadTokenCode: Text,
      otherDataCentre: Type.Union([Text, Type.Null()]),
      tokenCallsMax: Limit,
      refreshesMax: Limit,
      isRefreshTokenRevoked: Type.Boolean(),
      grantError: Type.Union([Text, Type.Null()]),
      concurrencyMax: Limit,
      coqlConcurrencyMax: Limit,
      creditsMax: Limit,
      latency: Latencies.schema,
      seed: Type.Integer(),
      chanceFaults: Type.Array(
        Type.Object({ operation: Pattern, kind: Kinds.schema, probability: Probability }, strict),
        { maxItems: ITEMS_MAX },
      ),
    }),
    strict,
  ),
)

export const GrantCodeRequest = Compile(
  Type.Object(
    {
      scope: Type.Optional(Text),
      lifeMs: Type.Optional(Type.Integer({ minimum: 1, maximum: GRANT_CODE_LIFE_MS_MAX })),
    },
    strict,
  ),
)

export const StateRequest = Compile(
  Type.Object(
    { ids: Type.Array(Text, { minItems: 1, maxItems: ITEMS_MAX }), state: States.schema },
    strict,
  ),
)

export const SeedRequest = Compile(
  Type.Object(
    {
      module: oneOf<ModuleName>(MODULE_NAMES),
      records: Type.Array(Type.Unsafe<JsonObject>({ type: 'object' }), {
        minItems: 1,
        maxItems: ITEMS_MAX,
      }),
    },
    strict,
  ),
)
