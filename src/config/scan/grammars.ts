import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Language, Parser, type Tree } from 'web-tree-sitter'
import type { Grammar } from './collector.ts'

/** Parses texts; loads each grammar when it is first asked for. */
export interface Grammars {
  load(grammar: Grammar): Promise<void>
  /** The caller deletes the tree. Null: not within the time, or the grammar is not loaded. */
  parse(grammar: Grammar, text: string): Tree | null
}

const packages: Record<Grammar, string> = {
  javascript: 'tree-sitter-javascript',
  typescript: 'tree-sitter-typescript',
  tsx: 'tree-sitter-typescript',
  python: 'tree-sitter-python',
  go: 'tree-sitter-go',
  java: 'tree-sitter-java',
  ruby: 'tree-sitter-ruby',
  php: 'tree-sitter-php',
}

/** Milliseconds; a file of 2 MB takes less than one second. */
const parseTime = 5000

let started: Promise<void> | undefined

export async function openGrammars(): Promise<Grammars> {
  started ??= Parser.init()
  await started
  const parsers = new Map<Grammar, Parser>()
  const loading = new Map<Grammar, Promise<void>>()
  const load = async (grammar: Grammar): Promise<void> => {
    const parser = new Parser()
    parser.setLanguage(await Language.load(wasmOf(grammar)))
    parsers.set(grammar, parser)
  }
  return {
    load(grammar) {
      const known = loading.get(grammar) ?? load(grammar)
      loading.set(grammar, known)
      return known
    },
    parse(grammar, text) {
      const parser = parsers.get(grammar)
      if (parser === undefined) return null
      const until = performance.now() + parseTime
      const tree = parser.parse(text, null, {
        progressCallback: () => performance.now() > until,
      })
      // the next parse would go on where this one was stopped
      if (tree === null) parser.reset()
      return tree
    },
  }
}

/** In the package that was built the wasm lies in `dist/grammars`, else where npm put the grammar. */
function wasmOf(grammar: Grammar): string {
  const name = `tree-sitter-${grammar}.wasm`
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, '..', '..', '..', 'grammars', name)
  if (existsSync(built)) return built
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve(`${packages[grammar]}/package.json`)), name)
}
