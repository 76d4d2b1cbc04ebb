import { actionLogContract } from '../../support/action-log-contract.ts'
import { keyStoreContract } from '../../support/key-store-contract.ts'
import { outboxContract } from '../../support/outbox-contract.ts'
import { outboxStormContract } from '../../support/outbox-storm-contract.ts'
import { saleLogContract } from '../../support/sale-log-contract.ts'
import { saleStoreContract } from '../../support/sale-store-contract.ts'
import { openStores } from './open-stores.ts'

for (const contract of [
  saleStoreContract,
  saleLogContract,
  outboxContract,
  outboxStormContract,
  keyStoreContract,
  actionLogContract,
]) {
  contract('sqlite', openStores)
}
