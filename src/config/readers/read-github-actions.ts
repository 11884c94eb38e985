import type { BindingsRead } from '../binding.ts'
import { BindingCollector } from './environment-file.ts'
import type { KnownValue, ReadContext } from './environment-file.ts'
import { at, listAt, mapAt, readYaml, textAt, textOf } from './yaml-tree.ts'
import type { YamlTree } from './yaml-tree.ts'

/**
 * A workflow: `env` of the workflow, its jobs and their steps, `with` of reusable workflows left alone, and literal
 * writes to `$GITHUB_ENV`. `vars` and `secrets` are references. A job's component is its name; where a job has an
 * `environment:` that is another one than asked for, it is left out.
 */
export function readGithubActions(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const { documents, unread } = readYaml(file, text)
  collector.unread.push(...unread)
  const workflow = documents[0]?.tree
  const add = (tree: YamlTree | undefined, component: string, precedence: number): void => {
    for (const [key, value] of mapAt(tree, 'env')) {
      const base = {
        source: 'github-actions' as const,
        component,
        phase: 'build' as const,
        precedence,
      }
      collector.add(
        { ...base, location: { file, line: value.line } },
        key,
        valueOf(textOf(value) ?? ''),
      )
    }
  }
  add(workflow, '', 10)
  for (const [name, job] of mapAt(workflow, 'jobs')) {
    const environment = textAt(job, 'environment') ?? textAt(job, 'environment', 'name')
    const fixed = environment !== undefined && !environment.includes('${{')
    if (fixed && environment.toLowerCase() !== context.environment.toLowerCase()) continue
    for (const [key, value] of mapAt(workflow, 'env')) {
      const base = {
        source: 'github-actions' as const,
        component: name,
        phase: 'build' as const,
        precedence: 10,
      }
      collector.add(
        { ...base, location: { file, line: value.line } },
        key,
        valueOf(textOf(value) ?? ''),
      )
    }
    add(job, name, 20)
    for (const [index, step] of listAt(job, 'steps').entries()) {
      add(step, `${name}/${textAt(step, 'id') ?? textAt(step, 'name') ?? index + 1}`, 30)
      readWrites(at(step, 'run'), file, name, collector)
    }
  }
  return collector.read()
}

/** A value with expressions: one alone that names a secret or a variable is a reference, the rest is unknown. */
function valueOf(text: string): KnownValue {
  if (!text.includes('${{')) return { state: 'set', text }
  const alone =
    /^\s*\$\{\{\s*(secrets|vars|inputs|github|needs|env|steps)\.([\w.-]+)\s*\}\}\s*$/.exec(text)
  if (alone !== null) {
    const holders: Record<string, string> = { secrets: 'secret', vars: 'variable' }
    const holder = holders[alone[1] ?? ''] ?? alone[1] ?? ''
    return { state: 'reference', detail: `${holder}/${alone[2] ?? ''}` }
  }
  return { state: 'unknown', detail: 'It is made by an expression of the workflow.' }
}

const write = /^\s*echo\s+(["']?)([A-Za-z_]\w*)=(.*?)\1\s*>>\s*["']?\$\{?GITHUB_ENV\}?["']?\s*$/

function readWrites(
  run: YamlTree | undefined,
  file: string,
  job: string,
  collector: BindingCollector,
): void {
  for (const [index, line] of (textOf(run) ?? '').split('\n').entries()) {
    if (line.length > 10_000) continue
    const [all, , key, value] = write.exec(line) ?? []
    if (all === undefined || key === undefined || value === undefined) continue
    const literal = !/[$`\\]/.test(value)
    const location = { file, line: (run?.line ?? 1) + index }
    const base = {
      source: 'github-actions' as const,
      component: job,
      phase: 'build' as const,
      precedence: 25,
      location,
    }
    collector.add(
      base,
      key,
      literal
        ? { state: 'set', text: value }
        : { state: 'unknown', detail: 'It is made while the step runs.' },
    )
  }
}
