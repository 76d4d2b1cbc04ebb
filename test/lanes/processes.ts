// One lane of the tests: the rest of the infrastructure.
import { importTests } from '../support/import-tests.ts'

await importTests('infrastructure/*.test.ts', 'infrastructure/!(cli|service)/**/*.test.ts')
