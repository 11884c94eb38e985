import type { Dialect } from '../binding.ts'
import { SealedValue } from '../sealed-value.ts'
import type { DotenvEntry, DotenvRead } from './dotenv-entry.ts'
import { expandCompose } from './expand-compose.ts'
import { expandJavaScript } from './expand-javascript.ts'
import { expandPython } from './expand-python.ts'
import { lexCompose } from './lex-compose.ts'
import { lexJavaScript } from './lex-javascript.ts'
import { lexKubernetesFile, lexLines } from './lex-lines.ts'
import { lexNode } from './lex-node.ts'
import { lexPython } from './lex-python.ts'
import { lexShell } from './lex-shell.ts'
import { lexSystemd } from './lex-systemd.ts'
import { Refused, Scope, Unknowable } from './scope.ts'
import { SourceText } from './source-text.ts'
import type { Lexed, Statement } from './statement.ts'

export interface DotenvOptions {
  /**
   * The process' own environment, for references and bare names; it is complete: what is not in it is unset. Left out =
   * not told: a reference to a name that the text does not set is then `unknown`, unless it has a default. Whether the
   * environment overrides a key of the file is not decided here.
   */
  environment?: ReadonlyMap<string, string>
}

/** A dotenv text of more lines is read up to here: nobody writes one, and each line costs memory. */
const mostLines = 250_000

/**
 * What a dotenv text means to one of its readers. Pure, in linear time; commands in it are never run: what depends on
 * one is `unknown`.
 */
export function readDotenv(
  whole: string,
  dialect: Dialect,
  options: DotenvOptions = {},
): DotenvRead {
  const text = firstLines(whole)
  const scope = new Scope(options.environment)
  const javaScript = dialect === 'dotenv' || dialect === 'dotenv-expand' || dialect === 'dotenvx'
  const source = new SourceText(
    text,
    javaScript ? 'normalised' : dialect === 'node' ? 'returns-removed' : 'kept',
  )
  const { drafts, problems, rejected } =
    dialect === 'shell' ? readShell(source.text, scope) : readLexed(source.text, dialect, scope)
  markEffective(drafts, dialect)
  if (text !== whole) {
    const reason = 'The text has more than 250,000 lines: nothing from here on is read.'
    problems.push({ offset: source.text.length, reason })
  }
  return {
    entries: rejected ? [] : drafts.map((draft) => entryOf(draft, source)),
    problems: problems.map(({ offset, reason }) => ({ ...source.placeOf(offset), reason })),
    rejected,
  }
}

function firstLines(text: string): string {
  let end = -1
  for (let lines = 0; lines < mostLines; lines += 1) {
    end = text.indexOf('\n', end + 1)
    if (end === -1) return text
  }
  return text.slice(0, end + 1)
}

/** A statement with its value; undefined = unset. */
interface Draft extends Omit<Statement, 'text'> {
  value: string | Unknowable | undefined
  effective: boolean
  exported: boolean
}

interface Drafts {
  drafts: Draft[]
  problems: { offset: number; reason: string }[]
  rejected: boolean
}

function readShell(text: string, scope: Scope): Drafts {
  const { assignments, problems } = lexShell(text, scope)
  return {
    drafts: assignments.map((assignment) => ({ ...assignment, effective: true })),
    problems,
    rejected: false,
  }
}

const lexers: Record<Exclude<Dialect, 'shell'>, (text: string) => Lexed> = {
  dotenv: (text) => withEscapes(lexJavaScript(text), false),
  'dotenv-expand': (text) => withEscapes(lexJavaScript(text), false),
  dotenvx: (text) => withEscapes(lexJavaScript(text), true),
  node: lexNode,
  python: lexPython,
  compose: lexCompose,
  docker: (text) => lexLines(text, 'docker'),
  'compose-raw': (text) => lexLines(text, 'docker'),
  kubectl: (text) => lexLines(text, 'kubectl'),
  'kubernetes-file': lexKubernetesFile,
  systemd: lexSystemd,
}

function withEscapes(lexed: Lexed, dotenvx: boolean): Lexed {
  for (const statement of lexed.statements) {
    let value = statement.text ?? ''
    if (statement.quote === 'double') {
      value = value.replaceAll('\\n', '\n').replaceAll('\\r', '\r')
      if (dotenvx) value = value.replaceAll('\\t', '\t')
    } else if (dotenvx && statement.quote === 'single') value = value.replaceAll("\\'", "'")
    statement.text = value
  }
  // a property of that name cannot be set on a plain object
  lexed.statements = lexed.statements.filter(({ key }) => key !== '__proto__')
  return lexed
}

