import type { Store } from '../store/store.ts'
import type { AdmissionRules } from './admission.ts'
import { ByteBudget } from './otlp-body.ts'
import type { BodyLimits } from './otlp-body.ts'

/** What the receivers of OTLP, over HTTP and over gRPC, need. */
export interface OtlpOptions {
  ingest: Store['ingest']
  /** Who may send; left out, everybody. */
  rules?: AdmissionRules
  /** Of one request after decompression; 64 MiB, the limit that the specification recommends. */
  maxBodyBytes?: number
  /** Memory of all requests being received; 256 MiB. Receivers that are given the same one share it. */
  budget?: ByteBudget
  /** How long a request may take to arrive, in ms; 30 s. */
  bodyTimeout?: number
  /** Called with what is not the sender's fault. */
  onError?: (error: unknown) => void
}

export const defaultReceivingBytes = 256 * 2 ** 20

export function limitsOf(options: OtlpOptions): BodyLimits {
  return {
    maxBytes: options.maxBodyBytes ?? 64 * 2 ** 20,
    timeout: options.bodyTimeout ?? 30_000,
    budget: options.budget ?? new ByteBudget(defaultReceivingBytes),
  }
}
