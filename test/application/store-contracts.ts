// The contracts of all store ports, for every kind of database.
import type { StoreKind } from '../support/examples/store-examples.ts'
import { keyBucketsContract } from './access/key-buckets.contract.ts'
import { keyStoreContract } from './access/key-store.contract.ts'
import { checkpointLogContract } from './checkpoints/checkpoint-log.contract.ts'
import { logTreeContract } from './checkpoints/log-tree.contract.ts'
import { sealingContract } from './checkpoints/sealing.contract.ts'
import { accountLogContract } from './crm/account-log.contract.ts'
import { crmMarkContract } from './crm/crm-mark.contract.ts'
import { placeDeskContract } from './crm/places/place-desk.contract.ts'
import { sharedTokenContract, tokenStoreContract } from './crm/token-store.contract.ts'
import { eventsBesideContract } from './desk/events-beside.contract.ts'
import { findsContract } from './desk/finds.contract.ts'
import { saleTotalsContract } from './desk/sale-totals.contract.ts'
import { evidenceLogContract } from './evidence/bundle/evidence-log.contract.ts'
import { dutiesContract } from './instances/duties.contract.ts'
import { instancesContract } from './instances/instances.contract.ts'
import { eventLogContract } from './log/event-log.contract.ts'
import { saleReaderContract } from './log/sale-reader.contract.ts'
import { unreadableEventContract } from './log/unreadable-event.contract.ts'
import { outboxContract } from './mail/outbox.contract.ts'
import { outboxClaimsContract } from './mail/outbox-claims.contract.ts'
import { outboxStormContract } from './mail/outbox-storm.contract.ts'
import { copiedSalesContract } from './sale/copied-sales.contract.ts'
import { resumeRequestsContract } from './sale/resume-requests.contract.ts'
import { saleStoreContract } from './sale/run/sale-store.contract.ts'

export const storeContracts: readonly ((kind: StoreKind) => void)[] = [
  saleStoreContract,
  saleReaderContract,
  unreadableEventContract,
  instancesContract,
  dutiesContract,
  outboxContract,
  outboxStormContract,
  outboxClaimsContract,
  keyStoreContract,
  keyBucketsContract,
  eventLogContract,
  accountLogContract,
  placeDeskContract,
  crmMarkContract,
  tokenStoreContract,
  sharedTokenContract,
  copiedSalesContract,
  resumeRequestsContract,
  logTreeContract,
  checkpointLogContract,
  sealingContract,
  evidenceLogContract,
  findsContract,
  saleTotalsContract,
  eventsBesideContract,
]
