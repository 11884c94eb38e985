import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { KeyRead } from '../../src/config/key-read.ts'
import { findEnvironments } from '../../src/config/repository/find-environments.ts'
import { lookAtRepository } from '../../src/config/repository/look-at-repository.ts'
import { loadEnvironments } from '../../src/config/repository/load-environments.ts'
import { scanRepository } from '../../src/config/scan/scan-repository.ts'
import { environmentKind } from '../../src/config/repository/environment-kind.ts'
import { cloned, looksSecret } from './configuration.ts'
import type { Configuration, Entry, Form, KeyFacts, Side } from './configuration.ts'
import { paymentKeys, paymentSets, plausibleValue } from './plausible-value.ts'

/** A repository, and a copy of what its configuration consists of: the files that read, declare or set keys. */
export interface Study {
  name: string
  /** The copy. */
  root: string
  keys: ReadonlyMap<string, KeyFacts>
  base: (form: Form) => Configuration
  /** Share of the keys read in the whole repository that the copy reads too. */
  kept: number
}

/** Most keys of an environment. */
const most = 60
const marks =
  /(^|\/)(package\.json|tsconfig[\w.-]*\.json|jsconfig[\w.-]*\.json|go\.mod|pyproject\.toml|setup\.(py|cfg)|composer\.json|Cargo\.toml|pom\.xml|build\.gradle(\.kts)?|Gemfile|[\w.]+\.csproj|Dockerfile[\w.-]*|pnpm-workspace\.yaml)$/

