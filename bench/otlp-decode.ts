/**
 * How fast OTLP spans with 20 attributes become columns and a Native block, beside a generated decoder that makes an
 * object of every span and stops there.
 *
 *   node bench/otlp-decode.ts [--spans 100000] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { requestTypes } from '../src/otlp/testing/otlp-proto.ts'
import { shopRequest } from '../src/otlp/testing/shop-spans.ts'
import { createRandom } from '../src/stats/random.ts'
import { encodeNative } from '../src/store/native/encode-native.ts'
import { initialLayout } from '../src/store/tables/table-layout.ts'

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const perRequest = 512
const random = createRandom(Number(values.seed))
const requests = Array.from({ length: Math.ceil(Number(values.spans) / perRequest) }, () =>
  shopRequest(perRequest, () => random.uniform()),
)
const spans = requests.length * perRequest
const batch = new ColumnBatch('traces')
const layout = initialLayout('traces')
const commitBytes = 8 * 2 ** 20

const ways = {
  decode: () => {
    for (const request of requests) {
      decodeExport('traces', 'protobuf', request, batch)
      if (batch.byteSize > commitBytes) batch.clear()
    }
    batch.clear()
  },
  decodeAndEncode: () => {
    for (const request of requests) {
      decodeExport('traces', 'protobuf', request, batch)
      if (batch.byteSize <= commitBytes) continue
      encodeNative(batch, layout)
      batch.clear()
    }
    encodeNative(batch, layout)
    batch.clear()
  },
  protobufjs: () => {
    for (const request of requests) requestTypes.traces.decode(request)
  },
}

/** Spans per second of CPU time of the whole process: the best of the rounds, of which the first warm up. */
const speed = Object.fromEntries(Object.keys(ways).map((name) => [name, 0])) as Record<
  keyof typeof ways,
  number
>
for (let round = 0; round < 6; round++) {
  for (const [name, run] of Object.entries(ways) as [keyof typeof ways, () => void][]) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    speed[name] = Math.max(speed[name], spans / ((user + system) / 1e6))
  }
}

const bytesPerSpan = requests.reduce((sum, { length }) => sum + length, 0) / spans
const ratio = speed.decodeAndEncode / speed.protobufjs
if (values.json)
  console.log(JSON.stringify({ spans, bytesPerSpan, spansPerCpuSecond: speed, ratio }))
else {
  const thousands = (value: number): string => `${(value / 1000).toFixed(0).padStart(5)} k`
  console.log(`${spans} spans, ${bytesPerSpan.toFixed(0)} bytes each; spans per CPU-second:`)
  console.log(`  OTLP to columns           ${thousands(speed.decode)}`)
  console.log(`  OTLP to Native            ${thousands(speed.decodeAndEncode)}`)
  console.log(`  OTLP to objects (protobufjs) ${thousands(speed.protobufjs).trimStart()}`)
  console.log(`  Native / protobufjs       ${ratio.toFixed(2)}`)
}
