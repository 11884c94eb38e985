/** Files that hold scripts among other things: what is not script becomes blank, so that every place stays what it is. */

/** Of .vue, .svelte and .astro files; other texts are given back as they are. */
export function scriptParts(path: string, text: string): string {
  if (!/\.(vue|svelte|astro)$/.test(path)) return text
  const kept: [number, number][] = []
  if (path.endsWith('.astro')) {
    const front = /^\s*---\r?\n([^]*?)\r?\n---/.exec(text)
    if (front !== null) {
      const start = front.index + front[0].indexOf('\n') + 1
      kept.push([start, start + front[1]!.length])
    }
  }
  for (const match of text.matchAll(/<script\b[^>]*>/gi)) {
    const start = match.index + match[0].length
    const end = text.toLowerCase().indexOf('</script', start)
    if (end > start && (kept.at(-1)?.[1] ?? 0) <= match.index) kept.push([start, end])
  }
  let result = ''
  let at = 0
  for (const [start, end] of kept) {
    result += blank(text.slice(at, start))
    result += text.slice(start, end)
    at = end
  }
  return result + blank(text.slice(at))
}

const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, ' ')