export async function studyRepository(
  name: string,
  from: string,
  root: string,
  seed: number,
  cache: string,
): Promise<Study> {
  const { files, reads = [], declarations } = await lookAtRepository(from, { code: true, cache })
  const { residual } = await scanRepository(from, { cache })
  const found = findEnvironments(files).environments
  const own = found
    .filter((it) => ['staging', 'production'].includes(environmentKind(it.name)))
    .flatMap((it) => it.files.map(({ path }) => path))
  const wanted = new Set([
    ...reads.map(({ location }) => location.file),
    ...declarations.map(({ location }) => location.file),
    ...[...residual.dynamic, ...residual.wholeObject].map(({ location }) => location.file),
    ...found.flatMap((it) => it.files.map(({ path }) => path)),
    ...files.filter((path) => marks.test(path)),
  ])
  // the two environments of a case are all that there is of their kind
  for (const path of own) wanted.delete(path)
  const copyFiles = (paths: Iterable<string>): void => {
    for (const path of paths) {
      if (existsSync(join(root, path))) continue
      mkdirSync(dirname(join(root, path)), { recursive: true })
      cpSync(join(from, path), join(root, path))
    }
  }
  copyFiles(wanted)
  const namesOf = (list: readonly KeyRead[] = []): Set<string> =>
    new Set(list.map(({ key }) => key))
  const all = namesOf(reads)
  let copy = await lookAtRepository(root, { code: true, cache })
  const shareRead = (): number => {
    const here = namesOf(copy.reads)
    return all.size === 0 ? 1 : [...all].filter((key) => here.has(key)).length / all.size
  }
  if (shareRead() < 0.95) {
    // what a read goes through may lie in files that read nothing themselves
    copyFiles(files.filter((path) => !own.includes(path)))
    copy = await lookAtRepository(root, { code: true, cache })
  }

  const examples = new Map<string, string>()
  const samples = new Map<string, number>()
  const readKeys = new Set(reads.filter((it) => it.phase !== 'test').map(({ key }) => key))
  const sampleKeys = new Set<string>()
  for (const { kind, key, example, location } of declarations) {
    if (kind !== 'sample' && kind !== 'compose') continue
    if (kind === 'compose' && !readKeys.has(key)) continue
    if (!/^[A-Z][A-Z0-9_]{2,60}$/.test(key)) continue
    if (kind === 'sample') {
      samples.set(location.file, (samples.get(location.file) ?? 0) + (readKeys.has(key) ? 3 : 1))
      sampleKeys.add(key)
    }
    const text = example?.reveal().trim() ?? ''
    if ((examples.get(key) ?? '') === '') examples.set(key, text)
  }
  for (const { bindings } of loadEnvironments(from, found, files)) {
    for (const { key, value } of bindings) {
      if (!readKeys.has(key) || !/^[A-Z][A-Z0-9_]{2,60}$/.test(key)) continue
      if ((examples.get(key) ?? '') === '') examples.set(key, value?.reveal().trim() ?? '')
    }
  }
  const samplePath = [...samples].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0]
  const byKey = Map.groupBy(
    // a label rests on what the copy says as well: what reads a key in a file that was left out proves nothing
    (copy.reads ?? []).filter((it) => !it.template && it.phase !== 'test'),
    (it) => it.key,
  )
  const keys = new Map<string, KeyFacts>()
  for (const key of new Set([...examples.keys(), ...byKey.keys()])) {
    const list = byKey.get(key) ?? []
    const types = new Set(
      list.flatMap(({ type }) => (type === undefined || type === 'string' ? [] : [type])),
    )
    const [type] = types
    const values = list.find((it) => it.values !== undefined)?.values
    const fallback = list.find((it) => it.default?.literal !== undefined)?.default?.literal
    keys.set(key, {
      key,
      example: examples.get(key) ?? '',
      reads: list,
      ...(types.size === 1 && type !== undefined ? { type } : {}),
      ...(values === undefined ? {} : { values }),
      ...(fallback === undefined ? {} : { fallback }),
      required:
        list.some((it) => it.required === true) && list.every((it) => it.default === undefined),
      inSample: sampleKeys.has(key),
    })
  }
  const salt = `${name}\0${seed}`
  const chosen = chooseKeys(
    [...examples.keys(), ...[...keys.values()].filter((it) => it.required).map((it) => it.key)],
    keys,
  )
  const sideOf = (side: Side): Entry[] => {
    const entries: Entry[] = []
    for (const key of chosen) {
      const value = plausibleValue(keys.get(key)!, side, salt)
      if (value !== undefined) entries.push({ key, value, secret: looksSecret(key) })
    }
    const which =
      (Number.parseInt(Buffer.from(name).toString('hex').slice(-6), 16) + seed) % paymentSets
    for (const [key, value] of paymentKeys(which, side, salt)) {
      const known = entries.find((entry) => entry.key === key)
      if (known === undefined) entries.push({ key, value, secret: looksSecret(key) })
      else known.value = value
    }
    return entries
  }
  const sides = { staging: sideOf('staging'), production: sideOf('production') }
  const sample =
    samplePath === undefined
      ? undefined
      : { path: samplePath, text: readFileSync(join(from, samplePath), 'utf8') }
  const folder =
    samplePath === undefined ? '' : samplePath.slice(0, samplePath.lastIndexOf('/') + 1)
  return {
    name,
    root,
    keys,
    kept: shareRead(),
    base: (form) =>
      cloned({
        form,
        folder,
        sides,
        ...(sample === undefined ? {} : { sample }),
        tail: { staging: '', production: '' },
        renamed: {},
      }),
  }
}

/** Those that the code reads first, and those that it needs before the others; in the order of their files. */
function chooseKeys(names: readonly string[], keys: ReadonlyMap<string, KeyFacts>): string[] {
  const unique = [...new Set(names)].filter((key) => keys.has(key))
  const rank = (key: string): number => {
    const { required, reads, example } = keys.get(key)!
    return (required ? 4 : 0) + (reads.length > 0 ? 2 : 0) + (example === '' ? 0 : 1)
  }
  const best = new Set(unique.toSorted((a, b) => rank(b) - rank(a)).slice(0, most))
  return unique.filter((key) => best.has(key))
}
