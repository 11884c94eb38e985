/**
 * What the guard costs between the decoder and the block: microseconds a span of 20 attributes, with it and without it,
 * where nothing is secret and where one span in a hundred carries a password in its URL.
 *
 *   node bench/redaction.ts [--spans 100000] [--rounds 8] [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { shopRequest } from '../src/otlp/testing/shop-spans.ts'
import { createRandom } from '../src/stats/random.ts'
import { Guard } from '../src/store/guard/guard.ts'

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('node bench/redaction.ts [--spans 100000] [--rounds 8] [--seed 1] [--json]')
  process.exit(0)
}

const perRequest = 500
const random = createRandom(Number(values.seed))
const clean = Array.from({ length: Math.ceil(Number(values.spans) / perRequest) }, () =>
  shopRequest(perRequest, () => random.uniform()),
)
const spans = clean.length * perRequest
const secret = clean.map((request) => withSecrets(Buffer.from(request)))
const commitBytes = 8 * 2 ** 20
const batch = new ColumnBatch('traces')
const guard = new Guard()

function run(requests: readonly Uint8Array[], isGuarded: boolean): void {
  for (const request of requests) {
    const mark = batch.mark()
    decodeExport('traces', 'protobuf', request, batch)
    if (isGuarded) guard.check(batch, mark)
    if (batch.byteSize > commitBytes) batch.clear()
  }
  batch.clear()
}

const ways = {
  'nothing secret, no guard': () => run(clean, false),
  'nothing secret, guard': () => run(clean, true),
  'one in a hundred, no guard': () => run(secret, false),
  'one in a hundred, guard': () => run(secret, true),
}
type Way = keyof typeof ways
const rounds: Record<Way, number[]> = {
  'nothing secret, no guard': [],
  'nothing secret, guard': [],
  'one in a hundred, no guard': [],
  'one in a hundred, guard': [],
}
for (let round = 0; round < Number(values.rounds) + 2; round++) {
  for (const [way, work] of Object.entries(ways) as [Way, () => void][]) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    if (round >= 2) rounds[way].push((user + system) / spans)
  }
}

const figures = Object.fromEntries(
  Object.entries(rounds).map(([way, times]) => {
    const sorted = times.toSorted((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)]!
    return [way, { median, least: sorted[0]!, most: sorted.at(-1)! }]
  }),
) as Record<Way, { median: number; least: number; most: number }>
const cost = (kind: 'nothing secret' | 'one in a hundred'): { added: number; ratio: number } => {
  const without = figures[`${kind}, no guard`].least
  const guarded = figures[`${kind}, guard`].least
  return { added: guarded - without, ratio: guarded / without }
}
const result = {
  spans,
  bytesPerSpan: clean.reduce((sum, { length }) => sum + length, 0) / spans,
  microsecondsPerSpan: figures,
  nothingSecret: cost('nothing secret'),
  oneInAHundred: cost('one in a hundred'),
  redacted: guard.health().redacted,
}

if (values.json) console.log(JSON.stringify(result))
else {
  console.log(`${spans} spans of ${result.bytesPerSpan.toFixed(0)} bytes; CPU microseconds a span`)
  console.log('                              median   least    most')
  for (const [way, { median, least, most }] of Object.entries(figures)) {
    const cells = [median, least, most].map((value) => value.toFixed(3).padStart(8))
    console.log(`  ${way.padEnd(26)}${cells.join('')}`)
  }
  for (const kind of ['nothing secret', 'one in a hundred'] as const) {
    const { added, ratio } = cost(kind)
    console.log(`  ${kind}: the guard adds ${added.toFixed(3)}, ratio ${ratio.toFixed(2)}`)
  }
}

/** Writes a query over a part of some paths, of the same length, so that the request stays well-formed. */
function withSecrets(request: Buffer): Buffer {
  const path = Buffer.from('/api/v1/payments/')
  const query = Buffer.from('/api?token=abcdef')
  let seen = 0
  for (let at = request.indexOf(path); at >= 0; at = request.indexOf(path, at + 1)) {
    if (++seen % 60 === 0) query.copy(request, at)
  }
  return request
}
