import type { ConformanceCase } from '../conformance-case.ts'
import { accepted } from '../http-checks.ts'
import type { Signal } from '../payloads.ts'
import type { FaultName } from '../reference/faults.ts'
import { postMessage, sending } from '../requests.ts'
import type { Section } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'

/** Data that every server must take. */
export type DataRow = readonly [
  name: string,
  sends: string,
  section: Section,
  fault: FaultName,
  Signal,
  () => Message,
]

/** A value of every kind: common.proto, AnyValue. */
export const values: readonly Message[] = [
  { stringValue: '' },
  { boolValue: false },
  { intValue: '-1' },
  { doubleValue: 0.5 },
  { bytesValue: 'AAEC' },
  { arrayValue: {} },
  { kvlistValue: {} },
]
export const everyKind = (name: string): readonly Message[] =>
  values.map((value, i) => ({ key: `${name}.${i}`, value }))

/** Each row in both encodings. */
export const dataCasesOf = (rows: readonly DataRow[]): readonly ConformanceCase[] =>
  rows.flatMap(([name, sends, section, fault, signal, message]) =>
    (['protobuf', 'json'] as const).map((encoding): ConformanceCase => ({
      id: `data/${name}-${encoding}`,
      level: name === 'log-invalid-ids' ? 'SHOULD' : 'MUST',
      section,
      sends: `${sends}, in ${encoding}`,
      expects: '200, nothing rejected',
      ...(encoding === 'json' ? { needs: ['json'] } : {}),
      fault,
      run: sending(() => postMessage(signal, encoding, message()), accepted(signal, encoding)),
    })),
  )
