import type { Collector } from '../../collector.ts'
import { collectCurly } from '../curly/collect.ts'
import type { CurlySpec } from '../curly/curly-file.ts'
import { jvmAnnotations } from './annotations.ts'
import { maySettle } from './bound-properties.ts'
import { enumKeys } from './enum-keys.ts'
import { importsOf, jvmEnvironmentAt, jvmLookup, packageOf } from './java-lookup.ts'

const spec = (groovy: boolean): CurlySpec => ({
  language: 'java',
  lexicon: groovy ? { singleQuoted: true, interpolation: 'dollar' } : {},
  style: 'type-first',
  lookup: jvmLookup,
  environmentAt: jvmEnvironmentAt,
  namespace: packageOf,
  imports: importsOf,
  more(file, facts) {
    jvmAnnotations(file, facts)
    enumKeys(file, facts)
  },
})

export const jvmHints =
  /getenv|\$\{|@Config|@Property|@Conditional|[Dd]otenv|getProperty|getRequiredProperty|Environment|"[A-Z][A-Z0-9]*_[A-Z0-9_]+"/

/** Java, and Groovy as far as build scripts need it. */
export const javaCollector: Collector = {
  language: 'java',
  version: 3,
  takes: (path) => /\.(?:java|groovy|gradle)$/.test(path) || /(?:^|\/)Jenkinsfile[^/]*$/.test(path),
  grammar: () => null,
  mayMatter: (text) => jvmHints.test(text) || maySettle.test(text),
  collect: (file) => collectCurly(file.path, file.text, spec(!file.path.endsWith('.java'))),
}
