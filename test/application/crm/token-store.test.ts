// Runs the contract of the token store over the one in memory: the tests of the CRM adapter rely on it.
import { MemoryTokenStore } from '../../support/fakes/memory-token-store.ts'
import { oneClockTokenContract, tokenStoreContract } from './token-store.contract.ts'

const MEMORY = {
  name: 'memory',
  fresh: async () => ({ token: new MemoryTokenStore(), async [Symbol.asyncDispose]() {} }),
}

tokenStoreContract(MEMORY)
oneClockTokenContract(MEMORY)
