// Runs the contract of every store port over PostgreSQL.

import { clocksApartTokenContract } from '../../application/crm/token-store.contract.ts'
import { storeContracts } from '../../application/store-contracts.ts'
import { POSTGRES } from './open-stores.ts'

for (const contract of storeContracts) contract(POSTGRES)
clocksApartTokenContract(POSTGRES)
