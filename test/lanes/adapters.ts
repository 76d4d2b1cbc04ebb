// One lane of the tests: the adapters.
import { importTests } from '../support/import-tests.ts'

await importTests('adapters/**/*.test.ts')
