import type { BindingsRead, Dialect } from '../binding.ts'
import { readDotenv } from '../dialects/read-dotenv.ts'
import { BindingCollector } from './environment-file.ts'
import type { ReadContext } from './environment-file.ts'
import { entryValue } from './read-compose.ts'

/** A dotenv file as one dialect, or a script of exports (`shell`): of a script only what it exports counts. */
export function readDotenvFile(
  file: string,
  text: string,
  dialect: Dialect,
  context: ReadContext,
): BindingsRead {
  const collector = new BindingCollector(context)
  const script = dialect === 'shell'
  const options = context.host === undefined ? {} : { environment: context.host }
  const { entries, problems, rejected } = readDotenv(text, dialect, options)
  for (const { line, reason } of problems) {
    // a script does other things as well: what it runs is no gap in what is read as text
    if (rejected || !script || reason.endsWith('is read.')) collector.notRead(file, line, reason)
  }
  for (const entry of entries) {
    if (script && !entry.exported) continue
    // where the first one wins, the others must not override it
    const precedence = (script ? 30 : 10) + (entry.effective ? 1 : 0)
    const location = { file, line: entry.line, column: entry.column }
    const base = { dialect, location, component: '', phase: 'run' as const, precedence }
    collector.add({ ...base, source: script ? 'shell' : 'dotenv' }, entry.key, entryValue(entry))
  }
  return collector.read()
}
