// Runs the contract of every store port over PostgreSQL.

import { storeContracts } from '../../application/store-contracts.ts'
import { POSTGRES } from './open-stores.ts'

for (const contract of storeContracts) contract(POSTGRES)
