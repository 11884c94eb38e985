import { createHash } from 'node:crypto'
import type { Signal } from '../../signal.ts'

/** What a request is known by: 128 bits of the SHA-256 of its signal and its bytes, as 32 hexadecimal digits. */
export function requestKey(signal: Signal, body: Uint8Array): string {
  return createHash('sha256').update(`${signal}\0`).update(body).digest('hex').slice(0, 32)
}

export const isRequestKey = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{32}$/.test(text)
