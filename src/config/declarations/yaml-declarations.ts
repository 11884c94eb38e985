import { relaxedName } from '../scan/languages/java/property-names.ts'
import { maskYamlComments, yamlLines } from '../scan/languages/yaml/yaml-lines.ts'
import { lineStarts, placeAt } from '../scan/languages/curly/tokens.ts'
import type { Declaration, DeclarationKind } from './declaration.ts'
import { declaration, isDeclaredName, maxDeclarations, plainValue } from './declaring.ts'

const environments =
  /^(?:environment|env|envs|variables|env_vars|envVars|extraEnv\w*|extra_env\w*|\w+Envs?|\w*[eE]nv(?:ironment)?Vars|args|globalEnv|env_variables|envFrom)$/

/** What manifests give to containers, jobs and services, read line by line so that templates and broken files are read too. */
export function yamlDeclarations(path: string, text: string, kind: DeclarationKind): Declaration[] {
  const found: Declaration[] = []
  const masked = maskYamlComments(text)
  const starts = lineStarts(masked)
  const stack: { indent: number; key: string }[] = []
  const isConfigMap = /^kind:[ \t]*["']?(?:ConfigMap|Secret|SealedSecret)\b/m.test(masked)
  const lines = yamlLines(masked)
  for (const [at, line] of lines.entries()) {
    if (found.length >= maxDeclarations) break
    while (stack.length > 0 && stack.at(-1)!.indent >= line.indent) stack.pop()
    const parent = stack.at(-1)?.key ?? ''
    if (line.key !== undefined && stack.length < 60)
      stack.push({ indent: line.indent, key: line.key })
    const place = placeAt(starts, line.offset).line
    const add = (key: string, value: string): void => {
      if (isDeclaredName(key))
        found.push(declaration(path, kind, key, place, { example: plainValue(value) }))
    }
    const inEnvironment = environments.test(parent)
    const inData = isConfigMap && (parent === 'data' || parent === 'stringData')
    if (line.key === undefined) {
      const item =
        line.dash && inEnvironment ? /^["']?([A-Za-z_]\w*)(?:=(.*?))?["']?$/.exec(line.value) : null
      if (item) add(item[1]!, item[2] ?? '')
    } else if (line.dash && (line.key === 'name' || line.key === 'key')) {
      const next = lines[at + 1]
      const given =
        next && (next.key === 'value' || next.key === 'valueFrom') && next.indent === line.indent
      if (inEnvironment || given)
        add(plainValue(line.value), next?.key === 'value' && given ? next.value : '')
    } else if (inEnvironment || inData) add(line.key, line.value)
  }
  return found
}

/** Spring's `application.yml`: every property can be given by the environment under its relaxed name. */
export function springYamlDeclarations(path: string, text: string): Declaration[] {
  const found: Declaration[] = []
  const masked = maskYamlComments(text)
  const starts = lineStarts(masked)
  const stack: { indent: number; key: string }[] = []
  for (const line of yamlLines(masked)) {
    if (found.length >= maxDeclarations) break
    while (stack.length > 0 && stack.at(-1)!.indent >= line.indent) stack.pop()
    if (line.key === undefined || line.dash || stack.length >= 60) continue
    stack.push({ indent: line.indent, key: line.key })
    if (line.value === '' || /^[&|>]/.test(line.value)) continue
    const key = relaxedName(stack.map((one) => one.key).join('.'))
    const value = plainValue(line.value)
    if (key && !line.key.startsWith('<<'))
      found.push(
        declaration(path, 'settings', key, placeAt(starts, line.offset).line, { example: value }),
      )
  }
  return found
}

export function propertiesDeclarations(path: string, text: string): Declaration[] {
  const found: Declaration[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const match = /^[ \t]*([A-Za-z][\w.[\]-]*)[ \t]*[=:][ \t]*(.*)$/.exec(raw.slice(0, 5000))
    const key = match && found.length < maxDeclarations ? relaxedName(match[1]!) : undefined
    if (match && key)
      found.push(declaration(path, 'settings', key, index + 1, { example: match[2]!.trim() }))
  }
  return found
}
