/** What a workflow of GitHub Actions takes from the repository's settings and from the runner. */
import type { DefaultValue } from '../../../key-read.ts'
import { isEnvironmentName } from '../reference/references.ts'
import { shellReads } from '../shell/shell-reads.ts'
import { yamlLines } from './yaml-lines.ts'

export interface WorkflowRead {
  key: string
  offset: number
  default?: DefaultValue
}

const expression = /\$\{\{([^{}]{0,2000})\}\}/g
const member =
  /\b(vars|secrets|env)(?:\.([A-Za-z_][\w-]*)|\[\s*'([A-Za-z_]\w*)'\s*\])(?:\s*\|\|\s*('[^']*'|\d+|true|false))?/g
/** Set by the runner itself. */
const given = /^(?:GITHUB|RUNNER|ACTIONS|INPUT)_|^CI$/

export function workflowReads(masked: string): WorkflowRead[] {
  const lines = yamlLines(masked)
  const own = new Set(lines.flatMap((line) => (line.key ? [line.key] : [])))
  for (const [, name] of masked.matchAll(
    /\b([A-Za-z_]\w*)(?:=|<<)[^\n]*>>[ ]*["']?\$\{?GITHUB_(?:ENV|OUTPUT)/g,
  ))
    own.add(name!)
  // `{ echo "KEY=value"; } | tee -a "$GITHUB_ENV"`, over several lines
  if (/\bGITHUB_(?:ENV|OUTPUT)\b/.test(masked))
    for (const [, name] of masked.matchAll(
      /\b(?:echo|printf)[ ]+(?:-\w+[ ]+)?["']?([A-Za-z_]\w*)(?:=|<<)/g,
    ))
      own.add(name!)
  const found: WorkflowRead[] = []
  const take = (text: string, offset: number): void => {
    for (const match of text.matchAll(member)) {
      const [, context, dotted, quoted, standIn] = match
      const key = dotted ?? quoted!
      if (key === 'GITHUB_TOKEN' || given.test(key) || (context === 'env' && own.has(key))) continue
      const literal = standIn?.replace(/^'(.*)'$/, '$1')
      found.push({
        key,
        offset: offset + match.index,
        ...(literal !== undefined && { default: { literal, forEmpty: true } }),
      })
    }
  }
  for (const match of masked.matchAll(expression)) take(match[1]!, match.index + 3)
  for (const [at, line] of lines.entries()) {
    // a condition is an expression without brackets
    if (line.key === 'if' && !line.value.includes('${{'))
      take(line.value, line.offset + line.indent + 3)
    if (line.key !== 'run') continue
    const start = line.offset + line.indent
    const after = lines.slice(at + 1).find((next) => next.indent <= line.indent)
    const end = after ? after.offset : masked.length
    const script = masked
      .slice(start, end)
      .replace(/\$\{\{[^{}]*\}\}/g, (text) => ' '.repeat(text.length))
    for (const { key, offset, default: standIn } of shellReads(script, own))
      if (isEnvironmentName(key) && !given.test(key))
        found.push({ key, offset: start + offset, ...(standIn && { default: standIn }) })
  }
  return found
}
