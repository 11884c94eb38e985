/** `.gitignore`, as git means it (gitignore(5)): pure, on the texts alone. */

interface IgnoreRule {
  negated: boolean
  folderOnly: boolean
  /** Matched against the path below the folder of the file that holds the rule, or against the name alone. */
  whole: boolean
  matches: RegExp
}

/** The rules of one `.gitignore`, and the folder that it lies in ('' = the root). */
export interface IgnoreFile {
  folder: string
  rules: IgnoreRule[]
}

/** Lines that are no rule, or too long to be one, say nothing. */
export function parseIgnoreFile(folder: string, text: string): IgnoreFile {
  const rules: IgnoreRule[] = []
  for (const raw of text.split(/\r?\n/).slice(0, 10_000)) {
    if (raw.length > 1000) continue
    let line = raw.replace(/(?<!\\)\s+$/, '')
    if (line === '' || line.startsWith('#')) continue
    const negated = line.startsWith('!')
    if (negated) line = line.slice(1)
    const folderOnly = line.endsWith('/')
    if (folderOnly) line = line.slice(0, -1)
    const whole = line.includes('/')
    if (line.startsWith('/')) line = line.slice(1)
    const matches = patternOf(line)
    if (matches !== undefined) rules.push({ negated, folderOnly, whole, matches })
  }
  return { folder, rules }
}

/**
 * Whether a path is ignored by the files that lie above it, outermost first. Folders above it are taken to be kept:
 * who walks does not enter the others.
 */
export function isIgnored(path: string, isFolder: boolean, files: readonly IgnoreFile[]): boolean {
  for (let i = files.length - 1; i >= 0; i--) {
    const { folder, rules } = files[i]!
    const below = folder === '' ? path : path.slice(folder.length + 1)
    const name = path.slice(path.lastIndexOf('/') + 1)
    for (let j = rules.length - 1; j >= 0; j--) {
      const rule = rules[j]!
      if (rule.folderOnly && !isFolder) continue
      if (rule.matches.test(rule.whole ? below : name)) return !rule.negated
    }
  }
  return false
}

/** A pattern with many stars could take for ever: it then says nothing. */
function patternOf(glob: string): RegExp | undefined {
  if ((glob.match(/\*/g) ?? []).length > 8) return undefined
  let source = ''
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!
    if (char === '*' && glob[i + 1] === '*') {
      const start = i
      while (glob[i + 1] === '*') i++
      const opens = start === 0 || glob[start - 1] === '/'
      if (opens && glob[i + 1] === '/') {
        source += '(?:[^]*/)?'
        i++
      } else source += opens && i === glob.length - 1 ? '[^]*' : '[^/]*'
    } else if (char === '*') source += '[^/]*'
    else if (char === '?') source += '[^/]'
    else if (char === '[') {
      const end = glob.indexOf(']', i + 2)
      if (end < 0) source += '\\['
      else {
        const inner = glob.slice(i + 1, end).replace(/^[!^]/, '')
        const negated = /^[!^]/.test(glob.slice(i + 1, end))
        source += `[${negated ? '^' : ''}${inner.replaceAll(/[\\[\]^]/g, '\\$&')}]`
        i = end
      }
    } else if (char === '\\' && i + 1 < glob.length) {
      i++
      source += escaped(glob[i]!)
    } else source += escaped(char)
  }
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return undefined
  }
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
