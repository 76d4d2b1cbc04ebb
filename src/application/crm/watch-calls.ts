// Counts each call to the CRM, and writes a log line about it.

import type { CallResult } from '../../domain/sale/outcome.ts'
import { msBetween } from '../../domain/time.ts'
import type { Timer } from '../base/clock.port.ts'
import type { DetailLogger, SaleNames } from '../base/logger.port.ts'
import type { CallOperation, Meter } from '../base/meter.port.ts'
import type { Crm } from './crm.port.ts'

/** The same CRM, whose calls are counted and logged. @param names the sale that they are for */
export type WatchCalls = (crm: Crm, names?: SaleNames) => Crm

export function makeWatchCalls(deps: {
  readonly meter: Pick<Meter, 'callEnded'>
  readonly clock: Timer
  readonly logger: Pick<DetailLogger, 'debug'>
}): WatchCalls {
  const { meter, clock, logger } = deps

  return function watchCalls(crm, names) {
    const { modules } = crm
    return {
      modules,
      findContact: (...given) => read(modules.contact, crm.findContact(...given)),
      readContact: (...given) => read(modules.contact, crm.readContact(...given)),
      readOrganisation: (...given) => read(modules.organisation, crm.readOrganisation(...given)),
      readProducts: (...given) => read(modules.product, crm.readProducts(...given)),
      createRecord: (record, ...given) =>
        watched('create', modules[record.step], crm.createRecord(record, ...given)),
      deleteRecord: (step, ...given) =>
        watched('delete', modules[step], crm.deleteRecord(step, ...given)),
      findByReference: (step, ...given) =>
        watched('find', modules[step], crm.findByReference(step, ...given)),
    }

    function read<Value>(module: string, call: Promise<CallResult<Value>>) {
      return watched('read', module, call)
    }

    async function watched<Value>(
      operation: CallOperation,
      module: string,
      call: Promise<CallResult<Value>>,
    ): Promise<CallResult<Value>> {
      const begin = clock.instant()
      const result = await call
      const ms = msBetween(begin, clock.instant())
      const ended = { operation, module, outcome: result.type, ms }
      meter.callEnded(ended)
      logger.debug({ ...names, ...ended }, 'CRM called')
      return result
    }
  }
}
