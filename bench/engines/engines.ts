// The engines that others would build the same sale on.

import type { Subject } from '../base/subject.ts'

export const ENGINES: readonly Subject[] = [
  {
    name: 'dbos',
    kind: 'engine',
    what: 'DBOS Transact over PostgreSQL',
    file: 'engines/dbos.ts',
  },
  {
    name: 'restate',
    kind: 'engine',
    what: 'Restate, with its own server',
    file: 'engines/restate.ts',
  },
  {
    name: 'openworkflow',
    kind: 'engine',
    what: 'OpenWorkflow over PostgreSQL',
    file: 'engines/openworkflow.ts',
    env: { BACKEND: 'postgres' },
  },
  {
    name: 'openworkflow-sqlite',
    kind: 'engine',
    what: 'OpenWorkflow over SQLite',
    file: 'engines/openworkflow.ts',
    env: { BACKEND: 'sqlite' },
  },
]
