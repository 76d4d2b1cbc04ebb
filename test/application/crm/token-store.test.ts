import { MemoryTokenStore } from '../../support/fakes/memory-token-store.ts'
import { tokenStoreContract } from './token-store.contract.ts'

// The tests of the CRM adapter rely on this one.
tokenStoreContract('memory', async () => ({
  token: new MemoryTokenStore(),
  async [Symbol.asyncDispose]() {},
}))
