/** Fields of protobuf messages, for the few small ones that are answered. */
export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.of(...varint(number * 8), ...varint(value))
}

export function bytesField(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(...varint(number * 8 + 2), ...varint(content.length)),
    content,
  ])
}

export const textField = (number: number, text: string): Uint8Array =>
  bytesField(number, Buffer.from(text))

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return [...bytes, rest]
}
