import type { Configuration, Entry, Side } from './configuration.ts'

/** The files of a configuration by path, and where each key stands in them: `side key` -> places. */
export interface Rendered {
  files: Map<string, string>
  places: Map<string, { file: string; line: number }[]>
}

export function renderFiles(it: Configuration): Rendered {
  const rendered: Rendered = { files: new Map(), places: new Map() }
  for (const side of ['staging', 'production'] as const) {
    const lines = new Lines(side, rendered)
    const { folder } = it
    if (it.form === 'dotenv') writeDotenv(lines, it.sides[side])
    else if (it.form === 'kubernetes') writeKubernetes(lines, it.sides[side])
    else if (it.form === 'compose') writeCompose(lines, it.sides[side])
    else if (it.form === 'terraform') writePlan(lines, it.sides[side])
    else if (it.form === 'github-actions') writeWorkflow(lines, it.sides[side], side)
    else {
      const inFile = it.sides[side].filter(({ services }) => services === undefined)
      const own = it.sides[side].filter(({ services }) => services !== undefined)
      writeDotenv(lines, inFile)
      lines.save(nameIn(it, `${folder}.env.${side}`), it, it.tail[side])
      writeCompose(lines, own, `.env.${side}`)
      lines.save(nameIn(it, `${folder}compose.${side}.yaml`), it, '')
      continue
    }
    const path = {
      dotenv: `${folder}.env.${side}`,
      compose: `${folder}compose.${side}.yaml`,
      kubernetes: `deploy/${side}/app.yaml`,
      terraform: `${side}.tfplan.json`,
      'github-actions': `.github/workflows/deploy-${side}.yaml`,
    }[it.form]
    lines.save(nameIn(it, path), it, it.tail[side])
  }
  if (it.sample !== undefined) rendered.files.set(it.sample.path, it.sample.text)
  return rendered
}

const nameIn = ({ renamed }: Configuration, path: string): string => renamed[path] ?? path

class Lines {
  readonly #side: Side
  readonly #rendered: Rendered
  #lines: string[] = []
  #keys: [key: string, line: number][] = []

  constructor(side: Side, rendered: Rendered) {
    this.#side = side
    this.#rendered = rendered
  }

  add(text: string, key?: string): void {
    if (key !== undefined) this.#keys.push([key, this.#lines.length + 1])
    this.#lines.push(...text.split('\n'))
  }

  save(path: string, { reshape }: Configuration, tail: string): void {
    const text = `${this.#lines.join('\n')}\n${tail}`
    this.#rendered.files.set(path, reshape === undefined ? text : reshape(text))
    for (const [key, line] of this.#keys) {
      const name = `${this.#side} ${key}`
      const list = this.#rendered.places.get(name) ?? []
      list.push({ file: path, line })
      this.#rendered.places.set(name, list)
    }
    this.#lines = []
    this.#keys = []
  }
}

function writeDotenv(lines: Lines, entries: readonly Entry[]): void {
  for (const { key, value, raw, quotes, comment } of entries) {
    if (comment !== undefined) lines.add(`# ${comment}`)
    const sign = quotes ?? (/^[\w.:/@,+=?&%-]*$/.test(value) ? '' : '"')
    lines.add(raw ?? `${key}=${sign}${value}${sign}`, key)
  }
}

const servicesOf = ({ services = ['app', 'worker'] }: Entry): readonly string[] => services

function writeCompose(lines: Lines, entries: readonly Entry[], envFile?: string): void {
  lines.add('services:')
  for (const service of ['app', 'worker']) {
    lines.add(`  ${service}:`)
    lines.add(`    image: registry.northwind-goods.com/shop/${service}:1.14.2`)
    const built = entries.filter((entry) => servicesOf(entry).includes('build'))
    if (service === 'app' && built.length > 0) {
      lines.add('    build:\n      context: .\n      args:')
      for (const entry of built) writeYaml(lines, entry, '        ')
    }
    if (envFile !== undefined) lines.add(`    env_file:\n      - ${envFile}`)
    const own = entries.filter((entry) => servicesOf(entry).includes(service))
    if (own.length > 0) lines.add('    environment:')
    for (const entry of own) writeYaml(lines, entry, '      ')
  }
}

