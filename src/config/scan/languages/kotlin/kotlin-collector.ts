import type { Collector } from '../../collector.ts'
import { collectCurly } from '../curly/collect.ts'
import type { CurlySpec } from '../curly/curly-file.ts'
import { jvmAnnotations } from '../java/annotations.ts'
import { maySettle } from '../java/bound-properties.ts'
import { enumKeys } from '../java/enum-keys.ts'
import { jvmHints } from '../java/java-collector.ts'
import { importsOf, jvmEnvironmentAt, jvmLookup, packageOf } from '../java/java-lookup.ts'

const spec: CurlySpec = {
  language: 'kotlin',
  lexicon: { nestedComments: true, interpolation: 'dollar' },
  style: 'name-first',
  lookup: jvmLookup,
  environmentAt: jvmEnvironmentAt,
  namespace: packageOf,
  imports: importsOf,
  more(file, facts) {
    jvmAnnotations(file, facts)
    enumKeys(file, facts)
  },
}

export const kotlinCollector: Collector = {
  language: 'kotlin',
  version: 3,
  takes: (path) => /\.kts?$/.test(path),
  grammar: () => null,
  mayMatter: (text) =>
    jvmHints.test(text) || maySettle.test(text) || /environmentVariable\(/.test(text),
  collect: (file) => collectCurly(file.path, file.text, spec),
}
