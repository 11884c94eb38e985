/**
 * Runs the shop and its customers against a sink and prints what the traffic was like: what the demo's faults need.
 * `node demo/testing/measure-shop.ts [--seed N] [--seconds N] [--rate N] [--scenario healthy]`
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ChildProcesses } from '../run/child-processes.ts'
import type { Scenario } from '../../src/cli/demo-scenario.ts'
import { startCustomers, startShop } from '../run/start-shop.ts'
import { warmUp } from '../run/warm-up.ts'
import { openOtlpSink } from './otlp-sink.ts'
import { spansOf } from './otlp-spans.ts'
import { summarize } from './summarize.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '78' },
    warm: { type: 'string', default: '5' },
    scenario: { type: 'string', default: 'faulty' },
  },
})
const seed = Number(values.seed)
const seconds = Number(values.seconds)

/** CPU seconds that a process has used, from /proc. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const sink = await openOtlpSink()
const processes = new ChildProcesses()
const began = performance.now()
try {
  const shop = await startShop(processes, {
    seed,
    otlpEndpoint: sink.endpoint,
    scenario: values.scenario as Scenario,
  })
  await warmUp(shop.checkoutPorts, 180)
  const startedIn = performance.now() - began
  const customers = await startCustomers(processes, {
    seed,
    storefrontPort: shop.storefrontPort,
    visitsPerSecond: Number(values.rate),
  })
  await sleep(1000 * Number(values.warm))
  const released = Date.now()
  await shop.route(0.2)
  const all = [...shop.children, customers]
  const before = all.map((child) => cpuSeconds(child.pid))
  await Promise.race([sleep(1000 * seconds), processes.crashed])
  const used = all.map((child, i) => (cpuSeconds(child.pid) - (before[i] ?? 0)) / seconds)
  const until = Date.now()
  await customers.stop()
  await processes.stopAll()
  const spans = (sink.bodies.get('/v1/traces') ?? []).flatMap((body) => spansOf(body))
  console.log(
    JSON.stringify(
      {
        seed,
        shopStartedMs: Math.round(startedIn),
        cores: Object.fromEntries(all.map((child, i) => [`${child.name}#${i}`, used[i]])),
        coresTotal: used.reduce((sum, value) => sum + value, 0),
        customers: JSON.parse(customers.lastLine()) as unknown,
        logs: sink.bodies.get('/v1/logs')?.length ?? 0,
        metrics: sink.bodies.get('/v1/metrics')?.length ?? 0,
        ...summarize(spans, released, until),
      },
      (_key, value: unknown) =>
        typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value,
      1,
    ),
  )
} finally {
  await processes.stopAll()
  sink.close()
}
