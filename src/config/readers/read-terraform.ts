import type { BindingsRead } from '../binding.ts'
import { readContainerDefinitions } from './container-definitions.ts'
import { BindingCollector } from './environment-file.ts'
import type { KnownValue, ReadContext } from './environment-file.ts'
import { fieldOf, itemsOf, pairsOf, parseJson, stringOf } from './json-text.ts'
import type { JsonText } from './json-text.ts'

/**
 * JSON of `terraform show`: a plan (`resource_changes`) or a state (`values`). What is marked sensitive is a reference
 * and never a value, what is only known after the apply is unknown.
 */
export function readTerraform(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const json = parseJson(text)
  if (json === undefined) {
    collector.notRead(file, 1, 'This is not valid JSON.')
    return collector.read()
  }
  const plan = fieldOf(json.value, 'resource_changes') !== undefined
  const reader = new ResourceReader(
    file,
    plan ? 'terraform-plan' : 'terraform-state',
    json,
    collector,
  )
  for (const change of itemsOf(json.value, 'resource_changes')) {
    const after = fieldOf(change, 'change', 'after')
    if (after === null || after === undefined) continue
    const sensitive = fieldOf(change, 'change', 'after_sensitive')
    reader.read(change, after, sensitive, fieldOf(change, 'change', 'after_unknown'))
  }
  if (!plan) readModule(fieldOf(json.value, 'values', 'root_module'), reader, 0)
  if (plan && fieldOf(json.value, 'complete') === false) {
    collector.notRead(file, 1, 'The plan is not complete: some resources are left for a later one.')
  }
  return collector.read()
}

function readModule(module: unknown, reader: ResourceReader, depth: number): void {
  if (depth > 100) return
  for (const resource of itemsOf(module, 'resources')) {
    reader.read(
      resource,
      fieldOf(resource, 'values'),
      fieldOf(resource, 'sensitive_values'),
      undefined,
    )
  }
  for (const child of itemsOf(module, 'child_modules')) readModule(child, reader, depth + 1)
}

class ResourceReader {
  readonly #file: string
  readonly #source: 'terraform-plan' | 'terraform-state'
  readonly #json: JsonText
  readonly #collector: BindingCollector

  constructor(
    file: string,
    source: 'terraform-plan' | 'terraform-state',
    json: JsonText,
    collector: BindingCollector,
  ) {
    this.#file = file
    this.#source = source
    this.#json = json
    this.#collector = collector
  }

  read(resource: unknown, values: unknown, sensitive: unknown, unknown: unknown): void {
    const component = stringOf(resource, 'address') ?? ''
    const line = this.#json.lineOf(component)
    const definitions = fieldOf(values, 'container_definitions')
    const hidden = fieldOf(sensitive, 'container_definitions') === true
    if (typeof definitions === 'string') {
      const parsed = parseJson(definitions)?.value
      const lineOf = (): number => line
      const place = {
        file: this.#file,
        source: this.#source,
        within: component,
        lineOf,
        sensitive: hidden,
      }
      if (Array.isArray(parsed)) readContainerDefinitions(parsed, place, this.#collector)
      else
        this.#collector.notRead(
          this.#file,
          line,
          `The container definitions of ${component} are not valid JSON.`,
        )
    } else if (fieldOf(unknown, 'container_definitions') === true) {
      this.#collector.notRead(
        this.#file,
        line,
        `The container definitions of ${component} are known after the apply.`,
      )
    }
    this.#walk(component, { values, sensitive, unknown }, 0)
  }

  /** Maps and lists of variables, wherever a resource type keeps them. */
  #walk(component: string, { values, sensitive, unknown }: Three, depth: number): void {
    if (depth > 12 || values === null || typeof values !== 'object') {
      if (depth <= 12 && unknown !== null && typeof unknown === 'object' && values === undefined) {
        this.#walk(component, { values: {}, sensitive, unknown }, depth + 1)
      }
      return
    }
    if (Array.isArray(values)) {
      for (const [index, item] of values.entries()) {
        const below = {
          values: item as unknown,
          sensitive: part(sensitive, index),
          unknown: part(unknown, index),
        }
        this.#walk(component, below, depth + 1)
      }
      return
    }
    const keys = new Set([...Object.keys(values), ...pairsOf(unknown).map(([key]) => key)])
    for (const key of keys) {
      const below = {
        values: fieldOf(values, key),
        sensitive: part(sensitive, key),
        unknown: part(unknown, key),
      }
      if (variableMaps.has(key)) this.#map(component, below)
      else if (variableLists.has(key) && Array.isArray(below.values)) this.#list(component, below)
      if (key === 'container_definitions') continue
      this.#walk(component, below, depth + 1)
    }
  }

  #map(component: string, { values, sensitive, unknown }: Three): void {
    if (Array.isArray(values)) return
    const names = new Set([...pairsOf(values), ...pairsOf(unknown)].map(([key]) => key))
    for (const key of names) {
      const value = fieldOf(values, key)
      const later = part(unknown, key)
      if (value !== null && typeof value === 'object') continue
      if (later !== undefined && later !== null && typeof later === 'object') continue
      this.#add(
        component,
        key,
        stringOf(values, key),
        part(sensitive, key) === true,
        later === true,
      )
    }
    if (unknown === true) {
      this.#collector.notRead(
        this.#file,
        this.#json.lineOf(component),
        `The variables of ${component} are known after the apply.`,
      )
    }
  }

  #list(component: string, { values, sensitive, unknown }: Three): void {
    for (const [index, item] of (values as unknown[]).entries()) {
      const key = stringOf(item, 'name')
      if (key === undefined || fieldOf(item, 'image') !== undefined) continue
      const hides = part(sensitive, index)
      const from = pairsOf(item, 'value_source').length + itemsOf(item, 'value_source').length
      const secret = from > 0 || itemsOf(item, 'value_from').length > 0
      const value = stringOf(item, 'value') ?? (secret ? undefined : '')
      const hidden = hides === true || part(hides, 'value') === true
      const later = part(part(unknown, index), 'value') === true
      this.#add(component, key, value, hidden || secret, later)
    }
  }

  #add(
    component: string,
    key: string,
    text: string | undefined,
    sensitive: boolean,
    later: boolean,
  ): void {
    let value: KnownValue
    if (sensitive)
      value = { state: 'reference', detail: 'It is marked as sensitive, or lies in a secret.' }
    else if (later || text === undefined)
      value = { state: 'unknown', detail: 'It is known after the plan is applied.' }
    else value = { state: 'set', text }
    const location = { file: this.#file, line: this.#json.lineOf(key) }
    const base = {
      source: this.#source,
      component,
      phase: 'run' as const,
      precedence: 40,
      location,
    }
    this.#collector.add({ ...base, delivery: 'per-revision' }, key, value)
  }
}

interface Three {
  values: unknown
  sensitive: unknown
  unknown: unknown
}

/** `true` for a whole holds for every part of it. */
function part(marks: unknown, key: string | number): unknown {
  return marks === true ? true : fieldOf(marks, key)
}

/** Fields that hold variables by name: Lambda, Cloud Functions, App Service, Batch, Heroku, Netlify ... */
const variableMaps = new Set([
  'variables',
  'environment_variables',
  'app_settings',
  'build_environment_variables',
  'config_vars',
  'sensitive_config_vars',
  'secure_environment_variables',
  'runtime_environment_variables',
  'env_variables',
])

/** Fields that hold a list of names and values: Cloud Run, Container Apps, Kubernetes, Elastic Beanstalk. */
const variableLists = new Set(['env', 'environment_variable', 'environment'])
