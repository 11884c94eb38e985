import { readSource } from '../../repository/read-source.ts'
import { phaseOf } from '../../repository/phase-of.ts'
import type { RepositoryListing } from '../../repository/walk-repository.ts'
import type { Grammar } from '../../scan/collector.ts'
import { openGrammars } from '../../scan/grammars.ts'
import type { Grammars } from '../../scan/grammars.ts'
import type { UnreadInput } from '../../binding.ts'
import type { Evaluations, CalledFile, FlagWrapper } from './link-evaluations.ts'
import { evaluationsIn, wrappersIn } from './link-evaluations.ts'
import { mayEvaluate, namesLibrary } from './flag-methods.ts'
import type { FlagSdk } from './flag-evaluation.ts'
import { sourceCalls } from './source-calls.ts'

export interface EvaluationScan extends Evaluations {
  sources: number
  /** Keys that stand as a text in code, evaluated or not; and those that stand in a test. */
  mentioned: ReadonlySet<string>
  mentionedInTests: ReadonlySet<string>
  unread: UnreadInput[]
}

const grammars: readonly [RegExp, Grammar][] = [
  [/\.(js|jsx|mjs|cjs)$/i, 'javascript'],
  [/\.tsx$/i, 'tsx'],
  [/\.(ts|mts|cts)$/i, 'typescript'],
  [/\.py$/i, 'python'],
  [/\.go$/i, 'go'],
  [/\.java$/i, 'java'],
]
const alsoMentioned = /\.(kt|kts|rb|rs|cs|php|vue|svelte|swift|scala|feature)$/i

/**
 * Finds where the code of a repository asks for flags, itself and through functions that pass a key on. Nothing is
 * executed. `keys`: those of the exports, looked for as texts in every source.
 */
export async function scanEvaluations(
  root: string,
  { files, problems }: RepositoryListing,
  keys: ReadonlySet<string>,
): Promise<EvaluationScan> {
  const unread: UnreadInput[] = problems.map(({ file, reason }) => ({
    location: { file, line: 1 },
    reason,
  }))
  const parser = await openGrammars()
  const mentioned = new Set<string>()
  const mentionedInTests = new Set<string>()
  const constants = new Map<string, string | null>()
  const called = new Map<string, CalledFile>()
  const wrappers = new Map<string, FlagWrapper>()
  let sources = 0

  async function textOf(file: string): Promise<string | undefined> {
    const source = await readSource(root, file)
    if ('unread' in source) unread.push({ location: { file, line: 1 }, reason: source.unread })
    return 'text' in source ? source.text : undefined
  }

  for (const file of files) {
    const grammar = grammars.find(([pattern]) => pattern.test(file))?.[1]
    if (grammar === undefined && !alsoMentioned.test(file)) continue
    const text = await textOf(file)
    if (text === undefined) continue
    sources += 1
    const inTest = phaseOf(file) === 'test'
    const mentions = keysIn(text, keys)
    for (const key of mentions) (inTest ? mentionedInTests : mentioned).add(key)
    const usesLibrary = Object.values(namesLibrary).some((it) => it.test(text))
    if (inTest || grammar === undefined) continue
    if (mentions.size === 0 && !(usesLibrary && mayEvaluate.test(text))) continue
    const one = await parse(parser, grammar, file, text, unread)
    if (one === undefined) continue
    called.set(file, one)
    for (const wrapper of wrappersIn(one))
      wrappers.set(wrapper.name, wrappers.get(wrapper.name) ?? wrapper)
    for (const [name, value] of one.calls.constants) {
      const known = constants.get(name)
      constants.set(name, known === undefined || known === value ? value : null)
    }
  }
  if (wrappers.size > 0) {
    const names = new RegExp(
      `\\b(${[...wrappers.keys()].map(escaped).join('|')})\\s*(<[^()]*>)?\\(`,
    )
    for (const file of files) {
      const grammar = grammars.find(([pattern]) => pattern.test(file))?.[1]
      if (grammar === undefined || called.has(file) || phaseOf(file) === 'test') continue
      const source = await readSource(root, file)
      if (!('text' in source) || !names.test(source.text)) continue
      const one = await parse(parser, grammar, file, source.text, unread)
      if (one !== undefined) called.set(file, one)
    }
  }
  const known = new Map(
    [...constants].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  )
  const all = [...called.values()].map((one) => evaluationsIn(one, wrappers, known))
  return {
    evaluations: all.flatMap((it) => it.evaluations).filter((it) => it.sure || keys.has(it.key)),
    dynamic: all.flatMap((it) => it.dynamic),
    sources,
    mentioned,
    mentionedInTests,
    unread,
  }
}

async function parse(
  parser: Grammars,
  grammar: Grammar,
  file: string,
  text: string,
  unread: UnreadInput[],
): Promise<CalledFile | undefined> {
  await parser.load(grammar)
  const tree = parser.parse(grammar, text)
  if (tree === null) {
    unread.push({ location: { file, line: 1 }, reason: 'The file takes too long to parse.' })
    return undefined
  }
  try {
    const libraries = new Set(
      (Object.keys(namesLibrary) as FlagSdk[]).filter((sdk) => namesLibrary[sdk].test(text)),
    )
    return { file, calls: sourceCalls(tree.rootNode), libraries, knows: importing(text) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    unread.push({ location: { file, line: 1 }, reason: 'The file is nested too deeply.' })
    return undefined
  } finally {
    tree.delete()
  }
}

/** Names in the import statements of JavaScript and Python. */
function importing(text: string): (name: string) => boolean {
  const imports =
    text.match(/\b(import|from|require)\b[^;]{0,2000}?(['"][^'"\n]+['"]|import\s[^\n]+)/g) ?? []
  const names = new Set(imports.slice(0, 2000).flatMap((it) => it.match(/[\w$]+/g) ?? []))
  return (name) => names.has(name)
}

function keysIn(text: string, keys: ReadonlySet<string>): Set<string> {
  const found = new Set<string>()
  for (const [, one] of text.matchAll(/["'`]([^"'`\\\n]{1,200})(?=["'`])/g)) {
    if (one !== undefined && keys.has(one)) found.add(one)
  }
  return found
}

const escaped = (text: string): string => text.replaceAll(/[$^.*+?()[\]{}|\\]/g, String.raw`\$&`)
