// Prints the bill of materials of what runs in production, in CycloneDX. The lock file says what that is: `npm sbom
// --omit dev` leaves out each package that one for development needs as well, `pg` and `nodemailer` among them (npm 11.19).

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** Bytes that `npm` may print: several times those of today. */
const PRINTED_MAX = 16 * 1024 * 1024

const FLAGS = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']

/** What npm calls a component that is for development in one of the places where it is installed. */
const DEVELOPMENT = 'cdx:npm:package:development'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const inProduction = new Set(
  Object.entries(packages).flatMap(([path, { dev, optional, devOptional, version }]) => {
    const isLeftOut = path === '' || dev || optional || devOptional
    return isLeftOut ? [] : [`${path.split('node_modules/').at(-1)}@${version}`]
  }),
)
const whole = JSON.parse(
  execFileSync('npm', ['sbom', ...FLAGS], { encoding: 'utf8', maxBuffer: PRINTED_MAX }),
)
const components = whole.components
  .filter((component) => inProduction.has(component['bom-ref']))
  .map(({ properties, ...component }) => ({
    ...component,
    scope: 'required',
    properties: properties.filter(({ name }) => name !== DEVELOPMENT),
  }))
const isNamed = (ref) => inProduction.has(ref) || ref === whole.metadata.component['bom-ref']
const dependencies = whole.dependencies
  .filter(({ ref }) => isNamed(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isNamed) }))
process.stdout.write(`${JSON.stringify({ ...whole, components, dependencies }, null, 2)}\n`)
