// Runs the contract of every store port over SQLite.
import { keyStoreContract } from '../../application/access/key-store.contract.ts'
import { tokenStoreContract } from '../../application/crm/token-store.contract.ts'
import { eventsBesideContract } from '../../application/desk/events-beside.contract.ts'
import { findsContract } from '../../application/desk/finds.contract.ts'
import { saleTotalsContract } from '../../application/desk/sale-totals.contract.ts'
import { eventLogContract } from '../../application/log/event-log.contract.ts'
import { saleReaderContract } from '../../application/log/sale-reader.contract.ts'
import { outboxContract } from '../../application/mail/outbox.contract.ts'
import { outboxStormContract } from '../../application/mail/outbox-storm.contract.ts'
import { saleStoreContract } from '../../application/sale/run/sale-store.contract.ts'
import { openStores } from './open-stores.ts'

for (const contract of [
  saleStoreContract,
  saleReaderContract,
  outboxContract,
  outboxStormContract,
  keyStoreContract,
  eventLogContract,
  tokenStoreContract,
  findsContract,
  saleTotalsContract,
  eventsBesideContract,
]) {
  contract('sqlite', openStores)
}
