// Holds the files for several gateways over one PostgreSQL to the settings, the ports and the times of the gateway.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import type { Config } from '../../src/infrastructure/config/config.ts'
import {
  configOf,
  type Environment,
  IMAGE,
  IN_THE_IMAGE,
  isStoppedInTime,
} from './deployed-settings.ts'

/** Connections that PostgreSQL keeps for its superuser, as it comes. */
const KEPT_FOR_SUPERUSERS = 3

const proxy = readFileSync('deploy/proxy/haproxy.cfg', 'utf8')

function postgresOf({ database }: Config) {
  return database.type === 'postgres' ? database : assert.fail('PostgreSQL is not set')
}

describe('The Compose file of several gateways', () => {
  const { services, configs, secrets, networks, volumes } = parse(
    readFileSync('deploy/compose-many.yaml', 'utf8'),
    { merge: true },
  )
  const names = Object.keys(services).filter((name) => name.startsWith('gateway-'))
  const gateways = names.map((name) => services[name])
  const settings = gateways.map(({ environment }) => configOf({ ...IN_THE_IMAGE, ...environment }))
  const { primary, replica, migrate, zoho } = services

  it('runs three of our image, of this version, and pins the others', () => {
    assert.equal(names.length, 3)
    for (const { image } of [...gateways, migrate, zoho]) assert.equal(image, IMAGE)
    for (const { image } of Object.values<{ readonly image: string }>(services))
      assert.match(image, /:v?\d+\.\d+/)
  })

  it('gives each gateway a port and a folder of its own, and all the same log, key and Zoho', () => {
    assert.equal(new Set(settings.map(({ port }) => port)).size, names.length)
    assert.equal(new Set(settings.map(({ dataDir }) => dataDir)).size, names.length)
    for (const one of ['DATABASE_URL', 'AUDIT_KEY_FILE', 'ZOHO_API_URL', 'TRUSTED_PROXIES'])
      assert.equal(new Set(gateways.map(({ environment }) => environment[one])).size, 1, one)
    for (const { dataDir } of settings) assert.ok(dataDir.startsWith(`${IN_THE_IMAGE.DATA_DIR}/`))
    for (const { volumes: own } of gateways)
      assert.deepEqual(own, [`data:${IN_THE_IMAGE.DATA_DIR}`])
  })

  it('lets them reach the fake, which listens on loopback only, and the proxy reach them', () => {
    for (const { network_mode } of gateways) assert.equal(network_mode, 'service:zoho')
    for (const { zoho: theirs } of settings)
      assert.equal(theirs.apiUrl, `http://127.0.0.1:${zoho.command.at(-1)}`)
    assert.deepEqual(zoho.networks.default.aliases, names)
    const servers = names.map((name, at) => `${name}:${settings[at]?.port}`)
    const named = [...proxy.matchAll(/^ {2}server \w+ (\S+)$/gm)].map(([, server]) => server)
    assert.deepEqual(named, [...servers, ...servers])
    assert.deepEqual(services.proxy.ports, ['127.0.0.1:3000:3000'])
    for (const { environment } of gateways)
      assert.equal(environment.TRUSTED_PROXIES, services.proxy.networks.default.ipv4_address)
  })

  it('makes the tables as their owner before any gateway starts, and the roles that it names', () => {
    const owner = postgresOf(configOf({ ...IN_THE_IMAGE, ...migrate.environment }))
    const service = postgresOf(settings[0] ?? assert.fail())
    assert.deepEqual(migrate.command, ['db', 'migrate', '--service', service.user])
    assert.notEqual(owner.user, service.user)
    assert.deepEqual([owner.host, owner.database], [service.host, service.database])
    assert.ok(services[service.host] === primary)
    const { content } = configs.roles
    assert.ok(content.includes(`create role ${owner.user} login password :'owner';`))
    assert.ok(content.includes(`create role ${service.user} login password :'service';`))
    assert.ok(content.includes(`create database ${owner.database} owner ${owner.user};`))
    for (const { depends_on } of gateways)
      assert.equal(depends_on.migrate.condition, 'service_completed_successfully')
    assert.equal(migrate.restart, 'no')
  })

  it('has a replica for which each commit waits, and connections for all', () => {
    const [, cluster] = /cluster_name=(\w+)/.exec(configs.replica.content) ?? []
    const standby = `alter system set synchronous_standby_names = '${cluster}';`
    assert.ok(configs.roles.content.includes(standby))
    assert.equal(migrate.depends_on.replica.condition, 'service_healthy')
    const [, connections] = /max_connections=(\d+)/.exec(primary.command.join(' ')) ?? []
    const wanted = settings.reduce((sum, one) => sum + postgresOf(one).poolMax, 0)
    assert.ok(wanted + KEPT_FOR_SUPERUSERS < Number(connections))
    assert.notEqual(primary.volumes[0], replica.volumes[0])
    assert.equal(networks.database.internal, true)
  })

  it('keeps every container small, read-only and without rights, and waits for each stop', () => {
    const { mail: _, ...ours } = services
    for (const [name, service] of Object.entries<typeof primary>(ours)) {
      assert.equal(service.read_only, true, name)
      assert.deepEqual(service.cap_drop, ['ALL'], name)
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name)
      if (name !== 'migrate') assert.ok(service.deploy.resources.limits.memory, name)
    }
    for (const [at, { stop_grace_period }] of gateways.entries())
      isStoppedInTime(settings[at] ?? assert.fail(), Number.parseInt(stop_grace_period, 10))
  })

  it('has each secret as a file, and names only what there is', () => {
    const used = Object.values<{ secrets?: readonly string[] }>(services)
    const all = new Set(used.flatMap(({ secrets: theirs = [] }) => theirs))
    assert.deepEqual([...all].toSorted(), Object.keys(secrets).toSorted())
    const [, head = ''] =
      /for role in ([\w ]+); do/.exec(readFileSync('deploy/compose-many.yaml', 'utf8')) ?? []
    assert.deepEqual(head.split(' ').toSorted(), Object.keys(secrets).toSorted())
    for (const [name, { file }] of Object.entries<{ file: string }>(secrets))
      assert.equal(file, `./secrets/${name}`)
    assert.match(readFileSync('.gitignore', 'utf8'), /^deploy\/secrets\/$/m)
    assert.ok(existsSync('deploy/proxy/haproxy.cfg'))
    assert.deepEqual(Object.keys(volumes), ['data', 'primary', 'replica'])
  })
})

