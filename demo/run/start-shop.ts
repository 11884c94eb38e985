import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Child, ChildProcesses } from './child-processes.ts'
import type { Scenario } from '../../src/cli/demo-scenario.ts'
import { baselineVersion, candidateVersion, environmentName, newBuild, oldBuild } from './names.ts'
import { checkoutEnvironment, shopFolder } from './shop-environment.ts'
import { storyOf } from './story.ts'

export interface ShopOptions {
  seed: number
  /** Where the services send their telemetry, for example `http://127.0.0.1:4318`. */
  otlpEndpoint: string
  scenario: Scenario
}

export interface Shop {
  storefrontPort: number
  /** Every instance of checkout, of both versions. */
  checkoutPorts: number[]
  /** Gives the candidate a share of the sessions, 0 to 1. */
  route(candidateShare: number): Promise<void>
  /** Starts all instances of checkout anew, of both versions, with another environment; they get no traffic yet. */
  renew(environment: Readonly<Record<string, string>>): Promise<RenewedCheckout>
  children: Child[]
}

export interface RenewedCheckout {
  /** Every new instance, of both versions. */
  checkoutPorts: number[]
  /** Gives the new instances all traffic, at once; the old ones end soon after. */
  serve(): Promise<void>
}

/** No request to the shop takes as long. */
const drainMs = 2000

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
  const startCheckout = async (given: Readonly<Record<string, string>>): Promise<Instances> => {
    const environment = { ...given, ...behindCheckout }
    const { instances } = storyOf(options.scenario)
    const several = (number: number, build: string, version: string): Promise<Child[]> =>
      Promise.all(
        Array.from({ length: number }, () =>
          start(`checkout/${build}/main`, 'checkout', version, environment),
        ),
      )
    const [candidates, baselines] = await Promise.all([
      several(instances.candidate, newBuild(options.scenario), candidateVersion),
      several(instances.baseline, oldBuild(options.scenario), baselineVersion),
    ])
    return { candidates, baselines }
  }
  const first = await startCheckout(checkoutEnvironment(shopFolder))
  const router = await processes.start({
    name: 'router',
    arguments: [demoFile('shop/router/main')],
    environment: {
      BASELINE_PORTS: portsOf(first.baselines).join(','),
      CANDIDATE_PORTS: portsOf(first.candidates).join(','),
    },
    ready: /^listening (\d+)$/,
  })
  const storefront = await start('storefront/main', 'storefront', '5.1.0', {
    CHECKOUT_PORT: String(router.port),
  })
  const tellRouter = async (path: string, body: string): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${router.port}/-/${path}`, {
      method: 'POST',
      body,
    })
    if (!answer.ok) throw new Error(`the router answered ${answer.status}`)
  }
  let checkout = all(first)
  const shop: Shop = {
    storefrontPort: storefront.port,
    checkoutPorts: portsOf(checkout),
    route: (share) => tellRouter('share', String(share)),
    renew: async (environment) => {
      const renewed = await startCheckout(environment)
      const serve = async (): Promise<void> => {
        await tellRouter(
          'instances',
          JSON.stringify({
            baselines: portsOf(renewed.baselines),
            candidates: portsOf(renewed.candidates),
          }),
        )
        const old = checkout
        checkout = all(renewed)
        shop.children = [...checkout, ...others]
        // what they are answering is answered first
        void sleep(drainMs, undefined, { signal: processes.ending })
          .then(() => Promise.all(old.map((child) => child.stop())))
          .catch(() => undefined)
      }
      return { checkoutPorts: portsOf(all(renewed)), serve }
    },
    children: [],
  }
  const others = [inventory, northpay, bluecard, router, storefront]
  shop.children = [...checkout, ...others]
  return shop
}

interface Instances {
  candidates: Child[]
  baselines: Child[]
}

const all = ({ candidates, baselines }: Instances): Child[] => [...candidates, ...baselines]

const portsOf = (children: readonly Child[]): number[] => children.map(({ port }) => port)

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
