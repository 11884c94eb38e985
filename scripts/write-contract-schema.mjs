// Writes schema/config.contract.schema.json from the description of the contract.
import { mkdir, writeFile } from 'node:fs/promises'
import { contractJsonSchemaText } from '../src/config/contract/contract-json-schema.ts'

const folder = new URL('../schema/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('config.contract.schema.json', folder), contractJsonSchemaText())
