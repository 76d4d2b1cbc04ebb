// Runs the contract of every store port over SQLite.
import { storeContracts } from '../../application/store-contracts.ts'
import { SQLITE } from './open-stores.ts'

for (const contract of storeContracts) contract(SQLITE)
