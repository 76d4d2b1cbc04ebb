// One lane of the tests: the service as it is put together and served.
import { importTests } from '../support/import-tests.ts'

await importTests('infrastructure/service/**/*.test.ts')
