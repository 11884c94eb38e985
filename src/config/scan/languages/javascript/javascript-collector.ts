import type { Language } from '../../../key-read.ts'
import type { Collector, SourceFile } from '../../collector.ts'
import { emptyFacts } from '../../empty-facts.ts'
import type { FileFacts } from '../../file-facts.ts'
import { askedFields } from './asked-fields.ts'
import { type FileScan, openFileScan } from './file-scan.ts'
import { lift } from './lifted-node.ts'
import { isNuxtConfig, nuxtConfig } from './nuxt-config.ts'
import { keyValues, plainFile } from './plain-files.ts'
import { scriptParts } from './script-parts.ts'
import { walkProgram } from './walk.ts'
import { workerTypes } from './worker-types.ts'

const taken =
  /\.([mc]?[jt]s|[jt]sx|vue|svelte|astro|prisma)$|(^|\/)custom-environment-variables\.(json5?|ya?ml)$|(^|\/)package\.json$/
/** Statements that hold none of it say nothing: environments, names in upper case, what modules give one another. */
const marked =
  /[eE][nN][vV]|\b_*[A-Z][A-Z0-9_]{2,}\b|\bexports?\b|\brequire\(|\bconstructor\b|Config(?:Service|Module)|\bplainTo(?:Instance|Class)\b/g
const telling =
  /[eE][nN][vV]|Config(?:Service|Module)|\$\{?[A-Z]|runtimeConfig|plainTo(?:Instance|Class)\b|['"`.]_*[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\bexport\s*(\*|\{[^}]{0,2000}\})\s*from\b|^\s*[A-Z][A-Z0-9]*_[A-Z0-9_]+[!?]?:\s*(?:string|number|boolean)\b/m

/** JavaScript and TypeScript, and the scripts of Vue, Svelte and Astro files; Prisma's schema; node-config's names. */
export const javascriptCollector: Collector = {
  language: 'javascript',
  version: 7,
  takes: (path) => taken.test(path) && !/\.d\.[mc]?ts$|\.min\.js$/.test(path),
  grammar(path) {
    if (/\.(prisma|json5?|ya?ml)$/.test(path)) return null
    if (/\.([mc]?ts|vue|svelte|astro)$/.test(path)) return 'typescript'
    return path.endsWith('.tsx') ? 'tsx' : 'javascript'
  },
  prepare: scriptParts,
  mayMatter: (text) => telling.test(text),
  collect(file) {
    const facts = emptyFacts(languageOf(file))
    if (file.root === null) {
      plainFile(file.path, openFileScan(facts, file.text, 0), file.text)
      return facts
    }
    const text = scriptParts(file.path, file.text)
    const scan = openFileScan(facts, file.text, 0)
    const marks: number[] = []
    for (const match of text.matchAll(marked)) marks.push(match.index)
    walkProgram(scan, lift(file.root, text, marks))
    askedFields(scan, text)
    workerTypes(scan, text)
    if (/(^|\/)custom-environment-variables\.[mc]?[jt]s$/.test(file.path)) keyValues(scan, text)
    if (isNuxtConfig(file.path)) nuxtConfig(scan, file.root)
    if (text !== file.text) markup(scan, file.text, text)
    if (file.root.hasError) tellErrors(facts, file, scan)
    return facts
  },
}

function languageOf({ path }: SourceFile): Language {
  return /\.([mc]?ts|tsx)$/.test(path) ? 'typescript' : 'javascript'
}

/** Expressions in the markup around the scripts. */
function markup(scan: FileScan, whole: string, scripts: string): void {
  for (const match of whole.matchAll(/\b(?:process|import\.meta)\.env\.([A-Za-z_]\w*)/g)) {
    if (scripts[match.index] !== ' ') continue
    if (/^(MODE|DEV|PROD|SSR|BASE_URL)$/.test(match[1]!)) continue
    scan.facts.reads.push({ ...scan.placeOf(match.index), key: match[1]!, tier: 'direct' })
  }
}

/** Only where the text cannot be trusted: a single token that the grammar does not know yet is no reason. */
function tellErrors(facts: FileFacts, file: SourceFile, scan: FileScan): void {
  const wrong = file.root!.children.filter(
    (it) => it.type === 'ERROR' || (it.isMissing && !it.isNamed),
  )
  const length = wrong.reduce((sum, it) => sum + it.endIndex - it.startIndex, 0)
  if (wrong.length > 0 && length > file.text.length / 4) {
    facts.unparsed.push({
      ...scan.placeOf(wrong[0]!.startIndex),
      reason: 'The text is not understood from here on.',
    })
  }
}
