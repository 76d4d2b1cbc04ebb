// The auditor's desk, as one: what is found, counted and read for the pages.

import type { KeyStore } from '../access/key-store.port.ts'
import { makeTreeProofs } from '../checkpoints/tree-proofs.ts'
import type { EvidenceLog } from '../evidence/bundle/evidence-log.port.ts'
import type { SaleReader } from '../log/sale-reader.port.ts'
import { makeSignedTree, type SignedTreeDeps } from '../verify/signed-tree.ts'
import { makeVerifyEvents } from '../verify/verify-events.ts'
import type { EventsBeside } from './events-beside.port.ts'
import { makeFindAnything } from './find-anything.ts'
import type { Finds } from './finds.port.ts'
import { makeListCheckpoints } from './list-checkpoints.ts'
import { makeReadEventsBeside } from './read-events-beside.ts'
import { makeReadPeriod } from './read-period.ts'
import type { SaleTotals } from './sale-totals.port.ts'
import { makeSalesOfKey } from './sales-of-key.ts'

export type Desk = ReturnType<typeof makeDesk>

export function makeDesk(
  deps: SignedTreeDeps & {
    readonly finds: Finds
    readonly saleReader: SaleReader
    readonly saleTotals: SaleTotals
    readonly eventsBeside: EventsBeside
    readonly evidence: Pick<EvidenceLog, 'span'>
    readonly keys: Pick<KeyStore, 'list'>
  },
) {
  const { saleTotals, eventsBeside, tree } = deps
  return {
    findAnything: makeFindAnything(deps),
    salesOfKey: makeSalesOfKey(deps),
    saleTotals,
    period: makeReadPeriod(deps),
    readEventsBeside: makeReadEventsBeside({ eventsBeside, verifyEvents: makeVerifyEvents(deps) }),
    listCheckpoints: makeListCheckpoints({
      eventsBeside,
      signedTree: makeSignedTree(deps),
      proofs: makeTreeProofs(tree),
    }),
    /** When this key looked last, on a day before `day` (UTC, `2026-11-23`). */
    lastLook: eventsBeside.lastLook,
  }
}
