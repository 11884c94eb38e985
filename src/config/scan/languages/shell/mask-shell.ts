const heredoc = /<<[-~]?[ \t]*(\\?)(['"]?)([A-Za-z_]\w*)\2/y

/**
 * The script with spaces for what the shell does not expand: comments, single-quoted text, here-documents with a quoted
 * word. Offsets stay. What `envsubst` is told in single quotes stays too.
 */
export function maskShell(text: string): string {
  const pieces: string[] = []
  let plain = 0
  let at = 0
  let double = false
  /** Of the double quotes around each `$(` that is open, and the parentheses in it. */
  const substitutions: { double: boolean; depth: number }[] = []
  const pending: { word: string; quoted: boolean }[] = []
  const mask = (start: number, end: number): void => {
    pieces.push(text.slice(plain, start), text.slice(start, end).replace(/[^\n]/g, ' '))
    plain = end
  }
  while (at < text.length) {
    const char = text[at]!
    if (char === '\\') at += 2
    else if (char === '"') {
      double = !double
      at++
    } else if (char === '$' && text[at + 1] === '(' && substitutions.length < 50) {
      substitutions.push({ double, depth: 0 })
      double = false
      at += 2
    } else if (char === '(' && !double && substitutions.length > 0) {
      substitutions.at(-1)!.depth++
      at++
    } else if (char === ')' && !double && substitutions.length > 0) {
      const inner = substitutions.at(-1)!
      if (inner.depth-- === 0) double = substitutions.pop()!.double
      at++
    } else if (char === "'" && !double) {
      const close = text.indexOf("'", at + 1)
      const end = close < 0 ? lineEnd(text, at) : close + 1
      if (!/envsubst[ \t]+$/.test(text.slice(Math.max(0, at - 20), at))) mask(at, end)
      at = end
    } else if (char === '#' && !double && (at === 0 || /[\s;(]/.test(text[at - 1]!))) {
      const end = lineEnd(text, at)
      mask(at, end)
      at = end
    } else if (char === '<' && !double && text[at + 1] === '<' && text[at + 2] !== '<') {
      heredoc.lastIndex = at
      const match = heredoc.exec(text)
      if (match && pending.length < 8)
        pending.push({ word: match[3]!, quoted: match[1] !== '' || match[2] !== '' })
      at += match?.[0].length ?? 2
    } else if (char === '\n' && pending.length > 0) {
      at++
      for (const { word, quoted } of pending.splice(0)) {
        const end = bodyEnd(text, at, word)
        if (quoted) mask(at, end)
        at = end
      }
    } else at++
  }
  pieces.push(text.slice(plain))
  return pieces.join('')
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Where the line that holds the word alone begins. */
function bodyEnd(text: string, start: number, word: string): number {
  for (let at = start; at < text.length; at = lineEnd(text, at) + 1)
    if (text.slice(at, lineEnd(text, at)).trim() === word) return at
  return text.length
}
