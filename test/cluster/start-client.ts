import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** Starts `sdk-client.ts`; it ends with the test. */
export function startClient(
  endpoint: string,
  service: string,
  version: string,
  failing: number,
  log: string,
): ChildProcess {
  const script = path.join(import.meta.dirname, 'sdk-client.ts')
  const child = spawn(process.execPath, [script, '25', String(failing), log], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      ...process.env,
      OTEL_SERVICE_NAME: service,
      OTEL_RESOURCE_ATTRIBUTES: `service.version=${version}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Resolves when it has sent what it had. */
export async function stopClient(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.stdin?.end()
  await Promise.race([closed, sleep(20_000)])
}
