import * as fc from 'fast-check'
import type { OtlpEncoding } from '../src/otlp/decode-export.ts'
import { arbitraryMessage } from '../src/otlp/testing/arbitrary-message.ts'
import type { Plain } from '../src/otlp/testing/otlp-proto.ts'
import { decodeMessage, encodeMessage, requestTypes } from '../src/otlp/testing/otlp-proto.ts'
import { shopMessage } from '../src/otlp/testing/shop-spans.ts'
import { toJson } from '../src/otlp/testing/to-json.ts'
import type { Signal } from '../src/signal.ts'
import { signals } from '../src/signal.ts'
import { createRandom } from '../src/stats/random.ts'

/** Valid requests from which mutated ones are made, by signal and encoding. */
export type Corpus = Readonly<Record<Signal, Readonly<Record<OtlpEncoding, readonly Uint8Array[]>>>>

/** Messages with every field of OTLP, and such as a shop sends. The same seed gives the same ones. */
export function makeCorpus(seed: number): Corpus {
  const entries = signals.map((signal) => {
    const type = requestTypes[signal]
    const messages: Plain[] = fc
      .sample(arbitraryMessage(type), { seed, numRuns: 150 })
      .filter((message) => Object.keys(message).length > 0)
    const random = createRandom(seed)
    if (signal === 'traces') messages.push(shopMessage(5, () => random.uniform()))
    const protobuf = messages
      .map((message) => encodeMessage(type, message))
      .filter(({ length }) => length > 0 && length < 6000)
    const json = protobuf.map((bytes) => Buffer.from(toJson(decodeMessage(type, bytes))))
    return [signal, { protobuf, json }] as const
  })
  return Object.fromEntries(entries) as unknown as Corpus
}
