import { type FakeZoho, makeFakeZoho } from '../../../src/adapters/fake-zoho/fake-zoho.ts'
import { openStore, type Store } from '../../../src/infrastructure/service/open-store.ts'
import { makeVirtualTestTime, type TestTime } from '../time/test-time.ts'

/** What a process finds at its start and leaves behind: the store, the CRM, and time. */
export type Place = { readonly store: Store; readonly fake: FakeZoho; readonly time: TestTime }

/** A place for services that come one after the other, in virtual time. It outlives each of them. */
export async function makePlace(path = ':memory:'): Promise<Place & AsyncDisposable> {
  const store = await openStore(path)
  const time = makeVirtualTestTime()
  return { store, fake: makeFakeIn(time), time, [Symbol.asyncDispose]: () => store.close() }
}

/** The fake Zoho in this time, without latency. */
export function makeFakeIn({ clock }: TestTime): FakeZoho {
  return makeFakeZoho({ ...clock, referenceField: 'Gateway_Reference', latencyMs: 0 })
}