describe('HAProxy', () => {
  const { front, policy } = configOf({})
  const secondsOf = (name: string) =>
    Number(new RegExp(`^ {2}timeout ${name} (\\d+)s$`, 'm').exec(proxy)?.[1])

  it('sends callers to who is ready, and to who is alive where none is', () => {
    assert.match(proxy, /backend ready\n(?: {2}.*\n)*? {2}option httpchk GET \/readyz\n/)
    assert.match(proxy, /backend alive\n(?: {2}.*\n)*? {2}option httpchk GET \/livez\n/)
    assert.match(
      proxy,
      /use_backend ready if \{ nbsrv\(ready\) gt 0 \}\n {2}default_backend alive\n/,
    )
  })

  it('never sends a request twice that may have reached a gateway', () => {
    const tries = [...proxy.matchAll(/^ {2}retry-on (.*)$/gm)].map(([, when]) => when)
    assert.deepEqual(tries, ['conn-failure', 'conn-failure', 'conn-failure'])
  })

  it('keeps an auditor at the gateway that has the session, and gives programs no cookie', () => {
    const backends = proxy.split(/^backend /m).slice(1)
    const withCookie = backends.filter((text) => /^ {2}cookie /m.test(text))
    assert.deepEqual(
      withCookie.map((text) => text.split('\n', 1)[0]),
      ['desk'],
    )
    const named = [...(withCookie[0] ?? '').matchAll(/^ {2}server (\w+) \S+ cookie (\w+)$/gm)]
    assert.deepEqual(
      named.map(([, server, cookie]) => [server, cookie]),
      ['one', 'two', 'three'].map((name) => [name, name]),
    )
    assert.match(
      proxy,
      /^ {2}use_backend desk if \{ path \/audit \} \|\| \{ path_beg \/audit\/ \}$/m,
    )
  })

  it('closes an idle connection before the gateway does, and waits for each answer', () => {
    assert.ok(secondsOf('http-keep-alive') * 1_000 < front.keepAliveMs)
    assert.ok(secondsOf('server') * 1_000 > policy.deadlineMs + 3_000)
  })
})

