// What became of all sales in the end, by what callers were told, what the log says, and what is in the CRM.
import { setTimeout as sleep } from 'node:timers/promises'
import { own } from '../../../src/adapters/fake-zoho/schema/json.ts'
import { SALE_MODULES } from '../../../src/adapters/fake-zoho/schema/modules.ts'
import { parseReference } from '../../../src/domain/sale/reference.ts'
import { REFERENCE_FIELD } from '../../../src/infrastructure/demo/stage.ts'
import { runGateway } from '../../support/gateway/run-gateway.ts'
import { queryOnce } from '../../support/postgres/test-postgres.ts'
import type { Answer, Callers } from './callers.ts'
import type { ManyStage } from './many-stage.ts'

const POLL_MS = 200

/** How long it may take after the last answer until nothing is left to be done. */
const AT_REST_WITHIN_MS = 60_000

export type Verdict = {
  readonly asked: number
  readonly answered: number
  readonly completed: number
  readonly rolledBack: number
  /** Records of completed sales in the CRM, in each of the three modules. */
  readonly records: number
  readonly auditSays: string
  /** What must not be, in words; empty where all is well. */
  readonly wrong: readonly string[]
}

type Row = { readonly sale_id: string; readonly status: string }

/** Stops the gateways, and judges. To be called when every caller has an answer. */
export async function judge(stage: ManyStage, callers: Callers): Promise<Verdict> {
  await untilAtRest(stage.databaseUrl)
  const codes = await Promise.all(stage.instances.map((one) => one.stop()))
  const rows = (await queryOnce(stage.databaseUrl, 'select sale_id, status from sale')) as Row[]
  const statuses = new Map(rows.map(({ sale_id, status }) => [sale_id, status]))
  const answers = callers.answers()
  const [asked, answered] = [callers.asked(), answers.length]
  const having = (status: string) => rows.filter((row) => row.status === status).length
  const audit = await runGateway(['audit', 'verify'], stage.settings)
  const crm = inTheCrm(stage, statuses)
  const lost = asked - answered
  const wrong = [
    ...(lost === 0 ? [] : [`${lost} sales have no answer`]),
    ...(rows.length === asked
      ? []
      : [`${asked} sales were asked for, and the log has ${rows.length}`]),
    ...answers.flatMap((answer) => wrongAnswer(answer, statuses)),
    ...crm.wrong,
    ...codes.flatMap((code) =>
      code === 0 ? [] : [`a gateway that was stopped ended with ${code}`],
    ),
    ...(audit.code === 0 ? [] : [`audit verify: ${audit.stdout}${audit.stderr}`]),
  ]
  return {
    ...{ asked, answered, wrong, records: crm.records },
    completed: having('completed'),
    rolledBack: having('rolled_back'),
    auditSays: /^Result +(.*)$/m.exec(audit.stdout)?.[1] ?? '',
  }
}

async function untilAtRest(databaseUrl: string): Promise<void> {
  const left = 'select count(*)::int as left from sale where at_rest = 0'
  for (let waitedMs = 0; waitedMs < AT_REST_WITHIN_MS; waitedMs += POLL_MS) {
    const [found] = await queryOnce(databaseUrl, left)
    if (found?.['left'] === 0) return
    await sleep(POLL_MS)
  }
  throw new Error(`demo:many: sales are still unfinished after ${AT_REST_WITHIN_MS} ms`)
}

/** What is wrong with an answer, by what the log says of its sale. */
export function wrongAnswer(
  { saleId, status }: Answer,
  statuses: ReadonlyMap<string, string>,
): readonly string[] {
  const inLog = statuses.get(saleId ?? '')
  const expected = status === 200 ? 'completed' : 'rolled_back'
  return inLog === expected ? [] : [`${saleId} was answered ${status}, and is ${inLog} in the log`]
}

/** Each completed sale has one record in each module, and no other sale has any. */
export function inTheCrm(
  { fake }: Pick<ManyStage, 'fake'>,
  statuses: ReadonlyMap<string, string>,
): { readonly records: number; readonly wrong: readonly string[] } {
  const wrong: string[] = []
  const completed = [...statuses].filter(([, status]) => status === 'completed')
  for (const module of SALE_MODULES) {
    const counts = new Map<string, number>()
    for (const record of fake.records.live(module)) {
      const reference = parseReference(String(own(record, REFERENCE_FIELD)))
      // The sample data has records that no sale of ours has made.
      if (reference === undefined) continue
      counts.set(reference.saleId, (counts.get(reference.saleId) ?? 0) + 1)
    }
    for (const [saleId] of completed) {
      const count = counts.get(saleId) ?? 0
      if (count !== 1) wrong.push(`${saleId} is completed and has ${count} ${module}`)
      counts.delete(saleId)
    }
    for (const [saleId, count] of counts)
      wrong.push(`${saleId} is not completed and has ${count} ${module} left`)
  }
  return { records: completed.length, wrong }
}
