/** The rules of the house: what a file may import, by where it lies. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'

import { importsOf } from './imports-of.ts'
import type { Import } from './imports-of.ts'

/** The folders of src/, in order: each may import from itself and from those before it. */
export const layers = [
  'stats',
  'otlp',
  'store',
  'ask',
  'cohorts',
  'signals',
  'config',
  'assumptions',
  'storms',
  'releases',
  'integrations',
  'server',
  'cli',
]

/** Files that everybody in src/ may import. */
const shared = new Set(['src/errors.ts', 'src/signal.ts'])

/** No input or output, no clock, no chance: what they say depends on what they are given. */
const pure = new Set(['stats', 'cohorts'])
/** Except where the rows come from, where threads are started, and what runs both. */
const impure = ['source', 'threads', 'compare', 'drill'].map((name) => `src/cohorts/${name}/`)
const impurity =
  /\b(?:Math\.random|Date\.now|new Date\(\)|performance\.now|process\.(?:argv|cwd|env|hrtime|std|memory)|crypto\.|fetch\()/

/** The one place where src/ reaches out: the command line starts the demo. */
const demoEntry = 'demo/run.ts'

/**
 * What is wrong with a file, one sentence each.
 * @param path from the root of the checkout, with slashes
 * @param runtimePackages names of the packages that are installed with this one
 */
export function violationsIn(
  path: string,
  text: string,
  runtimePackages: ReadonlySet<string>,
): string[] {
  const imports = importsOf(path, text)
  const found = imports.flatMap((one) => {
    const wrong = wrongWith(path, one, runtimePackages)
    return wrong === null ? [] : [`${path} imports ${one.specifier ?? 'a computed name'}: ${wrong}`]
  })
  const [area, layer = ''] = path.split('/')
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  if (isPure(path) && !isTest(path) && impurity.test(code)) {
    found.push(`${path} uses ${impurity.exec(code)?.[0]}: ${layer}/ is pure`)
  }
  if (area === 'src' && path.split('/').length > 2 && !layers.includes(layer)) {
    found.push(`${path} lies in a folder that has no place in the order of layers`)
  }
  return found
}

function wrongWith(path: string, one: Import, runtimePackages: ReadonlySet<string>): string | null {
  const { specifier } = one
  const [area = '', layer = ''] = path.split('/')
  if (specifier === null) return area === 'src' ? 'nobody can check a computed import' : null
  if (!specifier.startsWith('.')) return wrongWithPackage(path, one, runtimePackages)

  const target = posix.join(posix.dirname(path), specifier)
  const [targetArea = '', targetLayer = ''] = target.split('/')
  if (targetArea === 'src' && isTest(target) && !isTest(path))
    return 'only tests use what is for tests'
  if (area === 'src') {
    if (target === demoEntry && layer === 'cli' && one.dynamic) return null
    // Tests are no part of the product: they may share what the tests of whole processes use.
    if (targetArea === 'test' && isTest(path)) return null
    if (targetArea !== 'src') return 'src/ stands on its own'
    if (shared.has(target)) return null
    if (isPure(path) && isImpure(target) && !one.typeOnly && !isTest(path))
      return 'pure mathematics takes only types from there'
    const [from, to] = [layers.indexOf(layer), layers.indexOf(targetLayer)]
    if (from < 0) return 'files beside the layers import only each other'
    if (to < 0) return 'it lies in no layer'
    return to > from ? `${layer}/ is above ${targetLayer}/ in the order of layers` : null
  }
  if (area === 'web' && targetArea !== 'web' && !isTest(path)) {
    if (targetArea !== 'src') return 'the pages use only themselves and types of src/'
    return one.typeOnly
      ? null
      : 'the pages take types from src/, with `import type`, and nothing else'
  }
  const isTestShared = targetArea === 'test' && isTest(path)
  if (area === 'demo' && !['demo', 'src'].includes(targetArea) && !isTestShared)
    return 'the demo uses itself and src/'
  return null
}

function wrongWithPackage(
  path: string,
  one: Import,
  runtimePackages: ReadonlySet<string>,
): string | null {
  const [area = '', layer = ''] = path.split('/')
  const specifier = one.specifier ?? ''
  if ((area !== 'src' && area !== 'demo') || isTest(path)) return null
  if (isPure(path)) return `${layer}/ is pure mathematics`
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? null : 'write it with node:'
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return runtimePackages.has(name) || one.typeOnly
    ? null
    : 'it is not among the dependencies of the package'
}

function isImpure(path: string): boolean {
  return impure.some((folder) => path.startsWith(folder))
}

function isPure(path: string): boolean {
  const [area, layer = ''] = path.split('/')
  return area === 'src' && pure.has(layer) && !isImpure(path)
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.split('/').includes('testing')
}
