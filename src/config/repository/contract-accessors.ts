import type { NamedAccessor } from '../scan/scan-input.ts'
import { readSource } from './read-source.ts'

/** Functions that the repository's own contract says look keys up; a contract that is wrong says nothing here. */
export async function contractAccessors(root: string): Promise<NamedAccessor[]> {
  const source = await readSource(root, 'config.contract.yaml')
  if (!('text' in source) || !source.text.includes('accessors')) return []
  const { parseContract } = await import('../contract/parse-contract.ts')
  return accessorsOf(parseContract(source.text, 'config.contract.yaml').contract?.accessors)
}

/** As contracts write them: a name, or a name with a prefix. */
export function accessorsOf(
  given: readonly (string | { name: string; prefix?: string | undefined })[] = [],
): NamedAccessor[] {
  return given.map((it) =>
    typeof it === 'string'
      ? { name: it }
      : { name: it.name, ...(it.prefix !== undefined && { prefix: it.prefix }) },
  )
}
