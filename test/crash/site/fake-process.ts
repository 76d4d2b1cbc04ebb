import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { JournalEntry } from '../../../src/adapters/fake-zoho/answer/journal.ts'
import type { FaultRule } from '../../../src/adapters/fake-zoho/faults/faults.ts'
import type { ModuleName } from '../../../src/adapters/fake-zoho/schema/module-names.ts'
import type { CrmRecord } from '../../../src/adapters/fake-zoho/world/records.ts'
import type { SettingsPatch } from '../../../src/adapters/fake-zoho/world/settings.ts'
import { gatewayCommand } from '../../../src/infrastructure/demo/gateway-process.ts'

/** A fake Zoho over HTTP in a process of its own, which lives on whatever becomes of its callers. */
export type FakeProcess = {
  readonly url: string
  settings(patch: SettingsPatch): Promise<void>
  addFault(rule: FaultRule): Promise<void>
  clearFaults(): Promise<void>
  seed(module: ModuleName, records: readonly object[]): Promise<readonly string[]>
  records(
    module: ModuleName,
  ): Promise<{ readonly live: readonly CrmRecord[]; readonly bin: readonly CrmRecord[] }>
  journal(): Promise<readonly JournalEntry[]>
  /** Every token that it gave is refused from now on. */
  expireTokens(): Promise<void>
  close(): Promise<void>
}

/** `gateway zoho fake`, steered over its control path. */
export async function startFakeProcess(): Promise<FakeProcess> {
  const { file, args } = gatewayCommand(['zoho', 'fake', '--port', '0'])
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data).trim()),
    ended.then(([code]) => Promise.reject(new Error(`the fake Zoho ended with ${code}`))),
  ])

  return {
    url: line,
    async settings(patch) {
      await control('POST', 'settings', patch)
    },
    async addFault({ times, ...rule }) {
      await control('POST', 'faults', {
        ...rule,
        times: times === Number.POSITIVE_INFINITY ? 'forever' : (times ?? 1),
      })
    },
    async clearFaults() {
      await control('DELETE', 'faults')
    },
    async seed(module, records) {
      const { ids } = (await control('POST', 'records', { module, records })) as {
        readonly ids: readonly string[]
      }
      return ids
    },
    async records(module) {
      return (await control('GET', `records?module=${module}`)) as Awaited<
        ReturnType<FakeProcess['records']>
      >
    },
    async journal() {
      const { entries } = (await control('GET', 'journal')) as {
        readonly entries: readonly JournalEntry[]
      }
      return entries
    },
    async expireTokens() {
      await control('POST', 'expire-tokens')
    },
    async close() {
      child.kill('SIGKILL')
      await ended
    },
  }

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${line}/__control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`control: ${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
