import type { Dialect } from '../binding.ts'
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
    if (own.size === 0 || text.length > 1_000_000) continue
    const dialects = new Set<Dialect>(readers)
    if (readers.length < 2) {
      for (const { key, language, phase } of reads ?? []) {
        const dialect = readerOf[language]
        if (dialect !== undefined && phase !== 'test' && own.has(key)) dialects.add(dialect)
      }
    }
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

function checkYaml({ name, files, bindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { path, text } of files) {
    const own = bindings.filter(
      ({ location, source }) =>
        location.file === path &&
        ['compose', 'kubernetes', 'github-actions', 'spring'].includes(source),
    )
    if (own.length === 0 || text.length > 2_000_000) continue
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
