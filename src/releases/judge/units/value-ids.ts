import type { AttributeType } from '../../../store/attribute-keys.ts'

export type AttributeValue = string | boolean

/** Numbers values in the order in which they are met: a cell is 4 bytes wherever a text repeats. 0 is "absent". */
export class ValueIds {
  readonly values: (AttributeValue | null)[] = [null]
  readonly #ids = new Map<AttributeValue, number>()

  idOf(value: AttributeValue | null): number {
    if (value === null) return 0
    let id = this.#ids.get(value)
    if (id === undefined) {
      id = this.values.length
      this.#ids.set(value, id)
      this.values.push(value)
    }
    return id
  }

  /** Of two ids that of the lesser value, as `min` of the engine says: bytes decide, and what is absent never wins. */
  least(a: number, b: number): number {
    if (a === b || b === 0) return a
    if (a === 0) return b
    return isLess(this.values[a]!, this.values[b]!) ? a : b
  }
}

function isLess(a: AttributeValue, b: AttributeValue): boolean {
  if (typeof a === 'string' && typeof b === 'string')
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
  return Number(a) < Number(b)
}

/** Numbers are kept as they are, everything else by id. */
export const isNumeric = (type: AttributeType): boolean => type === 'int' || type === 'double'
