import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead } from '../key-read.ts'
import type { NamedAccessor } from '../scan/scan-input.ts'
import { scanRepository } from '../scan/scan-repository.ts'
import { phaseOf } from './phase-of.ts'
import { readDeclarations } from './read-declarations.ts'
import { walkRepository } from './walk-repository.ts'

export interface LookedAt {
  files: readonly string[]
  declarations: readonly Declaration[]
  /** Left out where the code is not wanted. */
  reads?: readonly KeyRead[]
  /** The code also reads keys that cannot be told from its text. */
  readsOpenly: boolean
}

/** What lies in a repository, what it declares, and what its code reads. */
export async function lookAtRepository(
  root: string,
  {
    code,
    cache,
    accessors,
  }: { code: boolean; cache?: string; accessors?: readonly NamedAccessor[] },
): Promise<LookedAt> {
  if (!code) {
    const { files } = await walkRepository(root)
    const { declarations } = await readDeclarations(root, files)
    return { files, declarations, readsOpenly: true }
  }
  const { files, reads, residual } = await scanRepository(root, {
    ...(cache !== undefined && { cache }),
    ...(accessors !== undefined && { accessors }),
  })
  const { declarations } = await readDeclarations(root, files)
  const open = [...residual.dynamic, ...residual.wholeObject, ...residual.unparsed]
  const readsOpenly = open.some(({ location }) => phaseOf(location.file) !== 'test')
  return { files, declarations, reads, readsOpenly }
}
