import type { Declaration } from '../declarations/declaration.ts'
import { declarationsIn, mayDeclare } from '../declarations/declarations-in.ts'
import type { UnparsedFile } from '../key-read.ts'
import { phaseOf } from './phase-of.ts'
import { readSource } from './read-source.ts'

const mostDeclarations = 500_000

/**
 * Every place of a repository where a key is written down. Files of tests are left out, those of documents and examples
 * are not: that is where keys are explained. A file that cannot be read is told in `unread` only where it is not text by
 * mistake.
 */
export async function readDeclarations(
  root: string,
  files: readonly string[],
): Promise<{ declarations: Declaration[]; unread: UnparsedFile[] }> {
  const declarations: Declaration[] = []
  const unread: UnparsedFile[] = []
  for (const path of files) {
    if (!mayDeclare(path) || isTestFile(path)) continue
    const source = await readSource(root, path)
    if ('unread' in source)
      unread.push({ location: { file: path, line: 1 }, reason: source.unread })
    if (!('text' in source)) continue
    for (const declaration of declarationsIn(path, source.text)) {
      if (declarations.length < mostDeclarations) declarations.push(declaration)
    }
  }
  if (declarations.length === mostDeclarations) {
    const reason = `Declarations after the first ${mostDeclarations} are left out.`
    unread.push({ location: { file: '', line: 1 }, reason })
  }
  return { declarations, unread }
}

const isTestFile = (path: string): boolean =>
  phaseOf(path) === 'test' &&
  !/(^|\/)(examples?|samples?|docs?|documentation|demos?)\//i.test(path) &&
  !/env/i.test(path.slice(path.lastIndexOf('/') + 1))
