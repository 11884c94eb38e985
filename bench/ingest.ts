/**
 * Telemetry in, end to end and durable: OTLP over HTTP from another process, decoded, spooled, synced, acknowledged, stored,
 * beside the usual way: a generated decoder, objects, JSONEachRow into the same engine, with nothing spooled. Spans of 20 attributes in requests of 512.
 *
 *   node bench/ingest.ts [--spans 400000] [--rounds 4] [--seconds 10] [--seed 1] [--json]
 *
 * --seconds 600 looks at memory for ten minutes at half of the measured rate, and tells it every minute.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createRandom } from '../src/stats/random.ts'
import { Load, spansPerRequest } from './ingest/load.ts'
import { cpuSeconds, residentBytes } from './ingest/process-usage.ts'
import type { Order, Usage } from './ingest/server.ts'
import { jsonSpans } from './ingest/json-spans.ts'

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '400000' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const note = (line: string): void => void process.stderr.write(`${line}\n`)
if (values.help) {
  console.log('node bench/ingest.ts [--spans N] [--rounds N] [--seconds S] [--seed N] [--json]')
  process.exit()
}
const rounds = Number(values.rounds)
const requests = Math.ceil(Number(values.spans) / rounds / spansPerRequest)
const seconds = Number(values.seconds)

const server = fork(path.join(import.meta.dirname, 'ingest/server.ts'))
const hear = async (): Promise<Usage> => {
  const [usage] = await once(server, 'message')
  return usage as Usage
}
const ask = async (order: Order): Promise<Usage> => {
  const answer = hear()
  server.send(order)
  return await answer
}

const first = await hear()
const load = new Load(first.port, createRandom(Number(values.seed)))
note('warming up')
await load.flood(Math.max(requests, 200))
await ask('settle')
await ask('prepare')

/** CPU microseconds a span. */
interface Round {
  node: number
  engine: number
  /** Of the other way: decoding and writing JSON, and the engine. */
  jsonNode: number
  jsonEngine: number
  spansPerSecond: number
}
const measured: Round[] = []
for (let round = 1; round <= rounds; round++) {
  note(`round ${round} of ${rounds}`)
  const before = await ask('usage')
  const engineBefore = cpuSeconds(before.enginePid)
  const began = performance.now()
  await load.flood(requests)
  const spansPerSecond = (requests * spansPerRequest) / ((performance.now() - began) / 1000)
  const after = await ask('settle')
  const engine = cpuSeconds(after.enginePid) - engineBefore
  const jsonBefore = cpuSeconds(after.jsonEnginePid)
  const jsonDone = await ask('json')
  await ask('settle')
  const jsonEngine = cpuSeconds(after.jsonEnginePid) - jsonBefore
  const perSpan = (cpu: number, spans: number): number => (cpu * 1e6) / spans
  const spans = requests * spansPerRequest
  measured.push({
    node: perSpan(after.cpu - before.cpu, spans),
    engine: perSpan(engine, spans),
    jsonNode: perSpan(jsonDone.cpu - after.cpu, jsonSpans),
    jsonEngine: perSpan(jsonEngine, jsonSpans),
    spansPerSecond,
  })
}

await ask('forget')
const peak = median(measured.map(({ spansPerSecond }) => spansPerSecond))
const rate = Math.max(peak / 2 / spansPerRequest, 1)
note(`half of that: ${(rate * spansPerRequest).toFixed(0)} spans a second for ${seconds} s`)
const memory: { second: number; node: number; engine: number }[] = []
const began = performance.now()
const watch = setInterval(() => {
  const second = Math.round((performance.now() - began) / 1000)
  memory.push({ second, node: residentBytes(server.pid!), engine: residentBytes(first.enginePid) })
  const latest = memory.at(-1)!
  if (second % 60 === 0)
    note(`${second} s: ${inMegabytes(latest.node)} + ${inMegabytes(latest.engine)} MB`)
}, 1000)
const waited = (await load.steady(rate, seconds)).toSorted((a, b) => a - b)
clearInterval(watch)
await ask('settle')
await load.close()
server.send('end')
await once(server, 'exit')

const both = measured.map(({ node, engine }) => 1e6 / (node + engine))
const result = {
  spansPerRound: requests * spansPerRequest,
  rounds,
  spansPerCpuSecond: spread(both),
  microsecondsPerSpan: {
    node: spread(measured.map(({ node }) => node)),
    engine: spread(measured.map(({ engine }) => engine)),
    jsonNode: spread(measured.map(({ jsonNode }) => jsonNode)),
    jsonEngine: spread(measured.map(({ jsonEngine }) => jsonEngine)),
  },
  /** Both ways whole: from the bytes of a request to merged rows. */
  ratioToJson: spread(
    measured.map(
      ({ node, engine, jsonNode, jsonEngine }) => (jsonNode + jsonEngine) / (node + engine),
    ),
  ),
  /** The engine alone. */
  ratioOfEngines: spread(measured.map(({ engine, jsonEngine }) => jsonEngine / engine)),
  peakSpansPerSecond: peak,
  acknowledgementAtHalfPeak: { p50: quantile(waited, 0.5), p99: quantile(waited, 0.99) },
  memory: { node: memory.map(({ node }) => node), engine: memory.map(({ engine }) => engine) },
}
if (values.json) console.log(JSON.stringify(result))
else print(result)

interface Spread {
  median: number
  least: number
  most: number
}

function print(figures: typeof result): void {
  const row = (name: string, { median, least, most }: Spread, digits: number): string =>
    `  ${name.padEnd(34)}${median.toFixed(digits).padStart(9)}  ${least.toFixed(digits)} to ${most.toFixed(digits)}`
  const { microsecondsPerSpan: cost, acknowledgementAtHalfPeak: answer } = figures
  const nodeMemory = figures.memory.node.map(inMegabytes)
  const engineMemory = figures.memory.engine.map(inMegabytes)
  console.log(`${rounds} rounds of ${figures.spansPerRound} spans: median, spread`)
  console.log(row('spans per CPU-second, both', figures.spansPerCpuSecond, 0))
  console.log(row('us of CPU a span: server', cost.node, 2))
  console.log(row('us of CPU a span: engine', cost.engine, 2))
  console.log(row('us by JSONEachRow: decode, write', cost.jsonNode, 2))
  console.log(row('us by JSONEachRow: engine', cost.jsonEngine, 2))
  console.log(row('JSONEachRow / ours, whole', figures.ratioToJson, 2))
  console.log(row('JSONEachRow / ours, engine', figures.ratioOfEngines, 2))
  console.log(`  peak rate, spans a second         ${peak.toFixed(0).padStart(9)}`)
  console.log(
    `  acknowledged at half of it, ms    p50 ${answer.p50.toFixed(0)}, p99 ${answer.p99.toFixed(0)}`,
  )
  console.log(
    `  memory of the server, MB          ${Math.min(...nodeMemory)} to ${Math.max(...nodeMemory)}`,
  )
  console.log(
    `  memory of the engine, MB          ${Math.min(...engineMemory)} to ${Math.max(...engineMemory)}`,
  )
}

function spread(numbers: readonly number[]): Spread {
  return { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) }
}

function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  )
}

/** @param sorted ascending */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN
}

function inMegabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
