import { lexedNothing, reject } from './statement.ts'
import type { Lexed } from './statement.ts'
import { isBlank, isGoSpace } from './white-space.ts'

/**
 * One line, one variable, nothing unquoted: `docker run --env-file`, `format: raw` of Compose (docker/cli
 * `pkg/kvfile/kvfile.go`) and `kubectl create configmap --from-env-file` (`kubectl/pkg/cmd/util/env_file.go`).
 */
export function lexLines(text: string, dialect: 'docker' | 'kubectl'): Lexed {
  const lexed = lexedNothing()
  const seen = new Set<string>()
  for (const { from, to } of lines(text)) {
    if (tooLong(text, from, to))
      return reject(lexed, from, 'The line is longer than 64 KiB: the file is refused.')
    let start = from === 0 && text.startsWith('\ufeff') ? 1 : from
    while (start < to && isGoSpace(text.charCodeAt(start))) start += 1
    if (start === to || text[start] === '#') continue
    const found = text.slice(start, to).indexOf('=')
    const sign = found === -1 ? to : start + found
    const key = text.slice(start, sign)
    const wrong = dialect === 'docker' ? wrongForDocker(key) : wrongForKubectl(key, seen)
    if (wrong !== undefined) return reject(lexed, start, wrong)
    seen.add(key)
    const value = found === -1 ? undefined : text.slice(sign + 1, to)
    lexed.statements.push({ key, text: value, quote: quoteOf(value), start, end: to })
  }
  return lexed
}

/** Quotes are told, though they are part of the value here. */
function quoteOf(value: string | undefined): 'none' | 'mixed' {
  return value !== undefined && /^(['"]).*\1$/.test(value) ? 'mixed' : 'none'
}

function wrongForDocker(key: string): string | undefined {
  if (key === '') return 'No name before the `=`: the file is refused.'
  if (/[ \t]/.test(key)) return 'White space in or after the name: the file is refused.'
  return undefined
}

function wrongForKubectl(key: string, seen: ReadonlySet<string>): string | undefined {
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key) || key === '.' || key.startsWith('..')) {
    return 'This is not a name of an environment variable: the file is refused.'
  }
  if (seen.has(key)) return 'The name is there twice: the file is refused.'
  return undefined
}

/**
 * The files that `fileKeyRef` reads in Kubernetes 1.35 (`pkg/kubelet/util/env/env_util.go`): values in single quotes
 * only. What stands before the first error can still be read.
 */
export function lexKubernetesFile(text: string): Lexed {
  const lexed = lexedNothing()
  const stop = (offset: number, reason: string): Lexed => {
    lexed.problems.push({ offset, reason: `${reason}: no key from here on can be read.` })
    return lexed
  }
  let at = 0
  while (at < text.length) {
    const to = lineEnd(text, at)
    let start = at
    while (start < to && isBlank(text.charCodeAt(start))) start += 1
    at = to + 1
    const line = text.slice(start, withoutReturn(text, start, to))
    if (line === '' || line.startsWith('#')) continue
    const sign = line.indexOf('=')
    if (sign === -1) return stop(start, 'There is no `=`')
    const key = line.slice(0, sign)
    if (key === '') return stop(start, 'There is no name before the `=`')
    if (/[ \t]$/.test(key)) return stop(start, 'White space before the `=`')
    const value = start + sign + 1
    if (/^[ \t]/.test(line.slice(sign + 1))) {
      lexed.statements.push({ key, text: '', quote: 'none', start, end: value })
      continue
    }
    if (text[value] !== "'" || sign + 1 === line.length)
      return stop(start, 'The value is not in single quotes')
    const close = text.indexOf("'", value + 1)
    if (close === -1) return stop(start, 'The quote is not closed')
    const end = lineEnd(text, close)
    if (!/^[ \t]*(?:#.*)?$/.test(text.slice(close + 1, withoutReturn(text, close + 1, end)))) {
      return stop(start, 'Something stands behind the closing quote')
    }
    const inner = text.slice(value + 1, close).replaceAll('\r\n', '\n')
    lexed.statements.push({ key, text: inner, quote: 'single', start, end: close + 1 })
    at = end + 1
  }
  return lexed
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Go's scanner of lines takes one `\r` off the end. */
function withoutReturn(text: string, from: number, to: number): number {
  return to > from && text[to - 1] === '\r' ? to - 1 : to
}

function* lines(text: string): Generator<{ from: number; to: number }> {
  for (let from = 0; from < text.length;) {
    const end = lineEnd(text, from)
    yield { from, to: withoutReturn(text, from, end) }
    from = end + 1
  }
}

const longestLine = 65_536

function tooLong(text: string, from: number, to: number): boolean {
  if ((to - from) * 3 < longestLine) return false
  const bytes = Buffer.byteLength(text.slice(from, to))
  return bytes >= longestLine
}
