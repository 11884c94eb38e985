import type { OtlpEncoding } from '../src/otlp/decode-export.ts'
import type { ColumnBatch } from '../src/otlp/column-batch.ts'

/** Failures that can be planted, to see that they are found. */
export const faults = ['crash', 'hang', 'leak', 'rollback', 'answer'] as const
export type Fault = (typeof faults)[number]

/** One payload in so many has the fault. */
const rates: Readonly<Record<Fault, number>> = {
  crash: 500,
  hang: 4000,
  leak: 1,
  rollback: 500,
  answer: 500,
}

/** Plants a fault into the reading of some payloads. */
export class Planted {
  readonly #fault: Fault | undefined
  readonly #leaked: number[][] = []
  readonly #count: () => void

  /** @param count called for each fault that is planted */
  constructor(fault: Fault | undefined, count: () => void) {
    this.#fault = fault
    this.#count = count
  }

  before(index: number): void {
    if (!this.#isDue('crash', index)) {
      if (this.#isDue('hang', index)) for (;;) Math.random()
      if (this.#isDue('leak', index)) this.#leaked.push(Array.from({ length: 3000 }, () => index))
      return
    }
    throw new TypeError('planted')
  }

  afterRefusal(index: number, batch: ColumnBatch): void {
    if (this.#isDue('rollback', index)) batch.arena.appendText('x')
  }

  answer(index: number, body: Uint8Array, encoding: OtlpEncoding): Uint8Array {
    if (!this.#isDue('answer', index)) return body
    return encoding === 'json' ? Buffer.from('{"code":') : Uint8Array.of(0x0a, 0x7f, ...body)
  }

  #isDue(fault: Fault, index: number): boolean {
    if (this.#fault !== fault || index % rates[fault] !== 0) return false
    this.#count()
    return true
  }
}
