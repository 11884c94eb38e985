import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { OtlpEncoding } from '../src/otlp/decode-export.ts'
import type { Signal } from '../src/signal.ts'
import { signals } from '../src/signal.ts'
import type { Random } from '../src/stats/random.ts'
import { createRandom } from '../src/stats/random.ts'
import type { Corpus } from './corpus.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateProtobuf } from './mutate-protobuf.ts'

export interface Payload {
  readonly signal: Signal
  readonly encoding: OtlpEncoding
  readonly body: Uint8Array
  /** As it is sent over HTTP; undefined for most, which go to the reader alone. */
  readonly sent:
    | { readonly contentEncoding: string | undefined; readonly bytes: Uint8Array }
    | undefined
}

/** The mutated request with this number: the same one for the same seed, whatever was made before. */
export function payloadAt(corpus: Corpus, seed: number, index: number, overHttp: number): Payload {
  const random = createRandom(seed * 2 ** 32 + index)
  const signal = signals[random.integer(signals.length)]!
  const encoding = random.integer(3) === 0 ? 'json' : 'protobuf'
  const samples = corpus[signal][encoding]
  const sample = (): Uint8Array => samples[random.integer(samples.length)]!
  const mutate = encoding === 'json' ? mutateJson : mutateProtobuf
  let body = sample()
  for (let changes = random.integer(5); changes > 0; changes--) {
    body = mutate(body, sample(), random)
  }
  const sent = random.uniform() < overHttp ? compressed(body, sample(), random) : undefined
  return { signal, encoding, body, sent }
}

/** Half of what is compressed is damaged afterwards. */
function compressed(body: Uint8Array, other: Uint8Array, random: Random): Payload['sent'] {
  const contentEncoding = [undefined, 'gzip', 'zstd'][random.integer(3)]
  if (contentEncoding === undefined) return { contentEncoding, bytes: body }
  // now and then one that unfolds beyond the limit of the receiver
  const content = random.integer(100) === 0 ? Buffer.alloc(3_000_000, body) : body
  const bytes = contentEncoding === 'gzip' ? gzipSync(content) : zstdCompressSync(content)
  return {
    contentEncoding,
    bytes: random.integer(2) === 0 ? mutateBytes(bytes, other, random) : bytes,
  }
}
