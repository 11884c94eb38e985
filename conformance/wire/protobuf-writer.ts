/** Fields of protobuf messages as bytes (protobuf.dev, "Encoding"), well-formed or not. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 }

export function varint(value: number | bigint): Buffer {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...out, Number(rest)])
}

export const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType)

export const varintField = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([tag(field, wireTypes.varint), varint(value)])

export const bytesField = (field: number, content: Uint8Array | string): Buffer => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return Buffer.concat([tag(field, wireTypes.bytes), varint(bytes.length), bytes])
}

export function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return Buffer.concat([tag(field, wireTypes.fixed64), bytes])
}

export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([tag(field, wireTypes.fixed64), bytes])
}

export function fixed32Field(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return Buffer.concat([tag(field, wireTypes.fixed32), bytes])
}
