// Holds the files for systemd, Compose and Kubernetes to the settings, the paths and the times of the gateway.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { SECRET_SETTINGS } from '../../src/infrastructure/config/settings.ts'
import {
  configOf,
  type Environment,
  IMAGE,
  IN_THE_IMAGE,
  isStoppedInTime,
  OF_NODE,
} from './deployed-settings.ts'

describe('The unit of systemd', () => {
  const lines = readFileSync('deploy/systemd/gateway.service', 'utf8').split('\n')
  const valuesOf = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []))
  const environment: Environment = Object.fromEntries(
    valuesOf('Environment')
      .flatMap((value) => value.split(' '))
      .map((pair) => pair.split('=')),
  )
  const config = configOf({ ...environment, CRM: 'zoho', ZOHO_DC: 'eu' })

  it('gives the gateway settings that it takes, and the secrets as files', () => {
    assert.equal(config.isProduction, true)
    assert.deepEqual(
      valuesOf('LoadCredential').map((value) => value.split(':')[0]),
      SECRET_SETTINGS.map((name) => name.toLowerCase().replaceAll('_', '-')),
    )
  })

  it('waits for the stop as long as that may take', () => {
    isStoppedInTime(config, Number(valuesOf('TimeoutStopSec')[0]))
  })

  it('lets it keep its files where the folders are made', () => {
    assert.equal(config.dataDir, `/var/lib/${valuesOf('StateDirectory')[0]}`)
    assert.equal(environment['NODE_COMPILE_CACHE'], `/var/cache/${valuesOf('CacheDirectory')[0]}`)
  })

  it('allows the files that all connections need', () => {
    assert.ok(Number(valuesOf('LimitNOFILE')[0]) >= config.front.socketsMax + 500)
  })

  it('does not start again what is set wrongly', () => {
    assert.deepEqual(valuesOf('RestartPreventExitStatus'), ['2'])
  })

  it('has beside it a command with the same user, folders, settings and secrets', () => {
    const command = readFileSync('deploy/systemd/gateway', 'utf8')
    for (const name of ['User', 'Group', 'UMask', 'WorkingDirectory', 'StateDirectory'])
      assert.ok(command.includes(`--property=${name}=${valuesOf(name)[0]}`), name)
    assert.ok(command.includes(`--property=EnvironmentFile=${valuesOf('EnvironmentFile')[0]}`))
    for (const [name, value] of Object.entries(environment)) {
      // The cache and the port are of the service alone.
      if (OF_NODE.includes(name) || name === 'PORT') continue
      assert.ok(
        command.includes(`--setenv=${name}="${value.replace('%d', '$credentials')}"`) ||
          command.includes(`--setenv=${name}=${value}`),
        name,
      )
    }
  })
})

describe('The Compose file', () => {
  const file = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true })
  const { gateway, zoho } = file.services
  const config = configOf({ ...IN_THE_IMAGE, ...gateway.environment })

  it('runs our image, of this version, and pins the others', () => {
    assert.equal(gateway.image, IMAGE)
    assert.equal(zoho.image, IMAGE)
    assert.equal(gateway.build.dockerfile, 'deploy/Dockerfile')
    for (const { image } of Object.values<{ readonly image: string }>(file.services))
      assert.match(image, /:v?\d+\.\d+/)
  })

  it('mounts files that are there, and takes the figures from where they are served', () => {
    const mounts: readonly string[] = [
      ...file.services.prometheus.volumes,
      ...file.services.grafana.volumes,
    ]
    const mounted = mounts.filter((one) => one.startsWith('./')).map((one) => one.split(':')[0])
    assert.equal(mounted.length, 3)
    for (const name of mounted) assert.ok(existsSync(`deploy/${name}`), name)
    const { scrape_configs } = parse(readFileSync('deploy/monitoring/prometheus.yml', 'utf8'))
    assert.deepEqual(scrape_configs[0].static_configs[0].targets, [
      `gateway:${config.metrics?.port}`,
    ])
    assert.deepEqual(zoho.networks.default.aliases, ['gateway'])
  })

  it('lets the gateway reach the fake, which listens on loopback only', () => {
    const port = zoho.command.at(-1)
    assert.equal(gateway.network_mode, 'service:zoho')
    assert.equal(config.zoho.apiUrl, `http://127.0.0.1:${port}`)
    assert.ok(zoho.healthcheck.test.at(-1).includes(`http://127.0.0.1:${port}/`))
    assert.deepEqual(zoho.ports, [`127.0.0.1:${config.port}:${config.port}`])
    configOf({ ...IN_THE_IMAGE, ...zoho.environment })
  })

  it('waits for the stop as long as that may take, and keeps the data', () => {
    isStoppedInTime(config, Number.parseInt(gateway.stop_grace_period, 10))
    assert.deepEqual(gateway.volumes, [`data:${config.dataDir}`])
  })
})

