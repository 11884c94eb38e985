import { LineCounter, parseAllDocuments } from 'yaml'
import type { Binding, Dialect } from '../binding.ts'
import { dialectDifferences } from '../dialects/dialect-differences.ts'
import type { Language } from '../key-read.ts'
import { yamlDivergences } from '../readers/yaml-divergences.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { findInPack, type Pack } from './pack.ts'

/** What a file says that its readers do not all understand alike, or that nobody wants. */
export const textsPack: Pack = {
  name: 'texts',
  description:
    'keys that are there twice, spaces and quotes left in values, dialect and YAML 1.1 divergence',
  check(input, outcome) {
    for (const environment of input.environments) {
      checkTwice(environment, outcome)
      checkTwiceInYaml(environment, outcome)
      checkEdges(environment, outcome)
      checkDialects(environment, input, outcome)
      checkYaml(environment, outcome)
    }
  },
}

function checkTwice({ name, allBindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  const first = new Map<string, LoadedEnvironment['bindings'][number]>()
  for (const binding of allBindings) {
    if (binding.source !== 'dotenv' || binding.value === undefined) continue
    const identity = `${binding.location.file}\0${binding.component}\0${binding.key}`
    const other = first.get(identity)
    if (other === undefined) {
      first.set(identity, binding)
      continue
    }
    if (other.location.line === binding.location.line) continue
    const same = other.value!.equals(binding.value)
    findInPack(outcome, {
      rule: 'duplicate-key',
      severity: 'warning',
      evidence: 'proved',
      binding,
      others: [other],
      message: `${binding.key} is there twice in a file of ${name}, ${same ? 'with the same value' : 'with different values'}.`,
      hint: 'Keep one: which of them counts depends on the reader.',
    })
  }
}

function checkEdges({ name, bindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const binding of bindings) {
    if (binding.state !== 'set' || binding.value === undefined || binding.value.length > 20_000)
      continue
    const text = binding.value.reveal()
    const trimmed = text.trim()
    const quoted = trimmed.length > 1 && /^(?:"[^"]*"|'[^']*'|“[^”]*”)$/.test(trimmed)
    // the end of a key in PEM, or of a document, is a line's end
    const edge =
      /^[ \t\u00a0]|[ \t\u00a0\r]$/.test(text) ||
      (text.endsWith('\n') && !text.trimEnd().includes('\n'))
    if (!quoted && !edge) continue
    findInPack(outcome, {
      rule: quoted ? 'quotes-left' : 'space-left',
      severity: 'warning',
      evidence: 'proved',
      binding,
      message: `${binding.key} in ${name} ${quoted ? 'keeps its quotes: they are part of the value' : 'begins or ends with white space, which is part of the value'}.`,
      hint: quoted
        ? 'Remove the quotes: this reader does not take them off.'
        : 'Remove it, or quote the value if it is meant.',
    })
  }
}

const readerOf: Partial<Record<Language, Dialect>> = {
  javascript: 'dotenv',
  typescript: 'dotenv',
  python: 'python',
}

function tooLong(name: string, path: string, outcome: CheckOutcome): void {
  outcome.skip([name, 'readers'], {
    kind: 'too-long',
    location: { file: path, line: 1 },
    reason:
      'The text is too long to be held against all who read it: only its values were looked at.',
  })
}

/** Readers that a contract names; else those that are seen: the languages that read its keys, and `env_file`. */
function checkDialects(
  { name, files, allBindings }: LoadedEnvironment,
  { reads }: CheckInput,
  outcome: CheckOutcome,
): void {
  for (const { path, text, readers } of files) {
    const own = new Map(
      allBindings
        .filter(({ location, source }) => location.file === path && source === 'dotenv')
        .map((binding) => [binding.key, binding]),
    )
    if (own.size === 0) continue
    if (text.length > 1_000_000) {
      tooLong(name, path, outcome)
      continue
    }
    const dialects = new Set<Dialect>(readers)
    if (readers.length < 2) {
      for (const { key, language, phase } of reads ?? []) {
        const dialect = readerOf[language]
        if (dialect !== undefined && phase !== 'test' && own.has(key)) dialects.add(dialect)
      }
    }
    checkCut(name, text, own, dialects, outcome)
    if (dialects.size < 2) continue
    for (const { key, groups } of dialectDifferences(text, [...dialects])) {
      const binding = own.get(key)
      if (binding === undefined || groups.every(({ state }) => state === 'unknown')) continue
      const told = groups.map(({ dialects }) => dialects.join(' and ')).join(' / ')
      findInPack(outcome, {
        rule: 'dialect-divergence',
        severity: 'warning',
        evidence: 'proved',
        binding,
        message: `${key} in ${name} does not mean the same to all who read this file: ${told}.`,
        hint: 'Write it so that all agree: single quotes around what holds #, $, spaces or backslashes.',
      })
    }
  }
}

/** A reader that is alone with the file still cuts a value off at a # that no space stands before. */
function checkCut(
  name: string,
  text: string,
  own: ReadonlyMap<string, Binding>,
  dialects: ReadonlySet<Dialect>,
  outcome: CheckOutcome,
): void {
  const [dialect] = dialects
  if (dialect === undefined || dialects.size > 1) return
  const lines = text.split('\n')
  for (const { key, line } of dialectDifferences(text, [dialect, 'compose'])) {
    const binding = own.get(key)
    if (binding === undefined || !/=\s*[^'"`\s#][^\s#]*#[^\s#]/.test(lines[line - 1] ?? ''))
      continue
    findInPack(outcome, {
      rule: 'cut-at-hash',
      severity: 'warning',
      binding,
      message: `${key} in ${name} has a # inside that this reader takes for a comment: the value ends there.`,
      hint: 'Put single quotes around the value, or a space before the #.',
    })
  }
}

/** A reader refuses the whole file then, or takes the last one. */
function checkTwiceInYaml({ name, files, unread }: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { path, text } of files) {
    const broken = unread.filter(({ location }) => location.file === path)
    if (broken.length === 0 || !/\.ya?ml$/i.test(path) || text.length > 2_000_000) continue
    const counter = new LineCounter()
    for (const { errors } of parseAllDocuments(text, { lineCounter: counter })) {
      for (const { code, pos } of errors) {
        if (code !== 'DUPLICATE_KEY') continue
        const { line } = counter.linePos(pos[0])
        const key = /^\s*["']?([\w.-]{1,200})/.exec(text.slice(pos[0], pos[0] + 300))?.[1] ?? ''
        const location = { file: path, line }
        outcome.find({
          rule: 'pack/duplicate-key',
          severity: 'error',
          evidence: 'proved',
          key,
          environments: [name],
          locations: [location],
          message: `${key} is there twice in a file of ${name}: some readers refuse the file, others take the last one.`,
          hint: 'Keep one.',
        })
      }
    }
  }
}

function checkYaml({ name, files, bindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { path, text } of files) {
    const own = bindings.filter(
      ({ location, source }) =>
        location.file === path &&
        ['compose', 'kubernetes', 'github-actions', 'spring'].includes(source),
    )
    if (own.length === 0) continue
    if (text.length > 2_000_000) {
      tooLong(name, path, outcome)
      continue
    }
    const byLine = Map.groupBy(own, ({ location }) => location.line)
    for (const { location, key, what } of yamlDivergences(text, path)) {
      const { line } = location
      // the name and the value of a container's variable stand in lines of their own
      const binding =
        key === 'value'
          ? [line, line - 1, line - 2].flatMap((it) => byLine.get(it) ?? [])[0]
          : byLine.get(line)?.find((it) => it.key === key || it.key.endsWith(key.toUpperCase()))
      if (binding === undefined) continue
      findInPack(outcome, {
        rule: 'yaml-divergence',
        severity: 'warning',
        evidence: 'proved',
        binding,
        message: `${binding.key} in ${name}: ${what}`,
        hint: 'Quote it.',
      })
    }
  }
}
