/** Finds things in messages, for the faults. */
import { readFields } from '../wire/protobuf-reader.ts'
import type { WireField } from '../wire/protobuf-reader.ts'

/** Whether any field at any depth is such. */
export function some(value: unknown, test: (key: string, value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, content]) => test(key, content) || some(content, test))
}

export const hasKey = (value: unknown, ...keys: readonly string[]): boolean =>
  some(value, (key) => keys.includes(key))

/** All values of a key, at any depth. */
export function valuesOf(value: unknown, wanted: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, content]) => [
    ...(key === wanted ? [content] : []),
    ...valuesOf(content, wanted),
  ])
}

/** The objects in the lists of a key, at any depth. */
export function itemsOf(value: unknown, wanted: string): Record<string, unknown>[] {
  return valuesOf(value, wanted).flatMap((list) =>
    Array.isArray(list) ? (list as Record<string, unknown>[]) : [],
  )
}

export const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

/** The fields of the messages at a path of field numbers; none where the bytes are no message. */
export function wireAt(body: Buffer, path: readonly number[]): WireField[][] {
  try {
    let messages = [readFields(body)]
    for (const number of path) {
      const wanted = messages.flat().filter((field) => field.number === number)
      messages = wanted.map(({ bytes }) => readFields(bytes))
    }
    return messages
  } catch {
    return []
  }
}
