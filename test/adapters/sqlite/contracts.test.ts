// Runs the contract of every store port over SQLite.
import { oneClockTokenContract } from '../../application/crm/token-store.contract.ts'
import { storeContracts } from '../../application/store-contracts.ts'
import { SQLITE } from './open-stores.ts'

for (const contract of storeContracts) contract(SQLITE)
oneClockTokenContract(SQLITE)
