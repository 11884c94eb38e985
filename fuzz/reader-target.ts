import { AftergreenError } from '../src/errors.ts'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import type { DecodeOutcome } from '../src/otlp/decode-export.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { exportResponse, statusResponse } from '../src/otlp/export-response.ts'
import { refusalOf } from '../src/server/otlp-refusal.ts'
import type { Signal } from '../src/signal.ts'
import { encodeNative } from '../src/store/native/encode-native.ts'
import { initialLayout } from '../src/store/tables/table-layout.ts'
import { answerProblem } from './check-answer.ts'
import type { Planted } from './faults.ts'
import type { Payload } from './payload.ts'
import { Failure } from './report.ts'

const now = 1_700_000_000_000
const layouts = {
  traces: initialLayout('traces'),
  logs: initialLayout('logs'),
  metrics: initialLayout('metrics'),
}

/** Reads payloads into batches as the store does, makes Native blocks of them, and checks what is left after a refusal. */
export class ReaderTarget {
  readonly #batches: Readonly<Record<Signal, ColumnBatch>> = {
    traces: new ColumnBatch('traces'),
    logs: new ColumnBatch('logs'),
    metrics: new ColumnBatch('metrics'),
  }
  readonly #planted: Planted

  constructor(planted: Planted) {
    this.#planted = planted
  }

  /**
   * @returns what became of the payload, in a word
   * @throws Failure, and whatever the reader throws that is not for the sender
   */
  read(index: number, { signal, encoding, body }: Payload): string {
    const batch = this.#batches[signal]
    const mark = batch.mark()
    const size = batch.byteSize
    // what is in the batch must not change either; too slow to look at every time
    const block = index % 64 === 0 ? encodeNative(batch, layouts[signal]).bytes : undefined
    let outcome: DecodeOutcome
    try {
      this.#planted.before(index)
      outcome = decodeExport(signal, encoding, body, batch, now)
    } catch (error) {
      if (!(error instanceof AftergreenError)) throw error
      this.#planted.afterRefusal(index, batch)
      const isSame =
        batch.byteSize === size && JSON.stringify(batch.mark()) === JSON.stringify(mark)
      const after = block && encodeNative(batch, layouts[signal]).bytes
      if (!isSame || (block && Buffer.compare(block, after!) !== 0)) {
        batch.clear()
        throw new Failure('rollback', 'the batch is not as it was before the refused request')
      }
      const { code, message, retrySeconds } = refusalOf(error)
      this.#checkAnswer(index, error.httpStatus, encoding, () =>
        statusResponse(encoding, code, message, retrySeconds),
      )
      return error.code
    }
    if (batch.rows !== mark.rows + outcome.accepted) {
      batch.clear()
      throw new Failure('rollback', 'another number of rows was added than was accepted')
    }
    if (batch.rows > 200 || batch.byteSize > 2 ** 20 || index % 16 === 0) {
      encodeNative(batch, layouts[signal])
      batch.clear()
    }
    this.#checkAnswer(index, 200, encoding, () => exportResponse(signal, encoding, outcome))
    return outcome.rejected > 0 ? 'partly accepted' : outcome.accepted > 0 ? 'accepted' : 'empty'
  }

  #checkAnswer(
    index: number,
    status: number,
    encoding: Payload['encoding'],
    make: () => Uint8Array,
  ): void {
    const body = this.#planted.answer(index, make(), encoding)
    const problem = answerProblem(status, encoding, body)
    if (problem !== undefined) throw new Failure('answer', problem)
  }
}
