import type { BindingsRead } from '../binding.ts'
import { Refused, Scope, Unknowable } from '../dialects/scope.ts'
import { readShellWord } from '../dialects/shell-word.ts'
import { BindingCollector } from './environment-file.ts'
import type { BindingBase, KnownValue, ReadContext } from './environment-file.ts'

/**
 * `ENV` and `ARG` of a Dockerfile. The component is the stage; what a stage of the same file sets is handed to the stages
 * made from it. `ARG` holds while the image is built, and may be overridden then.
 */
export function readDockerfile(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const stages = new Map<string, Scope>()
  let scope = new Scope(undefined)
  let component = ''
  for (const { line, words } of instructions(text)) {
    const [, name = '', rest = ''] = /^([A-Za-z]+)\s+([^]*)$/.exec(words) ?? []
    const instruction = name.toUpperCase()
    if (instruction === 'FROM') {
      const [, base = '', stage] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? []
      const inherited = stages.get(base.toLowerCase())
      scope = new Scope(undefined)
      for (const [key, value] of inherited?.file ?? []) scope.file.set(key, value)
      component = stage ?? ''
      if (stage !== undefined) stages.set(stage.toLowerCase(), scope)
    }
    if (instruction !== 'ENV' && instruction !== 'ARG') continue
    const build = instruction === 'ARG'
    const base: BindingBase = {
      source: 'dockerfile',
      location: { file, line },
      component,
      phase: build ? 'build' : 'run',
      precedence: 5,
      delivery: 'per-revision',
    }
    for (const { key, value } of assignments(rest, scope, build)) {
      if (value.state === 'set') scope.file.set(key, value.text)
      else if (value.state !== 'unset') scope.file.set(key, new Unknowable(value.detail))
      collector.add(base, key, value)
    }
  }
  return collector.read()
}

function* instructions(text: string): Generator<{ line: number; words: string }> {
  const lines = text.split(/\r?\n/)
  const escape = /^#\s*escape\s*=\s*`/im.test(lines.slice(0, 3).join('\n')) ? '`' : '\\'
  for (let index = 0; index < lines.length; index += 1) {
    const first = lines[index] ?? ''
    if (/^\s*(?:#|$)/.test(first)) continue
    const start = index
    const parts = [first.trimStart()]
    while (parts.at(-1)?.trimEnd().endsWith(escape) === true && index + 1 < lines.length) {
      parts[parts.length - 1] = parts.at(-1)?.trimEnd().slice(0, -1) ?? ''
      index += 1
      while (/^\s*#/.test(lines[index] ?? '') && index + 1 < lines.length) index += 1
      parts.push(lines[index] ?? '')
    }
    yield { line: start + 1, words: parts.join('') }
    const here = /^(?:RUN|COPY|ADD)\b.*<<-?\s*["']?(\w+)["']?/i.exec(first)
    if (here !== null)
      while (index + 1 < lines.length && lines[index + 1]?.trim() !== here[1]) index += 1
  }
}

function assignments(
  rest: string,
  scope: Scope,
  build: boolean,
): { key: string; value: KnownValue }[] {
  const old = /^([A-Za-z_][\w.-]*)\s+([^]+)$/.exec(rest)
  if (!build && old !== null) {
    const [, key = '', text = ''] = old
    return [{ key, value: { state: 'set', text: text.trim() } }]
  }
  const found: { key: string; value: KnownValue }[] = []
  let at = 0
  while (at < rest.length) {
    const sign = /\s*([A-Za-z_][\w.-]*)(=?)/y
    sign.lastIndex = at
    const [all, key, equals] = sign.exec(rest) ?? []
    if (all === undefined || key === undefined) break
    at += all.length
    if (equals === '') {
      found.push({ key, value: build ? { state: 'unset' } : { state: 'set', text: '' } })
      continue
    }
    try {
      const word = readShellWord(rest, at, scope)
      at = word.end
      const value: KnownValue =
        word.unknown === undefined
          ? { state: 'set', text: word.text }
          : { state: 'unknown', detail: word.unknown.message }
      found.push({ key, value })
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unknowable)) throw error
      found.push({ key, value: { state: 'unknown', detail: error.message } })
      break
    }
  }
  return found
}