function writeYaml(lines: Lines, entry: Entry, indent: string): void {
  const { key, value, raw, quotes, comment } = entry
  if (comment !== undefined) lines.add(`${indent}# ${comment}`)
  const text =
    quotes === ''
      ? value
      : quotes === "'"
        ? `'${value.replaceAll("'", "''")}'`
        : JSON.stringify(value)
  lines.add(`${indent}${raw ?? `${key}: ${text}`}`, key)
}

/** `terraform show -json` of two functions; a value that Terraform was told to hide would not be in the plan. */
function writePlan(lines: Lines, entries: readonly Entry[]): void {
  lines.add('{"format_version": "1.2", "complete": true, "resource_changes": [')
  for (const [index, service] of (['app', 'worker'] as const).entries()) {
    const address = `aws_lambda_function.${service}`
    lines.add(`  {"address": "${address}", "mode": "managed", "type": "aws_lambda_function",`)
    lines.add('   "change": {"actions": ["update"], "after": {"environment": [{"variables": {')
    const own = entries.filter((entry) => servicesOf(entry).includes(service))
    for (const [at, { key, value }] of own.entries()) {
      const end = at === own.length - 1 ? '' : ','
      lines.add(`     ${JSON.stringify(key)}: ${JSON.stringify(value)}${end}`, key)
    }
    lines.add(`   }}]}, "after_sensitive": {}, "after_unknown": {}}}${index === 0 ? ',' : ''}`)
  }
  lines.add(']}')
}

function writeWorkflow(lines: Lines, entries: readonly Entry[], side: Side): void {
  lines.add(`name: deploy ${side}\non: { push: { branches: [main] } }\njobs:`)
  for (const service of ['app', 'worker']) {
    lines.add(`  ${service}:\n    runs-on: ubuntu-24.04\n    environment: ${side}`)
    const own = entries.filter((entry) => servicesOf(entry).includes(service as 'app'))
    if (own.length > 0) lines.add('    env:')
    for (const entry of own) writeYaml(lines, entry, '      ')
    lines.add(`    steps:\n      - run: ./deploy ${service}`)
  }
}

function writeKubernetes(lines: Lines, entries: readonly Entry[]): void {
  const head = (kind: string, version: string, name: string): void => {
    lines.add(`apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: ${name}`)
  }
  head('ConfigMap', 'v1', 'app-config')
  lines.add('data:')
  for (const entry of entries) {
    if (!entry.secret && servicesOf(entry).length === 2) writeYaml(lines, entry, '  ')
  }
  lines.add('---')
  head('Secret', 'v1', 'app-secrets')
  lines.add('type: Opaque\nstringData:')
  for (const entry of entries) if (entry.secret) writeYaml(lines, entry, '  ')
  for (const service of ['app', 'worker'] as const) {
    lines.add('---')
    head('Deployment', 'apps/v1', service)
    lines.add(
      `spec:\n  selector:\n    matchLabels: { app: ${service} }\n  template:\n    metadata:\n      labels: { app: ${service} }\n    spec:\n      containers:\n        - name: ${service}\n          image: registry.northwind-goods.com/shop/${service}:1.14.2\n          envFrom:\n            - configMapRef:\n                name: app-config`,
    )
    const own = entries.filter(
      (entry) =>
        servicesOf(entry).includes(service) && (entry.secret || servicesOf(entry).length < 2),
    )
    if (own.length > 0) lines.add('          env:')
    for (const entry of own) {
      lines.add(`            - name: ${entry.key}`, entry.key)
      if (entry.secret) {
        const { key, refersTo = key } = entry
        lines.add(
          `              valueFrom:\n                secretKeyRef:\n                  name: app-secrets\n                  key: ${refersTo}`,
        )
      } else lines.add(`              value: ${JSON.stringify(entry.value)}`)
    }
  }
}
