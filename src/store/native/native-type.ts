/** A type of the engine, as far as answers in the format `Native` are read. */
export interface NativeType {
  kind: 'number' | 'string' | 'fixed-string' | 'enum'
  /** Bytes of a value that has a fixed size. */
  width: number
  numbers: NumberArray
  isNullable: boolean
  isLowCardinality: boolean
  /** Of an enum: names by number. */
  names: ReadonlyMap<number, string>
}

export type NumberArray =
  | Uint8ArrayConstructor
  | Int8ArrayConstructor
  | Uint16ArrayConstructor
  | Int16ArrayConstructor
  | Uint32ArrayConstructor
  | Int32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | BigUint64ArrayConstructor
  | BigInt64ArrayConstructor

const numberTypes: Readonly<Record<string, NumberArray>> = {
  Bool: Uint8Array,
  Nothing: Uint8Array,
  UInt8: Uint8Array,
  Int8: Int8Array,
  Enum8: Int8Array,
  UInt16: Uint16Array,
  Int16: Int16Array,
  Enum16: Int16Array,
  Date: Uint16Array,
  UInt32: Uint32Array,
  Int32: Int32Array,
  DateTime: Uint32Array,
  Date32: Int32Array,
  UInt64: BigUint64Array,
  Int64: BigInt64Array,
  DateTime64: BigInt64Array,
  Float32: Float32Array,
  Float64: Float64Array,
}

/** @throws TypeError for a type that is not read */
export function parseNativeType(text: string): NativeType {
  let inner = text
  const peel = (wrapper: string): boolean => {
    if (!inner.startsWith(`${wrapper}(`) || !inner.endsWith(')')) return false
    inner = inner.slice(wrapper.length + 1, -1)
    return true
  }
  const isLowCardinality = peel('LowCardinality')
  const isNullable = peel('Nullable')
  const name = /^[A-Za-z0-9]+/.exec(inner)?.[0] ?? ''
  const numbers = numberTypes[name]
  const common = { isNullable, isLowCardinality, names: new Map<number, string>() }
  if (name === 'String') return { ...common, kind: 'string', width: 0, numbers: Uint8Array }
  if (name === 'FixedString') {
    const width = Number(/\d+(?=\)$)/.exec(inner)?.[0])
    return { ...common, kind: 'fixed-string', width, numbers: Uint8Array }
  }
  if (numbers === undefined || isLowCardinality) {
    throw new TypeError(`A column of type ${text} cannot be read in the format Native.`)
  }
  const width = numbers.BYTES_PER_ELEMENT
  if (!name.startsWith('Enum')) return { ...common, kind: 'number', width, numbers }
  return { ...common, kind: 'enum', width, numbers, names: enumNames(inner) }
}

function enumNames(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const [, name, number] of text.matchAll(/'((?:[^'\\]|\\.)*)' = (-?\d+)/g)) {
    names.set(
      Number(number),
      name!.replace(/\\(.)/g, (_, mark: string) => escapes[mark] ?? mark),
    )
  }
  return names
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
}
