import type { ConfigContract } from './config-contract.ts'
import type { InferredContract } from './infer-contract.ts'

/** Where the JSON Schema lies in a project that has this package. */
const schemaPath = './node_modules/aftergreen/schema/config.contract.schema.json'

/** `config.contract.yaml` of an inferred contract: a line a field, with what was inferred said so. */
export function contractText({ contract, notes, because }: InferredContract): string {
  const lines = [
    `# yaml-language-server: $schema=${schemaPath}`,
    '# What is expected of the configuration. Made from the code by "aftergreen config init": read it, and correct it.',
    '# "inferred" marks what was guessed from names and uses.',
    'version: 1',
    ...environmentLines(contract),
    '',
    Object.keys(contract.keys ?? {}).length === 0 ? 'keys: {}' : 'keys:',
  ]
  for (const [key, fields] of Object.entries(contract.keys ?? {})) {
    for (const note of notes.get(key) ?? []) lines.push(`  # ${oneLine(note)}`)
    const entries = Object.entries(fields)
    lines.push(`  ${scalar(key)}:${entries.length === 0 ? ' {}' : ''}`)
    for (const [field, value] of entries) {
      const why = field === 'effect' ? because.get(key) : undefined
      const comment = why === undefined ? '' : ` # inferred: ${oneLine(why)}`
      lines.push(`    ${field}: ${inline(value)}${comment}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function environmentLines({ environments = {} }: ConfigContract): string[] {
  if (Object.keys(environments).length === 0) {
    return [
      '# No environment was found. Name their files, and rules hold for their values too:',
      '# environments:',
      '#   production: {files: [deploy/production.env]}',
    ]
  }
  return [
    'environments:',
    ...Object.entries(environments).flatMap(([name, { files }]) => [
      `  ${scalar(name)}:`,
      '    files:',
      ...files.map((file) => `      - ${inline(file)}`),
    ]),
  ]
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, it]) => `${scalar(key)}: ${inline(it)}`)
      .join(', ')}}`
  }
  return typeof value === 'string' ? scalar(value) : String(value)
}

/** Plain where every reader of YAML takes it for a text. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
  // JSON's escapes are YAML's, but for what ends lines
  return plain
    ? text
    : JSON.stringify(text)
        .replaceAll('\u2028', '\\u2028')
        .replaceAll('\u2029', '\\u2029')
        .replaceAll('\u0085', '\\u0085')
}

const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200)
