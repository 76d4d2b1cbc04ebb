// One lane of the tests: the commands, most of them as processes.
import { importTests } from '../support/import-tests.ts'

await importTests('infrastructure/cli/**/*.test.ts')
