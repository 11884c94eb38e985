/** Names of variables that a script puts together, and prefixes that it holds the whole environment against. */

const maximumTexts = 100
const maximumDepth = 4

/** Texts that a variable of the script may hold, with `*` for what is not known; none = nobody can tell. */
export function textsOfVariable(script: string, name: string, depth = 0): string[] {
  if (depth > maximumDepth) return []
  const texts: string[] = []
  const loop = new RegExp(`\\bfor[ \\t]+${name}[ \\t]+in[ \\t]+((?:[^;\\n\\\\]|\\\\\\n)*)`, 'g')
  for (const [, list] of script.matchAll(loop)) {
    const words = list!
      .replaceAll('\\\n', ' ')
      .trim()
      .split(/[ \t]+/)
    for (const word of words) {
      const plain = word.replace(/^(["'])(.*)\1$/, '$2')
      const whole = /^\$\{?([A-Za-z_]\w*)(?:\[@\])?\}?$/.exec(plain)?.[1]
      if (whole !== undefined) texts.push(...listed(script, whole))
      else if (!/[$`(){}*]/.test(plain) && plain !== '') texts.push(plain)
    }
  }
  const given = new RegExp(
    `(?:^|[\\s;&|({])${name}=(?:"((?:[^"\\\\\\n]|\\\\.)*)"|'([^'\\n]*)'|([^\\s;&|()\`]*))`,
    'gm',
  )
  for (const [, double, single, plain] of script.matchAll(given)) {
    if (single !== undefined) texts.push(single)
    else texts.push(...filled(script, double ?? plain ?? '', name, depth))
    if (texts.length > maximumTexts) break
  }
  return [...new Set(texts)].slice(0, maximumTexts)
}

/** `((i++))`, `i=$((i + 1))`: it holds more than what it is given first. */
const counts = (script: string, name: string): boolean =>
  new RegExp(`\\b${name}=\\$\\(\\(|\\(\\([ \\t]*${name}\\b|\\(\\([^)\n]*\\b${name}\\+\\+`).test(
    script,
  )

/** Words of `NAMES="A B"` or `NAMES=(A B)`. */
function listed(script: string, name: string): string[] {
  const given = new RegExp(
    `(?:^|[\\s;])${name}=(?:\\(([^()]{0,4000})\\)|"([^"$\`]{0,4000})"|'([^']{0,4000})')`,
    'm',
  ).exec(script)
  const words = (given?.[1] ?? given?.[2] ?? given?.[3] ?? '').trim().split(/\s+/)
  return words
    .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
    .filter((word) => /^\w+$/.test(word))
    .slice(0, maximumTexts)
}

/** A value whose references are replaced by what they may be. */
function filled(script: string, value: string, own: string, depth: number): string[] {
  if (value.includes('$(') || value.includes('`')) return []
  let texts = ['']
  let at = 0
  for (const match of value.matchAll(/\$(?:\{([A-Za-z_]\w*)([^}]*)\}|([A-Za-z_]\w*)|[\d@*#?])/g)) {
    const before = value.slice(at, match.index)
    const name = match[1] ?? match[3]
    const changed = match[2] !== undefined && match[2] !== ''
    const known =
      name === undefined || name === own || changed || counts(script, name)
        ? []
        : textsOfVariable(script, name, depth + 1)
    const parts = known.length > 0 ? known : ['*']
    texts = texts
      .flatMap((text) => parts.map((part) => text + before + part))
      .slice(0, maximumTexts)
    at = match.index + match[0].length
  }
  return texts.map((text) => text + value.slice(at))
}

const wholes: readonly RegExp[] = [
  /\b(?:env|printenv|export(?:[ \t]+-p)?|set|declare[ \t]+-x|compgen[ \t]+-[evA]+(?:[ \t]+\w+)?)[ \t]*\|[^\n;]*?\^(?:declare -x )?\(?([A-Z][A-Z0-9_]{2,})/g,
  /\$\{!([A-Z][A-Z0-9_]{2,})[@*]\}/g,
  /\bcompgen[ \t]+-(?:v|e|A[ \t]+\w+)[ \t]+([A-Z][A-Z0-9_]{2,})/g,
]

/** `env | grep '^APP_'`, `${!APP_@}`, `compgen -v APP_`. */
export function prefixesOfScript(script: string): { prefix: string; offset: number }[] {
  return wholes.flatMap((pattern) =>
    [...script.matchAll(pattern)]
      .slice(0, 200)
      .map((match) => ({ prefix: match[1]!, offset: match.index })),
  )
}
