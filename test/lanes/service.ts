// One lane of the tests: the service on virtual time.
import { importTests } from '../support/import-tests.ts'

await importTests('service/**/*.test.ts')
