// The engines that others would build the same sale on.

import type { Subject } from '../base/subject.ts'

export const ENGINES: readonly Subject[] = [
  {
    name: 'dbos',
    kind: 'engine',
    what: 'DBOS Transact over PostgreSQL',
    file: 'engines/dbos.ts',
  },
]
