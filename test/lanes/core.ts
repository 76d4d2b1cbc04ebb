// One lane of the tests: the domain and the application.
import { importTests } from '../support/import-tests.ts'

await importTests('{domain,application}/**/*.test.ts')
