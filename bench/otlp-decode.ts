/**
 * How fast OTLP spans with 20 attributes become columns and a Native block, beside a generated decoder that makes an
 * object of every span and stops there, and beside `JSON.parse` of the same spans as OTLP/JSON.
 *
 *   node bench/otlp-decode.ts [--spans 100000] [--rounds 7] [--seed 1] [--json]
 *
 * A round runs every way once; figures are the median of the rounds (lowest..highest) after one that warms up.
 */
import { parseArgs } from 'node:util'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { decodeMessage, requestTypes } from '../src/otlp/testing/otlp-proto.ts'
import { shopRequest } from '../src/otlp/testing/shop-spans.ts'
import { toJson } from '../src/otlp/testing/to-json.ts'
import { createRandom } from '../src/stats/random.ts'
import { encodeNative } from '../src/store/native/encode-native.ts'
import { initialLayout } from '../src/store/tables/table-layout.ts'

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('node bench/otlp-decode.ts [--spans 100000] [--rounds 7] [--seed 1] [--json]')
  process.exit(0)
}

const perRequest = 512
const random = createRandom(Number(values.seed))
const requests = Array.from({ length: Math.ceil(Number(values.spans) / perRequest) }, (_, i) =>
  shopRequest(perRequest, () => random.uniform(), i * perRequest),
)
const texts = requests.map((request) =>
  Buffer.from(toJson(decodeMessage(requestTypes.traces, request))),
)
const spans = requests.length * perRequest
const batch = new ColumnBatch('traces')
const layout = initialLayout('traces')
const commitBytes = 8 * 2 ** 20

function toNative(encoding: 'protobuf' | 'json', bodies: readonly Uint8Array[]): void {
  for (const body of bodies) {
    decodeExport('traces', encoding, body, batch)
    if (batch.byteSize <= commitBytes) continue
    encodeNative(batch, layout)
    batch.clear()
  }
  encodeNative(batch, layout)
  batch.clear()
}

const ways = {
  'OTLP to columns': () => {
    for (const request of requests) {
      decodeExport('traces', 'protobuf', request, batch)
      if (batch.byteSize > commitBytes) batch.clear()
    }
    batch.clear()
  },
  'OTLP to Native': () => toNative('protobuf', requests),
  'OTLP to objects (protobufjs)': () => {
    for (const request of requests) requestTypes.traces.decode(request)
  },
  'OTLP/JSON to objects (JSON.parse)': () => {
    for (const text of texts) JSON.parse(text.toString())
  },
  'OTLP/JSON to Native': () => toNative('json', texts),
}
type Way = keyof typeof ways
const names = Object.keys(ways) as Way[]

/** Spans per second of CPU time of the whole process, by round. */
const speeds = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
  Way,
  number[]
>
for (let round = -1; round < Number(values.rounds); round++) {
  for (const name of names) {
    const before = process.cpuUsage()
    ways[name]()
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) speeds[name].push(spans / ((user + system) / 1e6))
  }
}

interface Spread {
  median: number
  least: number
  most: number
}

function spread(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b)
  return { median: sorted[sorted.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)! }
}

/** Round by round, so that what slows the machine down for a while slows both. */
const ratioTo = (other: Way): Spread =>
  spread(speeds['OTLP to Native'].map((speed, round) => speed / speeds[other][round]!))

const ratios = {
  'Native / protobufjs': ratioTo('OTLP to objects (protobufjs)'),
  'Native / JSON.parse': ratioTo('OTLP/JSON to objects (JSON.parse)'),
}
const bytesOf = (bodies: readonly Uint8Array[]): number =>
  bodies.reduce((sum, { length }) => sum + length, 0) / spans

const spansPerCpuSecond = Object.fromEntries(names.map((name) => [name, spread(speeds[name])]))
const bytesPerSpan = { protobuf: bytesOf(requests), json: bytesOf(texts) }
if (values.json) console.log(JSON.stringify({ spans, bytesPerSpan, spansPerCpuSecond, ratios }))
else {
  const line = (name: string, { median, least, most }: Spread, unit: number, digits: number) => {
    const text = (value: number): string => (value / unit).toFixed(digits)
    console.log(
      `  ${name.padEnd(34)} ${text(median).padStart(6)}   (${text(least)}..${text(most)})`,
    )
  }
  const { protobuf, json } = bytesPerSpan
  console.log(
    `${spans} spans, ${protobuf.toFixed(0)} bytes each, ${json.toFixed(0)} as JSON; thousand spans per CPU-second:`,
  )
  for (const [name, figures] of Object.entries(spansPerCpuSecond)) line(name, figures, 1000, 0)
  console.log('ratios:')
  for (const [name, figures] of Object.entries(ratios)) line(name, figures, 1, 2)
}
