/** Instructions of a Dockerfile with what belongs to them; continued lines and here-documents included. */
export interface Instruction {
  /** In upper case. */
  word: string
  /** Its text as written, without comment lines (which are spaces). */
  body: string
  /** Of the body in the file. */
  offset: number
}

export function instructionsIn(text: string): Instruction[] {
  const found: Instruction[] = []
  const escape = /^#[ \t]*escape[ \t]*=[ \t]*`/im.test(text.slice(0, 500)) ? '`' : '\\'
  let at = 0
  while (at < text.length && found.length < 20_000) {
    const first = lineAt(text, at)
    const head = /^[ \t]*([A-Za-z]+)[ \t]+/.exec(first.line)
    if (!head || /^[ \t]*#/.test(first.line)) {
      at = first.next
      continue
    }
    const offset = at + head[0].length
    let body = first.line.slice(head[0].length)
    let line = first
    while (line.line.trimEnd().endsWith(escape) && line.next < text.length) {
      const next = lineAt(text, line.next)
      const isComment = /^[ \t]*#/.test(next.line)
      body += text.slice(line.next - (line.next - line.end), line.next)
      body += isComment ? ' '.repeat(next.line.length) : next.line
      line = isComment || next.line.trim() === '' ? { ...next, line: escape } : next
    }
    let end = line.next
    for (const [, word] of body.matchAll(/<<[-~]?["']?([A-Za-z_]\w*)/g)) {
      for (; end < text.length;) {
        const next = lineAt(text, end)
        body += `\n${next.line}`
        end = next.next
        if (next.line.trim() === word) break
      }
    }
    found.push({ word: head[1]!.toUpperCase(), body, offset })
    at = end
  }
  return found
}

function lineAt(text: string, start: number): { line: string; end: number; next: number } {
  const end = text.indexOf('\n', start)
  const stop = end < 0 ? text.length : end
  return { line: text.slice(start, stop).replace(/\r$/, ''), end: stop, next: stop + 1 }
}

/** `A=1 B="x y"`, the bare `A` of ARG, and the old `ENV A value`. */
export function pairsIn(
  body: string,
  bare: boolean,
): { name: string; value?: string; at: number }[] {
  const old = bare ? null : /^\s*([A-Za-z_]\w*)[ \t]+([^=\n][^\n]*)$/.exec(body)
  if (old) return [{ name: old[1]!, value: old[2]!.trim(), at: 0 }]
  const found: { name: string; value?: string; at: number }[] = []
  const pair =
    /(?:^|[\s\\])([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\[^])*"|'[^']*'|(?:[^\s\\"']|\\[^\n])*))?(?=\s|\\|$)/g
  for (const match of body.matchAll(pair)) {
    const raw = match[2]
    if (raw === undefined && !bare) continue
    const at = match.index + match[0].indexOf(match[1]!)
    found.push({
      name: match[1]!,
      at,
      ...(raw !== undefined && { value: raw.replace(/^(["'])(.*)\1$/s, '$2') }),
    })
  }
  return found
}
