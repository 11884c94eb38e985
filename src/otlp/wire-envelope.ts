import type { ColumnBatch } from './column-batch.ts'
import type { Interner } from './interner.ts'
import type { AttributeSet } from './attribute-set.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireValue } from './wire-values.ts'

/** Reads one span, log record or metric, which ends at `end`. */
export type WireRecordReader = (reader: WireReader, end: number) => void

/**
 * Reads an export request. The three signals share its shape: the request has resource groups (1), a group has a resource
 * (1) and scope groups (2), a scope group has a scope (1) and records (2). A resource may come after its records, or in
 * pieces, so a group is walked twice.
 */
export function readEnvelope(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  value: WireValue,
  readRecord: WireRecordReader,
): void {
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) readResourceGroup(reader, reader.end(end), batch, value, readRecord)
    else reader.skip(tag, end)
  }
  reader.finish(end)
}

function readResourceGroup(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  value: WireValue,
  readRecord: WireRecordReader,
): void {
  const { contexts } = batch
  const start = reader.position
  contexts.beginResource()
  eachField(reader, end, 0x0a, (fieldEnd) => {
    readAttributes(reader, fieldEnd, 0x0a, contexts.resource, value)
  })
  reader.position = start
  eachField(reader, end, 0x12, (fieldEnd) => {
    readScopeGroup(reader, fieldEnd, batch, value, readRecord)
  })
}

function readScopeGroup(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  value: WireValue,
  readRecord: WireRecordReader,
): void {
  const { contexts } = batch
  const start = reader.position
  contexts.beginScope()
  eachField(reader, end, 0x0a, (fieldEnd) => {
    const scopeStart = reader.position
    readAttributes(reader, fieldEnd, 0x1a, contexts.scope, value)
    reader.position = scopeStart
    while (reader.position < fieldEnd) {
      const tag = reader.tag()
      if (tag === 0x0a) contexts.scopeName = readWord(reader, fieldEnd, batch.words)
      else if (tag === 0x12) contexts.scopeVersion = readWord(reader, fieldEnd, batch.words)
      else reader.skip(tag, fieldEnd)
    }
  })
  reader.position = start
  let opened = false
  eachField(reader, end, 0x12, (fieldEnd) => {
    if (!opened) contexts.open()
    opened = true
    readRecord(reader, fieldEnd)
  })
}

/** Calls `read` at the content of every field with this tag and passes over the others. */
function eachField(
  reader: WireReader,
  end: number,
  wanted: number,
  read: (fieldEnd: number) => void,
): void {
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === wanted) read(reader.end(end))
    else reader.skip(tag, end)
  }
  reader.finish(end)
}

function readAttributes(
  reader: WireReader,
  end: number,
  attributesTag: number,
  to: AttributeSet,
  value: WireValue,
): void {
  eachField(reader, end, attributesTag, (fieldEnd) => {
    value.readKeyValue(reader, fieldEnd)
    to.add(value.key, value.type, value.low, value.high)
  })
}

/** Reads a string of few distinct values. */
export function readWord(reader: WireReader, limit: number, words: Interner): number {
  const end = reader.end(limit)
  const id = words.intern(reader.position, end - reader.position)
  reader.position = end
  return id
}
