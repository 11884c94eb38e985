import { z } from 'zod'
import { configContractSchema } from './config-contract.ts'

/** The JSON Schema of `config.contract.yaml`, from which editors complete; published as `schema/config.contract.schema.json`. */
export function contractJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configContractSchema, { target: 'draft-7' })
  return {
    $schema,
    $id: 'config.contract.schema.json',
    title: 'Aftergreen configuration contract',
    ...schema,
  }
}

/** As it lies in the package. */
export const contractJsonSchemaText = (): string =>
  `${JSON.stringify(contractJsonSchema(), undefined, 2)}\n`