describe('The manifests of several gateways', () => {
  const objectsIn = (file: string) =>
    Object.fromEntries(
      parseAllDocuments(readFileSync(`deploy/kubernetes/${file}`, 'utf8')).map((document) => {
        assert.deepEqual(document.errors, [])
        const object = document.toJS()
        return [object.kind, object]
      }),
    )
  const many = objectsIn('gateway-many.yaml')
  const { Job: job } = objectsIn('migrate.yaml')
  const { spec } = many['StatefulSet']
  const [container] = spec.template.spec.containers
  const environmentOf = ({ env }: typeof container): Environment =>
    Object.fromEntries(env.map((one: { name: string; value: string }) => [one.name, one.value]))
  const config = configOf({
    ...IN_THE_IMAGE,
    ...many['ConfigMap'].data,
    ...environmentOf(container),
  })
  const [migrating] = job.spec.template.spec.containers

  it('differ from those of one only where several do', () => {
    const one = objectsIn('gateway.yaml')
    const { replicas, podManagementPolicy, volumeClaimTemplates: _, template, ...rest } = spec
    assert.ok(replicas > 1)
    assert.equal(podManagementPolicy, 'Parallel')
    const {
      replicas: __,
      volumeClaimTemplates: ___,
      template: single,
      ...same
    } = one['StatefulSet'].spec
    assert.deepEqual(rest, same)
    const {
      topologySpreadConstraints: [spread],
      ...pod
    } = template.spec
    assert.deepEqual(spread.labelSelector, spec.selector)
    const [ready, plain] = [container.readinessProbe, single.spec.containers[0].readinessProbe]
    assert.deepEqual([ready.httpGet.path, plain.httpGet.path], ['/readyz', '/livez'])
    assert.deepEqual({ ...pod, containers: [{ ...container, readinessProbe: plain }] }, single.spec)
    assert.deepEqual(many['Service'], one['Service'])
    assert.deepEqual(many['PodDisruptionBudget'].spec, {
      maxUnavailable: 1,
      selector: spec.selector,
    })
  })

  it('have every secret of the database as a mounted file, and let it be reached', () => {
    const at = '/run/secrets/gateway/'
    const { DATABASE_URL, DATABASE_PASSWORD_FILE, AUDIT_KEY_FILE } = many['ConfigMap'].data
    for (const one of [
      new URL(DATABASE_URL).searchParams.get('sslrootcert'),
      DATABASE_PASSWORD_FILE,
      AUDIT_KEY_FILE,
    ])
      assert.ok(one.startsWith(at), one)
    const { port, ssl } = postgresOf(config)
    assert.notEqual(ssl, false)
    const ports = many['NetworkPolicy'].spec.egress.flatMap(
      (rule: { ports: { port: number }[] }) => rule.ports,
    )
    assert.ok(ports.some((one: { port: number }) => one.port === port))
  })

  it('change the tables by the same version, as their owner, with as few rights', () => {
    assert.equal(migrating.image, container.image)
    assert.deepEqual(migrating.securityContext, container.securityContext)
    const owner = postgresOf(configOf({ ...IN_THE_IMAGE, ...environmentOf(migrating) }))
    const service = postgresOf(config)
    assert.deepEqual(migrating.args, ['db', 'migrate', '--service', service.user])
    assert.notEqual(owner.user, service.user)
    assert.deepEqual([owner.host, owner.database], [service.host, service.database])
  })
})