describe('A proxy', () => {
  const { front, policy } = configOf({})
  // Milliseconds after the deadline at which the last caller of a failed sale has its answer.
  const lastAnswerMs = policy.deadlineMs + 3_000
  const FILES = {
    nginx: {
      file: 'nginx.conf',
      idle: /keepalive_timeout (\d+)s/,
      wait: /proxy_read_timeout (\d+)s/,
    },
    Caddy: { file: 'Caddyfile', idle: /keepalive (\d+)s/, wait: /response_header_timeout (\d+)s/ },
  }
  for (const [name, { file, idle, wait }] of Object.entries(FILES)) {
    it(`${name} closes an idle connection before the gateway does, and waits for each answer`, () => {
      const text = readFileSync(`deploy/proxy/${file}`, 'utf8')
      const msOf = (pattern: RegExp) => Number(pattern.exec(text)?.[1]) * 1_000
      assert.ok(msOf(idle) < front.keepAliveMs)
      assert.ok(msOf(wait) > lastAnswerMs)
    })
  }
})

describe('The manifest for Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync('deploy/kubernetes/gateway.yaml', 'utf8'))
  const objects = Object.fromEntries(
    documents.map((document) => {
      assert.deepEqual(document.errors, [])
      const object = document.toJS()
      return [object.kind, object]
    }),
  )
  const { replicas, template, volumeClaimTemplates } = objects['StatefulSet'].spec
  const [container] = template.spec.containers
  const settings: Environment = Object.fromEntries(
    container.env.map((one: { name: string; value: string }) => [one.name, one.value]),
  )
  const config = configOf({ ...IN_THE_IMAGE, ...objects['ConfigMap'].data, ...settings })

  it('runs one process of our image, of this version', () => {
    assert.equal(replicas, 1)
    assert.ok(container.image.endsWith(`/${IMAGE}`))
    assert.deepEqual(
      volumeClaimTemplates.flatMap(
        ({ spec }: { spec: { accessModes: string[] } }) => spec.accessModes,
      ),
      ['ReadWriteOncePod'],
    )
  })

  it('asks the port that is served, and waits for the stop as long as that may take', () => {
    assert.deepEqual(container.ports, [
      { name: 'http', containerPort: config.port },
      { name: 'metrics', containerPort: config.metrics?.port },
    ])
    const monitor = parse(readFileSync('deploy/kubernetes/pod-monitor.yaml', 'utf8'))
    assert.deepEqual(monitor.spec.selector, objects['StatefulSet'].spec.selector)
    assert.equal(monitor.spec.podMetricsEndpoints[0].port, 'metrics')
    isStoppedInTime(config, template.spec.terminationGracePeriodSeconds)
  })

  it('mounts the data where it is kept, and every secret as a file', () => {
    const mounts: readonly { name: string; mountPath: string }[] = container.volumeMounts
    const pathOf = (name: string) => mounts.find((mount) => mount.name === name)?.mountPath
    assert.equal(pathOf('data'), config.dataDir)
    assert.deepEqual(
      settings,
      Object.fromEntries(
        SECRET_SETTINGS.map((name) => {
          const file = name.toLowerCase().replaceAll('_', '-')
          return [`${name}_FILE`, `${pathOf('secrets')}/${file}`]
        }),
      ),
    )
  })
})
