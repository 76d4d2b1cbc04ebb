// Opens the port of the metrics, where they have one of their own.

import type { MetricsText } from '../../adapters/http/health/metrics-routes.ts'
import { type MetricsServer, openMetricsServer } from '../../adapters/http/metrics-server.ts'
import type { Logger } from '../../application/base/logger.port.ts'
import type { Config } from '../config/config.ts'
import { portError } from '../system/port-error.ts'

/**
 * Opens `METRICS_PORT`; `undefined` where there is none, and the API's own port serves them.
 *
 * @throws {AppError} `unavailable`: it cannot be listened on
 */
export async function openMetrics(
  at: Config['metrics'],
  metrics: MetricsText,
  logger: Logger,
): Promise<MetricsServer | undefined> {
  if (at === undefined) return undefined
  try {
    const server = await openMetricsServer(at, metrics, logger)
    logger.info({ host: at.host, port: server.port }, 'metrics served')
    return server
  } catch (error) {
    throw portError(error, at, { host: 'METRICS_HOST', port: 'METRICS_PORT' })
  }
}
