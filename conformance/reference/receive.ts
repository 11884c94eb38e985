import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Encoding, Signal } from '../payloads.ts'
import { requestTypes } from '../payloads.ts'
import { decodeMessage } from '../wire/decode-message.ts'
import type { Message } from '../wire/encode-message.ts'
import { readJson } from '../wire/read-json.ts'
import type { Fault, Memory, Outcome, Seen, Settings } from './fault.ts'
import { badData, ok, tooLarge, unsupported } from './fault.ts'
import { itemsOf } from './look-into.ts'

/** Where a request goes wrong: the outcome says how. */
export class Ends extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.message)
    this.outcome = outcome
  }
}

/**
 * What becomes of a request that arrived whole: decompressed, decoded, looked at. It is not kept.
 * @param coding of the body; '' where it is plain
 */
export async function receive(
  seen: Seen,
  coding: string,
  settings: Settings,
  fault: Fault,
  memory: Memory,
): Promise<Outcome> {
  memory.active++
  let outcome: Outcome
  try {
    outcome =
      (await fault.onArrival?.(seen, memory)) ?? takeMessage(seen, coding, settings, fault, memory)
  } catch (error) {
    if (!(error instanceof Ends)) throw error
    outcome = error.outcome
  } finally {
    memory.active--
  }
  return fault.onOutcome?.(outcome, seen, memory) ?? outcome
}

function takeMessage(
  seen: Seen,
  coding: string,
  settings: Settings,
  fault: Fault,
  memory: Memory,
): Outcome {
  const { signal, encoding } = seen
  if (signal === undefined || encoding === undefined) return ok
  try {
    seen.body = unfold(seen.raw, coding, settings)
    const { json, message } = decoded(seen.body, signal, encoding)
    seen.json = json
    seen.message = message
  } catch (error) {
    if (error instanceof Ends && error.outcome.status !== 400) throw error
    if (!settings.checksData) return ok
    if (error instanceof Ends) throw error
    const reason = error instanceof Error ? error.message : String(error)
    return badData(`The request is not valid OTLP: ${reason}.`)
  }
  return fault.onMessage?.(seen, memory) ?? judged(seen.message)
}

function unfold(raw: Buffer, coding: string, { limit, checksCoding }: Settings): Buffer {
  if (raw.length > limit) throw new Ends(tooLarge)
  const options = { maxOutputLength: limit }
  try {
    switch (coding.toLowerCase()) {
      case '':
      case 'identity':
        return raw
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(raw, options)
      case 'zstd':
        return zstdDecompressSync(raw, options)
      default:
        if (!checksCoding) return raw
    }
  } catch (error) {
    const isLong =
      error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw new Ends(isLong ? tooLarge : badData('The body cannot be decompressed.'))
  }
  throw new Ends(unsupported('This coding is not supported.'))
}

function decoded(
  body: Buffer,
  signal: Signal,
  encoding: Encoding,
): { json: unknown; message: Message } {
  if (encoding === 'json') {
    const json: unknown = JSON.parse(body.toString())
    return { json, message: readJson(requestTypes[signal], json) }
  }
  const message = decodeMessage(requestTypes[signal], body)
  return { json: message, message }
}

/** Spans whose ids are invalid are rejected: trace.proto, Span. */
function judged(message: Message): Outcome {
  const isInvalid = (id: unknown, length: number): boolean =>
    typeof id !== 'string' || id.length !== length || /^0*$/.test(id)
  const rejected = itemsOf(message, 'spans').filter(
    ({ traceId, spanId }) => isInvalid(traceId, 32) || isInvalid(spanId, 16),
  ).length
  if (rejected === 0) return ok
  return { ...ok, partial: { rejected, message: `${rejected} spans have invalid ids.` } }
}
