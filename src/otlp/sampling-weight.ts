/**
 * How many spans a span stands for: 1 / sampling probability. The `ot` member of the trace state carries the rejection
 * threshold `th`, up to 14 hex digits of a 56-bit fraction (OpenTelemetry specification, "TraceState: Probability
 * Sampling", th). Without a valid threshold: 1.
 */
export function samplingWeight(bytes: Uint8Array, offset: number, length: number): number {
  const end = offset + length
  let position = offset
  while (position < end) {
    while (position < end && isBlank(bytes[position]!)) position++
    let memberEnd = position
    while (memberEnd < end && bytes[memberEnd] !== comma) memberEnd++
    const isOt =
      memberEnd - position > 3 &&
      bytes[position] === letterO &&
      bytes[position + 1] === letterT &&
      bytes[position + 2] === equals
    if (isOt) return weightOfMember(bytes, position + 3, memberEnd)
    position = memberEnd + 1
  }
  return 1
}

function weightOfMember(bytes: Uint8Array, start: number, end: number): number {
  let position = start
  while (position < end) {
    let fieldEnd = position
    while (fieldEnd < end && bytes[fieldEnd] !== semicolon) fieldEnd++
    const isThreshold =
      bytes[position] === letterT &&
      bytes[position + 1] === letterH &&
      bytes[position + 2] === colon
    if (isThreshold) return weightOfThreshold(bytes, position + 3, fieldEnd)
    position = fieldEnd + 1
  }
  return 1
}

function weightOfThreshold(bytes: Uint8Array, start: number, end: number): number {
  let last = end
  while (last > start && isBlank(bytes[last - 1]!)) last--
  if (last === start || last - start > 14) return 1
  let rejected = 0
  let unit = 1
  for (let i = start; i < last; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) return 1
    unit /= 16
    rejected += digit * unit
  }
  return rejected < 1 ? 1 / (1 - rejected) : 2 ** 56
}

const isBlank = (byte: number): boolean => byte === space || byte === tab

/** Value of an ASCII hex digit of either case, or -1. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

const [tab, space, comma, colon, semicolon, equals] = [9, 32, 44, 58, 59, 61]
const [letterO, letterT, letterH] = [111, 116, 104]
