import type { Plain } from './otlp-proto.ts'

/** Fields of decoded messages, where an absent one has its default. */
export const list = (value: Plain['x'] | undefined): readonly Plain[] => (value ?? []) as Plain[]

export const integer = (value: Plain['x'] | undefined): bigint =>
  BigInt((value ?? 0) as string | number)

export const upTo = (most: number, value: Plain['x'] | undefined): number => {
  const number = (value ?? 0) as number
  return number >= 0 && number <= most ? number : 0
}

/** Hexadecimal, or '' where the bytes cannot be an identifier. */
export function id(value: Plain['x'] | undefined, width: number): string {
  const hex = Buffer.from((value ?? []) as Uint8Array).toString('hex')
  return hex.length !== width * 2 || /^0*$/.test(hex) ? '' : hex
}
