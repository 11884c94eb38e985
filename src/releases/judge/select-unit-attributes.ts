import { selectAttributes, type AttributeSelection } from '../../cohorts/attribute-selection.ts'
import type { UnitTable } from './unit-table.ts'

/** Which attributes may name a cohort of units; taken once a look. */
export function selectUnitAttributes(units: UnitTable): AttributeSelection {
  return selectAttributes(units, { allow: ['operation'] })
}
