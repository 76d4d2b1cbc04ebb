// Loads Zoho's SDK, which has no types; these are the types of what the test uses, from its code.
export type Sdk = {
  readonly DataCenter: {
    setEnvironment(apiUrl: string, tokenUrl: string, fileUploadUrl: string): unknown
  }
  readonly OAuthBuilder: new () => OAuthBuilder
  readonly SDKConfigBuilder: new () => ConfigBuilder
  readonly LogBuilder: new () => LogBuilder
  readonly Levels: { readonly OFF: unknown }
  readonly FileStore: new (path: string) => unknown
  /** Its constructor returns a promise of the builder. */
  readonly InitializeBuilder: new () => PromiseLike<InitializeBuilder>
  readonly ParameterMap: new () => ParameterMap
  readonly Choice: new (value: string) => Choice
  readonly Coql: {
    readonly BodyWrapper: new () => { setSelectQuery(query: string): void }
    readonly CoqlOperations: new () => { getRecords(body: unknown): Promise<SdkResponse> }
  }
  readonly Record: {
    readonly Record: new () => Row
    readonly LineItemProduct: new () => { setId(id: bigint): void }
    readonly BodyWrapper: new () => {
      setData(records: readonly Row[]): void
      setTrigger(triggers: readonly string[]): void
    }
    readonly RecordOperations: new (module: string) => RecordOperations
    readonly SearchRecordsParam: { readonly EMAIL: unknown }
    readonly GetRecordsParam: { readonly IDS: unknown; readonly FIELDS: unknown }
  }
}

type OAuthBuilder = {
  clientId(id: string): OAuthBuilder
  clientSecret(secret: string): OAuthBuilder
  refreshToken(token: string): OAuthBuilder
  findUser(isWanted: boolean): OAuthBuilder
  build(): unknown
}

type ConfigBuilder = {
  pickListValidation(isWanted: boolean): ConfigBuilder
  build(): unknown
}

type LogBuilder = {
  level(level: unknown): LogBuilder
  filePath(path: string): LogBuilder
  build(): unknown
}

type InitializeBuilder = {
  environment(environment: unknown): InitializeBuilder
  token(token: unknown): InitializeBuilder
  SDKConfig(config: unknown): InitializeBuilder
  store(store: unknown): InitializeBuilder
  resourcePath(path: string): InitializeBuilder
  logger(logger: unknown): InitializeBuilder
  initialize(): Promise<void>
}

export type ParameterMap = { add(parameter: unknown, value: string): Promise<void> }

type Choice = { getValue(): string }

export type Row = {
  setId(id: bigint): void
  getId(): bigint
  addKeyValue(name: string, value: unknown): void
  getKeyValue(name: string): unknown
}

/** The result of one record of a write: a `SuccessResponse` or an `APIException`. */
export type Result = {
  getCode(): Choice
  getDetails(): ReadonlyMap<string, unknown>
}

/** An answer: a wrapper of records or of results, an `APIException`, or nothing. */
export type SdkResponse = {
  getStatusCode(): number
  getObject(): Answered | null | undefined
}

export type Answered = Result & {
  getData(): readonly (Row & Result)[]
  /** A `Choice` where the message is one of a few. */
  getMessage(): string | Choice
}

type RecordOperations = {
  searchRecords(parameters: ParameterMap): Promise<SdkResponse>
  getRecord(id: bigint): Promise<SdkResponse>
  getRecords(parameters: ParameterMap): Promise<SdkResponse>
  createRecords(body: unknown): Promise<SdkResponse>
  deleteRecord(id: bigint): Promise<SdkResponse>
}

/** Loaded by its resolved address, so that the compiler does not look for types. */
export async function loadSdk(): Promise<Sdk> {
  const loaded: unknown = await import(import.meta.resolve('@zohocrm/nodejs-sdk-8.0'))
  // The cast holds: the test uses all of this shape.
  return loaded as Sdk
}
