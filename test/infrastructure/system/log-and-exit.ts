// Logs more lines than a pipe takes, and ends in the same turn of the event loop.
import process from 'node:process'
import { makeLogger } from '../../../src/infrastructure/system/logger.ts'

const LINES = 3_000

const { logger } = makeLogger('info')
for (let line = 1; line <= LINES; line += 1) logger.info({ line }, 'x'.repeat(100))
process.exit(0)