function readLexed(text: string, dialect: Exclude<Dialect, 'shell'>, scope: Scope): Drafts {
  const lexed = lexers[dialect](text)
  const drafts: Draft[] = []
  const { problems } = lexed
  if (lexed.rejected) return { drafts, problems, rejected: true }
  const order = dialect === 'dotenv-expand' ? objectOrder(lexed.statements) : lexed.statements
  const values = new Map<Statement, string | Unknowable | undefined>()
  const literals = new Map<string, string>()
  for (const statement of order) {
    try {
      const value = valueOf(statement, dialect, scope, literals)
      values.set(statement, value)
      // to python-dotenv a bare name is there, and without a value: no default is taken for it
      const bare = dialect === 'python' ? '' : undefined
      if ((value ?? bare) !== undefined) scope.file.set(statement.key, value ?? '')
    } catch (error) {
      if (error instanceof Refused) {
        problems.push({ offset: statement.start, reason: `${error.message} The file is refused.` })
        return { drafts, problems, rejected: true }
      }
      if (!(error instanceof Unknowable)) throw error
      values.set(statement, error)
      scope.file.set(statement.key, error)
    }
  }
  for (const statement of lexed.statements) {
    const { key, quote, start, end } = statement
    if (key === '') {
      problems.push({ offset: start, reason: 'A value without a name: it is ignored.' })
      continue
    }
    const known = values.has(statement) ? values.get(statement) : statement.text
    drafts.push({ key, quote, start, end, value: known, effective: true, exported: true })
  }
  return { drafts, problems, rejected: false }
}

function valueOf(
  { key, text, quote }: Statement,
  dialect: Exclude<Dialect, 'shell'>,
  scope: Scope,
  literals: Map<string, string>,
): string | undefined {
  if (text === undefined) return bareValue(key, dialect, scope)
  if (dialect === 'compose') return quote === 'single' ? text : expandCompose(text, scope)
  if (dialect === 'python') return expandPython(text, scope)
  const known = (name: string): string | undefined => {
    const value = scope.file.get(name)
    return typeof value === 'string' ? value : undefined
  }
  if (dialect === 'dotenv-expand') {
    return expandJavaScript(text, scope, { stopsAtSeen: true, known, literal: () => undefined })
  }
  if (dialect !== 'dotenvx') return text
  if (text.startsWith('encrypted:')) throw new Unknowable('It is encrypted.')
  if (quote === 'single') {
    literals.set(key, text)
    return text
  }
  if (/\$\([^()]+\)/.test(text))
    throw new Unknowable('It is what a command prints, and commands are never run here.')
  return expandJavaScript(text, scope, {
    stopsAtSeen: false,
    known: (name) => scope.environment?.get(name) ?? known(name),
    literal: (name) => literals.get(name),
  })
}

function bareValue(key: string, dialect: Dialect, scope: Scope): string | undefined {
  if (dialect === 'python') return undefined
  if (scope.environment === undefined) throw new Unknowable('It is taken from the environment.')
  const given =
    dialect === 'compose' ? scope.lookUp(key, 'environment') : scope.environment.get(key)
  return given ?? (dialect === 'kubectl' ? '' : undefined)
}

/** In an object a key keeps its first place and gets its last value; whole numbers come first. */
function objectOrder(statements: readonly Statement[]): Statement[] {
  const last = new Map<string, Statement>()
  for (const statement of statements) last.set(statement.key, statement)
  const all = [...last.values()]
  const index = (key: string): number =>
    /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4_294_967_295 ? Number(key) : -1
  const numbers = all.filter(({ key }) => index(key) >= 0)
  return [
    ...numbers.toSorted((one, other) => index(one.key) - index(other.key)),
    ...all.filter(({ key }) => index(key) < 0),
  ]
}

function markEffective(drafts: Draft[], dialect: Dialect): void {
  // a bare name that the environment does not have takes nothing back, but for python-dotenv
  const counts = ({ value }: Draft): boolean => value !== undefined || dialect === 'python'
  const setting = new Set(drafts.filter(counts).map(({ key }) => key))
  const seen = new Set<string>()
  for (const draft of dialect === 'kubernetes-file' ? drafts : drafts.toReversed()) {
    draft.effective = !seen.has(draft.key) && (counts(draft) || !setting.has(draft.key))
    if (draft.effective) seen.add(draft.key)
  }
}

function entryOf({ value, start, end, ...draft }: Draft, source: SourceText): DotenvEntry {
  const place = {
    ...source.placeOf(start),
    start: source.originOf(start),
    end: end === 0 ? 0 : source.originOf(end - 1) + 1,
  }
  if (value instanceof Unknowable)
    return { ...draft, ...place, state: 'unknown', detail: value.message }
  if (value === undefined) return { ...draft, ...place, state: 'unset' }
  return {
    ...draft,
    ...place,
    state: value === '' ? 'empty' : 'set',
    value: new SealedValue(value),
  }
}
