import { attributeTypes } from '../../otlp/attribute-type.ts'
import { attributeMapColumn, promotedType, promotedTypes } from '../tables/attribute-columns.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { TableLayout } from '../tables/table-layout.ts'

/** A column as a block names it. */
export interface BlockColumn {
  readonly name: string
  readonly type: string
}

/** A column for the values of one attribute key. */
export interface PromotedBlockColumn extends BlockColumn {
  readonly key: string
  /** Number of the attribute type. */
  readonly attributeType: number
  /** Strings without a dictionary. */
  readonly isPlain: boolean
  /** Promoted when the table had rows: its default is computed from the map. */
  readonly isLater: boolean
}

/** All columns that an insert into a table with this layout names, in its order. */
export interface BlockColumns {
  readonly fields: readonly BlockColumn[]
  /** By number of the attribute type. */
  readonly maps: readonly BlockColumn[]
  readonly promoted: readonly PromotedBlockColumn[]
}

export function blockColumns(layout: TableLayout): BlockColumns {
  const promoted = Array.from(layout.promoted, ([attribute, name]): PromotedBlockColumn => {
    const colon = attribute.indexOf(':')
    const attributeType = attributeTypes.findIndex((type) => type === attribute.slice(0, colon))
    const isPlain = layout.plain.has(name)
    return {
      name,
      type: isPlain ? promotedTypes.plain : promotedType(attributeTypes[attributeType]!),
      key: attribute.slice(colon + 1),
      attributeType,
      isPlain,
      isLater: layout.activeFrom.has(name),
    }
  })
  return {
    fields: eventTables[layout.signal].columns,
    maps: attributeTypes.map(attributeMapColumn),
    promoted,
  }
}
