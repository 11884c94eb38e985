import { fileURLToPath } from 'node:url'
import type { Child, ChildProcesses } from './child-processes.ts'

export interface ShopOptions {
  seed: number
  /** Where the services send their telemetry, for example `http://127.0.0.1:4318`. */
  otlpEndpoint: string
  scenario: Scenario
}

/** `faulty`: the new version has two faults. `healthy`: it has none. */
export type Scenario = 'faulty' | 'healthy'
export const scenarios = ['faulty', 'healthy'] as const satisfies readonly Scenario[]

export interface Shop {
  storefrontPort: number
  /** Every instance of checkout, of both versions. */
  checkoutPorts: number[]
  /** Gives the candidate a share of the sessions, 0 to 1. */
  route(candidateShare: number): Promise<void>
  children: Child[]
}

export const baselineVersion = '1.9.0'
export const candidateVersion = '2.0.0'
export const environmentName = 'production'

/** One instance in five gets the new version, and a fifth of the sessions: all instances are equally busy. */
const baselineInstances = 4
export const candidateShare = 1 / (1 + baselineInstances)

/** The path of a file of the demo, in sources and when compiled. */
export function demoFile(path: string): string {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return fileURLToPath(new URL(`../${path}${extension}`, import.meta.url))
}

/** Starts the shop: storefront, checkout, payment, inventory, and the router before checkout. @throws DEMO_FAILED */
export async function startShop(processes: ChildProcesses, options: ShopOptions): Promise<Shop> {
  const start = (
    entry: string,
    name: string,
    version: string,
    environment: Record<string, string>,
  ) =>
    processes.start({
      name: `${name} ${version}`,
      arguments: [
        '--disable-warning=ExperimentalWarning',
        '--import',
        new URL(`../shop/lib/telemetry${import.meta.url.slice(-3)}`, import.meta.url).href,
        demoFile(`shop/${entry}`),
      ],
      environment: {
        ...serviceEnvironment(options),
        OTEL_SERVICE_NAME: name,
        OTEL_RESOURCE_ATTRIBUTES: `service.version=${version},deployment.environment.name=${environmentName}`,
        ...environment,
      },
      ready: /^listening (\d+)$/,
    })

  const [inventory, northpay, bluecard] = await Promise.all([
    start('inventory/main', 'inventory', '3.2.0', {}),
    start('payment/main', 'payment', '2.4.1', { PAYMENT_PROVIDER: 'northpay' }),
    start('payment/main', 'payment', '2.4.1', { PAYMENT_PROVIDER: 'bluecard' }),
  ])
  const behindCheckout = {
    INVENTORY_PORT: String(inventory.port),
    NORTHPAY_PORT: String(northpay.port),
    BLUECARD_PORT: String(bluecard.port),
  }
  const newBuild = options.scenario === 'healthy' ? 'healthy' : 'v2'
  const [candidate, ...baselines] = await Promise.all([
    start(`checkout/${newBuild}/main`, 'checkout', candidateVersion, behindCheckout),
    ...Array.from({ length: baselineInstances }, () =>
      start('checkout/v1/main', 'checkout', baselineVersion, behindCheckout),
    ),
  ])
  const router = await processes.start({
    name: 'router',
    arguments: [demoFile('shop/router/main')],
    environment: {
      BASELINE_PORTS: baselines.map(({ port }) => port).join(','),
      CANDIDATE_PORTS: String(candidate.port),
    },
    ready: /^listening (\d+)$/,
  })
  const storefront = await start('storefront/main', 'storefront', '5.1.0', {
    CHECKOUT_PORT: String(router.port),
  })
  return {
    storefrontPort: storefront.port,
    checkoutPorts: [candidate, ...baselines].map(({ port }) => port),
    route: async (candidateShare) => {
      const answer = await fetch(`http://127.0.0.1:${router.port}/-/share`, {
        method: 'POST',
        body: String(candidateShare),
      })
      if (!answer.ok) throw new Error(`the router answered ${answer.status}`)
    },
    children: [inventory, northpay, bluecard, candidate, ...baselines, router, storefront],
  }
}

/** What the official SDK needs to know, in its own variables. */
function serviceEnvironment(options: ShopOptions): Record<string, string> {
  return {
    SHOP_SEED: String(options.seed),
    OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_NODE_RESOURCE_DETECTORS: 'env,serviceinstance',
    OTEL_BSP_SCHEDULE_DELAY: '700',
    OTEL_BSP_MAX_QUEUE_SIZE: '32768',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4096',
    OTEL_BLRP_SCHEDULE_DELAY: '1000',
    OTEL_METRIC_EXPORT_INTERVAL: '5000',
    OTEL_METRIC_EXPORT_TIMEOUT: '4000',
  }
}

/** Starts the customers. Their last line of output is a `CustomersReport`. @throws DEMO_FAILED */
export function startCustomers(
  processes: ChildProcesses,
  options: { seed: number; storefrontPort: number; visitsPerSecond: number },
): Promise<Child> {
  return processes.start({
    name: 'customers',
    arguments: [demoFile('customers/main')],
    environment: {
      SHOP_SEED: String(options.seed),
      STOREFRONT_PORT: String(options.storefrontPort),
      VISITS_PER_SECOND: String(options.visitsPerSecond),
    },
    ready: /^listening (\d+)$/,
  })
}
