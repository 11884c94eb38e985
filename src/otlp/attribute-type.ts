/** Types of attribute values as they are stored; `json` holds arrays, maps, bytes and empty values as JSON text. */
export const attributeTypes = ['string', 'int', 'double', 'bool', 'json'] as const
export type AttributeType = (typeof attributeTypes)[number]

/** Numbers of the types inside a column batch: positions in `attributeTypes`. */
export const stringType = 0
export const intType = 1
export const doubleType = 2
export const boolType = 3
export const jsonType = 4
