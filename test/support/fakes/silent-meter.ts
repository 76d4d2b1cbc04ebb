// A meter that counts nothing.

import type { Meter } from '../../../src/application/base/meter.port.ts'

export const SILENT_METER: Meter = {
  saleEnded() {},
  stepEnded() {},
  callEnded() {},
  turnedAway() {},
  committed() {},
}
