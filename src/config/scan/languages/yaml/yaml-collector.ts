import type { Collector } from '../../collector.ts'
import type { FactRead, FileFacts } from '../../file-facts.ts'
import { lineStarts, placeAt } from '../curly/tokens.ts'
import { distinctReads } from '../reference/distinct-reads.ts'
import { emptyFacts } from '../../empty-facts.ts'
import { isEnvironmentName, referencesIn } from '../reference/references.ts'
import { templateReferences } from '../reference/template-references.ts'
import { shellReads } from '../shell/shell-reads.ts'
import { workflowReads } from './workflow-reads.ts'
import { maskYamlComments, yamlLines } from './yaml-lines.ts'

type Found = Pick<FactRead, 'key' | 'default' | 'required'> & { offset: number }

const compose = /(?:^|\/)(?:docker-)?(?:compose|stack)[^/]*\.ya?ml$/
const workflow =
  /(?:^|\/)\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|(?:^|\/)action\.ya?ml$/
const pipelines =
  /(?:^|\/)(?:\.gitlab-ci[^/]*|\.travis|\.drone|azure-pipelines[^/]*|bitbucket-pipelines|cloudbuild[^/]*|buildspec[^/]*|appveyor|[Tt]askfile[^/]*|\.woodpecker[^/]*)\.ya?ml$|(?:^|\/)\.(?:circleci|woodpecker|gitlab|buildkite)\//
const notConfiguration =
  /(?:^|\/)(?:locales?|i18n|translations?|lang|openapi|swagger)(?:\/|[^/]*\.ya?ml$)|-lock\.ya?ml$/i

export const yamlCollector: Collector = {
  language: 'yaml',
  version: 2,
  takes: (path) => /\.ya?ml(?:\.(?:erb|tmpl|tpl|j2))?$/.test(path) && !notConfiguration.test(path),
  grammar: () => null,
  mayMatter: (text) => /\$|%env\(|<%|\{\{|^[ ]*environment:/m.test(text),
  collect({ path, text }): FileFacts {
    const facts = emptyFacts('yaml')
    const lines = lineStarts(text)
    const masked = maskYamlComments(text)
    const reads = readsIn(path, masked).map(({ offset, ...read }): FactRead => ({
      ...read,
      tier: 'reference',
      ...placeAt(lines, offset),
    }))
    facts.reads = distinctReads(reads)
    return facts
  },
}

function readsIn(path: string, masked: string): Found[] {
  if (workflow.test(path)) return workflowReads(masked)
  const found: Found[] = templateReferences(masked)
  const isCompose =
    compose.test(path) || (/^services:/m.test(masked) && /^[ ]+(?:image|build):/m.test(masked))
  if (isCompose) {
    for (const { key, offset, braced: _, probed: __, ...told } of referencesIn(masked, {
      unbraced: true,
      doubled: true,
    }))
      found.push({ key, offset, ...told })
    return [...found, ...inherited(masked)]
  }
  if (pipelines.test(path)) {
    const own = new Set(
      yamlLines(masked).flatMap((line) =>
        line.key && isEnvironmentName(line.key) ? [line.key] : [],
      ),
    )
    // each command may be an item of a list
    for (const [, name] of masked.matchAll(/^[ ]*-[ ]+["']?(?:export[ ]+)?([A-Za-z_]\w*)=(?!=)/gm))
      own.add(name!)
    return [...found, ...shellReads(masked.replaceAll("'", '"'), own)]
  }
  const spring = isSpring(path, masked)
  for (const { key, offset, braced: _, probed: __, ...told } of referencesIn(masked, {
    properties: spring,
    colonDefault: spring,
  }))
    if (isEnvironmentName(key)) found.push({ key, offset, ...told })
  return found
}

/** `${KEY:default}` more often than `${KEY:-default}`. */
function isSpring(path: string, masked: string): boolean {
  if (/(?:^|\/)(?:application|bootstrap)(?:-[^/]*)?\.ya?ml$/.test(path)) return true
  const colons = masked.match(/\$\{[\w.-]+:(?![-?+=])/g)?.length ?? 0
  return colons > (masked.match(/\$\{\w+:[-?+=]/g)?.length ?? 0)
}

/** Keys under `environment:` without a value: the container gets what the one who starts it has. */
function inherited(masked: string): Found[] {
  const found: Found[] = []
  let inside = -1
  const lines = yamlLines(masked)
  for (const [at, line] of lines.entries()) {
    if (inside >= 0 && line.indent <= inside && !(line.dash && line.indent - 2 >= inside))
      inside = -1
    if (line.key === 'environment' && line.value === '') {
      inside = line.indent
      continue
    }
    if (inside < 0) continue
    const next = lines[at + 1]
    const bare = line.dash
      ? line.key === undefined
        ? line.value.replace(/^(["'])(.*)\1$/, '$2')
        : ''
      : ''
    const empty =
      !line.dash &&
      line.key &&
      (line.value === '' || line.value === 'null') &&
      !(next && next.indent > line.indent)
    const key = empty ? line.key! : bare
    if (isEnvironmentName(key)) found.push({ key, offset: line.offset + line.indent })
  }
  return found
}
