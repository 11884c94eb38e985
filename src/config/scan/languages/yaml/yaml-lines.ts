/** A line of YAML as far as references need it: tolerant, so that templates and broken files are read too. */
export interface YamlLine {
  indent: number
  /** Without indentation, list dash and comment. */
  key: string | undefined
  /** Behind `key:`, or behind the dash. */
  value: string
  dash: boolean
  offset: number
}

/** The text with spaces for its comments. A quote opens only where a scalar begins. */
export function maskYamlComments(text: string): string {
  if (!text.includes('#')) return text
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes('#')) return line
      let quote = ''
      for (let at = 0; at < line.length; at++) {
        const char = line[at]!
        if (quote) {
          if (char === '\\' && quote === '"') at++
          else if (char === quote) quote = ''
        } else if (
          (char === '"' || char === "'") &&
          (at === 0 || /[\s:[{,=(-]/.test(line[at - 1]!))
        )
          quote = char
        else if (char === '#' && (at === 0 || /\s/.test(line[at - 1]!)))
          return line.slice(0, at) + ' '.repeat(line.length - at)
      }
      return line
    })
    .join('\n')
}

const pattern = /^([ ]*)((?:- +)*)(?:(["']?)([\w./-]+)\3[ ]*:(?=[ ]|$))?[ ]*(.*)$/

export function yamlLines(masked: string): YamlLine[] {
  const lines: YamlLine[] = []
  let offset = 0
  for (const raw of masked.split('\n')) {
    const line = raw.replace(/\r$/, '').slice(0, 5000)
    const match = pattern.exec(line)
    if (match && line.trim() !== '') {
      const [, spaces = '', dashes = '', , key, value = ''] = match
      lines.push({
        indent: spaces.length + dashes.length,
        key,
        value: value.trim(),
        dash: dashes !== '',
        offset,
      })
    }
    offset += raw.length + 1
  }
  return lines
}
