// Makes the calls of the gateway by Zoho's own SDK.
import path from 'node:path'
import {
  type Answered,
  loadSdk,
  type ParameterMap,
  type Row,
  type Sdk,
  type SdkResponse,
} from './load-sdk.ts'

export type Told = {
  readonly status: number
  /** `undefined` for an answer without a body. */
  readonly answer: Answered | undefined
}

type Values = Readonly<Record<string, unknown>>

/** The calls of the gateway, made by Zoho's own SDK. */
export type SdkClient = {
  query(select: string): Promise<Told>
  search(module: string, email: string): Promise<Told>
  list(module: string, ids: readonly string[], fields: string): Promise<Told>
  read(module: string, id: bigint): Promise<Told>
  create(module: string, values: Values): Promise<Told>
  remove(module: string, id: bigint): Promise<Told>
  /** A value of a list. */
  choice(value: string): unknown
  /** A lookup to this record. */
  linkTo(id: bigint): Row
  line(productId: bigint, values: Values): Row
}

/** Points the SDK, of which there is one in a process, at `url`; its files go into `folder`. */
export async function connectSdk(url: string, folder: string): Promise<SdkClient> {
  const sdk = await loadSdk()
  await initialize(sdk, url, folder)
  const { Record: records, Coql: coql } = sdk
  const operations = (module: string) => new records.RecordOperations(module)

  function row(values: Values): Row {
    const record = new records.Record()
    for (const [name, value] of Object.entries(values)) record.addKeyValue(name, value)
    return record
  }

  return {
    async query(select) {
      const body = new coql.BodyWrapper()
      body.setSelectQuery(select)
      return told(await new coql.CoqlOperations().getRecords(body))
    },
    async search(module, email) {
      const parameters: ParameterMap = new sdk.ParameterMap()
      await parameters.add(records.SearchRecordsParam.EMAIL, email)
      return told(await operations(module).searchRecords(parameters))
    },
    async list(module, ids, fields) {
      const parameters: ParameterMap = new sdk.ParameterMap()
      await parameters.add(records.GetRecordsParam.IDS, ids.join(','))
      await parameters.add(records.GetRecordsParam.FIELDS, fields)
      return told(await operations(module).getRecords(parameters))
    },
    async read(module, id) {
      return told(await operations(module).getRecord(id))
    },
    async create(module, values) {
      const body = new records.BodyWrapper()
      body.setData([row(values)])
      body.setTrigger([])
      return told(await operations(module).createRecords(body))
    },
    async remove(module, id) {
      return told(await operations(module).deleteRecord(id))
    },
    choice: (value) => new sdk.Choice(value),
    linkTo(id) {
      const record = new records.Record()
      record.setId(id)
      return record
    },
    line(productId, values) {
      const product = new records.LineItemProduct()
      product.setId(productId)
      return row({ Product_Name: product, ...values })
    },
  }
}

function told(response: SdkResponse): Told {
  return { status: response.getStatusCode(), answer: response.getObject() ?? undefined }
}

async function initialize(sdk: Sdk, url: string, folder: string): Promise<void> {
  const environment = sdk.DataCenter.setEnvironment(url, `${url}/oauth/v2/token`, url)
  const token = new sdk.OAuthBuilder()
    .clientId('sdk')
    .clientSecret('secret')
    .refreshToken('refresh')
    // With it, the SDK also reads the user and the organisation.
    .findUser(true)
    .build()
  const config = new sdk.SDKConfigBuilder().pickListValidation(true).build()
  const logger = new sdk.LogBuilder()
    .level(sdk.Levels.OFF)
    .filePath(path.join(folder, 'sdk.log'))
    .build()
  const builder = await new sdk.InitializeBuilder()
  await builder
    .environment(environment)
    .token(token)
    .SDKConfig(config)
    .store(new sdk.FileStore(path.join(folder, 'tokens.txt')))
    .resourcePath(folder)
    .logger(logger)
    .initialize()
}
