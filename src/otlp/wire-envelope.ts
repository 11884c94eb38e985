import type { ColumnBatch } from './column-batch.ts'
import type { Interner } from './interner.ts'
import type { AttributeSet } from './attribute-set.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireValue } from './wire-values.ts'

/** Reads one span, log record or metric, which ends at `end`. */
export type WireRecordReader = (reader: WireReader, end: number) => void

/**
 * Reads an export request. The three signals share its shape: the request has resource groups (1); a group has a resource
 * (1), scope groups (2) and a schema URL (3); a scope group has a scope (1), records (2) and a schema URL (3). A resource
 * may come after its records, or in pieces, so a group is walked twice.
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
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) {
      const fieldEnd = reader.end(end)
      while (reader.position < fieldEnd) {
        const inner = reader.tag()
        if (inner === 0x0a) readAttribute(reader, fieldEnd, contexts.resource, value)
        else if (inner === 0x10) contexts.resourceDropped = reader.uint32()
        else reader.skip(inner, fieldEnd)
      }
      reader.finish(fieldEnd)
    } else if (tag === 0x1a) contexts.resourceSchemaUrl = readWord(reader, end, batch.words)
    else reader.skip(tag, end)
  }
  reader.finish(end)
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
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) readScope(reader, reader.end(end), batch, value)
    else if (tag === 0x1a) contexts.scopeSchemaUrl = readWord(reader, end, batch.words)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  reader.position = start
  let opened = false
  eachField(reader, end, 0x12, (fieldEnd) => {
    if (!opened) batch.openContext()
    opened = true
    readRecord(reader, fieldEnd)
  })
}

/** InstrumentationScope: name = 1, version = 2, attributes = 3, dropped attributes = 4. */
function readScope(reader: WireReader, end: number, batch: ColumnBatch, value: WireValue): void {
  const { contexts, words } = batch
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) contexts.scopeName = readWord(reader, end, words)
    else if (tag === 0x12) contexts.scopeVersion = readWord(reader, end, words)
    else if (tag === 0x1a) readAttribute(reader, end, contexts.scope, value)
    else if (tag === 0x20) contexts.scopeDropped = reader.uint32()
    else reader.skip(tag, end)
  }
  reader.finish(end)
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

function readAttribute(
  reader: WireReader,
  limit: number,
  to: AttributeSet,
  value: WireValue,
): void {
  value.readKeyValue(reader, reader.end(limit))
  to.add(value.key, value.type, value.low, value.high)
}

/** Reads a string of few distinct values. */
export function readWord(reader: WireReader, limit: number, words: Interner): number {
  const end = reader.end(limit)
  const id = words.intern(reader.position, end - reader.position)
  reader.position = end
  return id
}
