import type { Collector } from '../collector.ts'
import { javascriptCollector } from './javascript/javascript-collector.ts'
import { csharpCollector } from './csharp/csharp-collector.ts'
import { dockerfileCollector } from './dockerfile/dockerfile-collector.ts'
import { javaCollector } from './java/java-collector.ts'
import { kotlinCollector } from './kotlin/kotlin-collector.ts'
import { propertiesCollector } from './properties/properties-collector.ts'
import { rustCollector } from './rust/rust-collector.ts'
import { shellCollector } from './shell/shell-collector.ts'
import { yamlCollector } from './yaml/yaml-collector.ts'
import { goCollector } from './go/go-collector.ts'
import { phpCollector } from './php/php-collector.ts'
import { pythonCollector } from './python/python-collector.ts'
import { rubyCollector } from './ruby/ruby-collector.ts'

/** Every language of the scanner; the first collector that takes a file gets it. */
export const collectors: readonly Collector[] = [
  javascriptCollector,
  javaCollector,
  kotlinCollector,
  rustCollector,
  csharpCollector,
  dockerfileCollector,
  shellCollector,
  propertiesCollector,
  yamlCollector,
  goCollector,
  phpCollector,
  pythonCollector,
  rubyCollector,
]
