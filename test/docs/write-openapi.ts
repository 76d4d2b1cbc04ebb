// Writes the OpenAPI document into the repository.

import { writeFileSync } from 'node:fs'
import { OPENAPI_TEXT } from '../../src/adapters/http/openapi/document.ts'

writeFileSync('docs/openapi.json', OPENAPI_TEXT)
