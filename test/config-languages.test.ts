import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Collector } from '../src/config/scan/collector.ts'
import type { FileFacts } from '../src/config/scan/file-facts.ts'
import { csharpCollector } from '../src/config/scan/languages/csharp/csharp-collector.ts'
import { dockerfileCollector } from '../src/config/scan/languages/dockerfile/dockerfile-collector.ts'
import { javaCollector } from '../src/config/scan/languages/java/java-collector.ts'
import { kotlinCollector } from '../src/config/scan/languages/kotlin/kotlin-collector.ts'
import { propertiesCollector } from '../src/config/scan/languages/properties/properties-collector.ts'
import { rustCollector } from '../src/config/scan/languages/rust/rust-collector.ts'
import { shellCollector } from '../src/config/scan/languages/shell/shell-collector.ts'
import { yamlCollector } from '../src/config/scan/languages/yaml/yaml-collector.ts'
import { cpuClock } from './cpu-clock.ts'

const collectors = [
  javaCollector, kotlinCollector, rustCollector, csharpCollector, dockerfileCollector, shellCollector, propertiesCollector,
  yamlCollector,
] // prettier-ignore

function factsOf(fixture: string, path = fixture): FileFacts {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', 'config', fixture), 'utf8')
  const collector = collectors.find((one) => one.takes(path))!
  expect(collector.mayMatter(text)).toBe(true)
  return collector.collect({ path, text, root: null })
}

function keysOf(facts: FileFacts): string[] {
  return facts.reads.map(({ key, default: standIn, required, type }) =>
    [key, standIn && `=${standIn.literal ?? '?'}`, required && '!', type && `:${type}`]
      .filter(Boolean)
      .join(''),
  )
}

describe('golden fixtures', () => {
  for (const fixture of [
    'java/Settings.java',
    'kotlin/Settings.kt',
    'rust/settings.rs',
    'csharp/Settings.cs',
    'yaml/compose.yml',
    'yaml/application.yml',
    'properties/app.properties',
    'properties/app.conf',
    'shell/run.sh',
    'shell/Makefile',
    'dockerfile/Dockerfile',
  ])
    test(`facts of ${fixture}`, () => {
      const facts = factsOf(fixture)
      const { symbols, uses, fields, fillings, dynamic, wholeObject, unparsed } = facts
      expect({
        reads: keysOf(facts),
        symbols,
        uses,
        fields,
        fillings,
        dynamic,
        wholeObject,
        unparsed,
      }).toMatchSnapshot()
    })

  test('a workflow', () => {
    const facts = factsOf('yaml/workflow.yml', '.github/workflows/ci.yml')
    expect(keysOf(facts).toSorted()).toEqual(['API_TOKEN', 'ENABLED', 'FROM_RUNNER', 'REGION=eu'])
  })
})

test('a macro of the project is followed to the names it makes', () => {
  const { uses, imports } = factsOf('rust/settings.rs')
  const made = uses.filter((use) => use.path[0]!.startsWith('lookup'))
  expect(made.map((use) => [use.path.join('.'), use.key, use.line])).toEqual([
    ['lookup', 'SMTP_HOST', 22],
    ['lookup', 'SMTP_PORT', 24],
    ['lookup_bool', 'WEB_ENABLED', 28],
  ])
  expect(imports).toContainEqual({ name: 'renamed', module: 'crate::util', imported: 'other' })
})

test('a shell script takes from outside only what it does not set itself', () => {
  expect(keysOf(factsOf('shell/run.sh'))).toEqual(['REQUIRED!', 'PORT=8080', 'IN_DOC', 'TAKEN'])
})

test('compose: comments and doubled dollars are no reads, bare keys are', () => {
  expect(keysOf(factsOf('yaml/compose.yml')).toSorted()).toEqual(
    ['DB_URL!', 'INNER=x', 'OUTER=?', 'PASSED_ON', 'PLAIN', 'TOKEN', 'WEB_TAG=latest'].toSorted(),
  )
})

test('an image: arguments while it is built, its start command while it runs', () => {
  const { reads } = factsOf('dockerfile/Dockerfile')
  expect(reads.map(({ key, phase, default: standIn }) => [key, phase, standIn?.literal])).toEqual([
    ['NODE', 'build', '24'],
    ['COMMIT', 'build', undefined],
    ['PORT', 'run', '3000'],
    ['SECRET_KEY', 'run', undefined],
  ])
})

describe('hostile texts end soon, and say so where they are broken', () => {
  const texts: Record<string, string> = {
    holes: '"${'.repeat(30_000),
    nested: '${A:-'.repeat(20_000),
    brackets: 'f('.repeat(40_000),
    functions: 'int f(int a) { '.repeat(10_000),
    macro: 'macro_rules! m { ($($x:ident)*) => { m!($($x)* $($x)*) } } fn f() { m!(a b); }',
    quotes: '"\n\'\n'.repeat(20_000),
    binary: String.fromCharCode(
      ...Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 65_536),
    ),
    documents: 'cat <<A\n'.repeat(20_000),
  }
  const paths = ['A.java', 'a.kt', 'a.rs', 'a.cs', 'compose.yml', 'a.conf', 'a.sh', 'Dockerfile']
  for (const [name, text] of Object.entries(texts))
    test(`a text of ${name} in every language`, () => {
      const spent = cpuClock()
      for (const path of paths) {
        const collector: Collector = collectors.find((one) => one.takes(path))!
        const facts = collector.collect({ path, text, root: null })
        expect(facts.reads.length).toBeLessThanOrEqual(20_000)
      }
      expect(spent()).toBeLessThan(10_000)
    })

  test('a bracket that is not closed is told, what lies before it is read', () => {
    const text = 'class A { void f() { g(System.getenv("KEPT")); h((1; '
    const facts = javaCollector.collect({ path: 'A.java', text, root: null })
    expect(keysOf(facts)).toEqual(['KEPT'])
    expect(facts.unparsed).toHaveLength(1)
  })
})
